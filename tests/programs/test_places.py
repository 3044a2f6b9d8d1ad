"""Holding beds, admitting, moving, discharging, through the actions."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config import clock
from config.errors import Conflict, Refused
from intake.models import Episode
from outbox.submit import AlreadyDone
from programs import hooks
from programs.actions import admissions, beds
from programs.models import Admission, BedUse
from programs.queries import ended_holds
from tests.factories.care import make_bed, make_clearance, make_use, revoke
from tests.factories.episodes import make_episode
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def admit(case, **given):
    values = {"program": case.program, "bed": case.bed, "by": case.ana, **given}
    return admissions.admit(episode=case.episode, **values)


def test_a_second_hold_names_who_was_first_and_what_is_open(ana, ben):
    bed = make_bed(label="R2")
    make_bed(bed.program, "R3")
    beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    with pytest.raises(Conflict) as conflict:
        beds.hold(bed=bed, episode=make_episode(ben, "Riley Park"), by=ben)
    assert ana.display_name in conflict.value.message
    assert "R3" in conflict.value.message


def test_a_hold_ends_by_itself_and_a_return_does_not(ana):
    bed, other = make_bed(), make_bed()
    hold = beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    hold.refresh_from_db()
    assert hold.period.upper - hold.period.lower == 24 * HOUR
    kept = beds.reserve_return(
        bed=other, episode=make_episode(ana, "Riley Park"), by=ana, expected_at=clock.now() + 99 * HOUR
    )
    kept.refresh_from_db()
    assert kept.period.upper is None


def test_one_place_for_one_person(ana):
    episode = make_episode(ana)
    first = beds.hold(bed=make_bed(), episode=episode, by=ana)
    beds.hold(bed=make_bed(), episode=episode, by=ana)
    first.refresh_from_db()
    assert first.released_at is not None


@pytest.mark.parametrize("hours", [-1, 24 * 8])
def test_how_long_a_hold_may_be(ana, hours):
    with pytest.raises(Refused):
        beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana, until=clock.now() + hours * HOUR)


def test_releasing_once(ana):
    use = beds.hold(bed=make_bed(), episode=make_episode(ana), by=ana)
    beds.release(use=use, by=ana)
    with pytest.raises(Conflict):
        beds.release(use=use, by=ana)


def test_ended_holds_show_up(ana):
    bed, episode = make_bed(), make_episode(ana)
    Episode.objects.filter(pk=episode.pk).update(stage="clearance")
    now = clock.now()
    use = make_use(bed, "hold", episode, start=now - 2 * HOUR, end=now - HOUR)
    assert list(ended_holds(ana, now)) == [use]


def test_only_supervisors_take_beds_out(ana, sam):
    bed = make_bed()
    with pytest.raises(Refused):
        beds.take_out(bed=bed, by=ana)
    use = beds.take_out(bed=bed, by=sam)
    with pytest.raises(Conflict):
        beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    beds.release(use=use, by=sam)
    beds.hold(bed=bed, episode=make_episode(ana, "Riley Park"), by=ana)


def test_admitting_lists_everything_that_is_missing():
    case = Case.good(clearance=False, determination=False)
    with pytest.raises(Refused) as refused:
        admit(case, bed=None)
    assert [one.code for one in refused.value.reasons] == ["no_determination", "no_clearance", "no_bed"]


def test_admitting(monkeypatch):
    case, calls = Case.good(), []
    monkeypatch.setattr(hooks, "after_admit", [lambda **facts: calls.append(facts)])
    reserved = beds.reserve_return(bed=case.bed, episode=case.episode, by=case.ana, expected_at=clock.now())
    made = admit(case)
    assert [call["admission"] for call in calls] == [made]
    assert Episode.objects.get(pk=case.episode.pk).stage == "admitted"
    reserved.refresh_from_db()
    assert reserved.released_at is not None
    with pytest.raises(Refused) as refused:
        admit(case, bed=make_bed(case.program))
    assert refused.value.code == "already_admitted"


def test_a_failing_hook_admits_nobody(monkeypatch):
    def fails(**facts):
        raise RuntimeError("hook")

    case = Case.good()
    monkeypatch.setattr(hooks, "after_admit", [fails])
    with pytest.raises(RuntimeError):
        admit(case)
    assert not Admission.objects.exists()
    assert not BedUse.objects.filter(kind="stay").exists()


def test_the_databases_refusal_is_explained(monkeypatch):
    """When the page's list is behind the times, the gate still says no, in words."""
    case = Case.good()
    revoke(case.clearance)
    monkeypatch.setattr(admissions, "missing_now", lambda *args: ())
    with pytest.raises(Refused) as refused:
        admit(case)
    assert refused.value.code == "clearance_revoked"


def test_a_bed_lost_at_the_last_moment_is_a_conflict(monkeypatch):
    first, second = Case.good(), Case.good()
    second.bed, second.program = first.bed, first.program
    admit(first)
    monkeypatch.setattr(admissions, "missing_now", lambda *args: ())
    with pytest.raises(Conflict) as conflict:
        admit(second)
    assert first.bed.label in conflict.value.message


def test_shorter_windows_count_at_once(settings):
    case = Case.good(clearance=False)
    make_clearance(
        case.episode,
        accepted_by=case.cole,
        verified_by=case.dana,
        content={"examined_at": (clock.now() - 2 * HOUR).isoformat()},
    )
    settings.CLEARANCE_WINDOWS_HOURS = {"vitals": 1}
    with pytest.raises(Refused) as refused:
        admit(case)
    assert refused.value.code == "clearance_expired"


def test_a_late_entry_is_a_supervisors():
    case = Case.good()
    at = clock.now() - timedelta(minutes=40)
    with pytest.raises(Refused):
        admit(case, late_at=at, late_reason="Power was out")
    made = admit(case, late_at=at, late_reason="Power was out", by=case.sam)
    assert (made.admitted_at, made.late_entry) == (at, True)


def test_a_submit_sent_twice_admits_once():
    case, key = Case.good(), uuid4()
    admit(case, submit_key=key, url="/there/")
    with pytest.raises(AlreadyDone) as done:
        admit(case, submit_key=key)
    assert done.value.url == "/there/"


def test_moving_and_discharging():
    case = Case.good()
    made = admit(case)
    other = make_bed(case.program)
    moved = admissions.move(admission=made, bed=other, by=case.ana)
    assert moved.bed_use.bed == other
    with pytest.raises(Refused):
        admissions.discharge(admission=made, by=case.ana, at=clock.now() + HOUR)
    admissions.discharge(admission=made, by=case.ana)
    with pytest.raises(Conflict):
        admissions.discharge(admission=made, by=case.ana)
    assert not BedUse.objects.filter(period__contains=clock.now()).exists()


def test_a_bed_cannot_come_back_into_use_before_now(sam):
    with pytest.raises(Refused):
        beds.take_out(bed=make_bed(), by=sam, until=clock.now())
    assert not BedUse.objects.exists()


def test_an_ended_hold_is_a_line_of_the_care_teams_and_supervisors_today(ana, ben, sam):
    now = clock.now()
    use = make_use(make_bed(), episode=make_episode(ana), start=now - 2 * HOUR, end=now - HOUR)
    Episode.objects.update(stage="review")
    assert list(ended_holds(ben, now)) == []
    assert list(ended_holds(ana, now)) == list(ended_holds(sam, now)) == [use]

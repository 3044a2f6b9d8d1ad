"""Holding beds, admitting, moving, discharging, through the actions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.models import Episode
from outbox.submit import AlreadyDone
from programs import hooks
from programs.actions import admissions, beds
from programs.actions.moves import move
from programs.models import Admission, BedUse
from programs.queries import ended_holds
from tests.factories.care import (
    NO_NEXT,
    goes_to_detox,
    make_bed,
    make_clearance,
    make_determination,
    make_use,
    revoke,
)
from tests.factories.episodes import make_episode
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def admit(case, **given):
    values = {
        "program": case.program,
        "bed": case.bed,
        "by": case.ana,
        "left_open": "Came at night.",
        **given,
    }
    return admissions.admit(episode=case.episode, **values)


def test_a_second_hold_names_who_was_first_and_what_is_open(ana, ben):
    bed = make_bed(label="R2")
    make_bed(bed.program, "R3")
    beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    with pytest.raises(Conflict) as conflict:
        beds.hold(bed=bed, episode=make_episode(ben, "Riley Park"), by=ben)
    assert ana.display_name in conflict.value.message
    assert "R3" in conflict.value.message


def test_a_taken_bed_names_the_place_on_the_waitlist(ana, cole, as_user):
    bed, late = make_bed(label="R2"), make_episode(ana, "Riley Park")
    beds.hold(bed=bed, episode=make_episode(ana), by=ana)

    def told():
        with pytest.raises(Conflict) as conflict:
            beds.hold(bed=bed, episode=late, by=ana)
        return conflict.value.message

    make_waiting(ana, cole, reasons=["unsafe"])
    make_waiting(ana, cole, "inpatient")
    assert told().endswith("On the waitlist for Residential the person would be number 2.")
    Episode.objects.filter(pk=late.pk).update(ob_contact_needed=True)
    late.refresh_from_db()
    assert told().endswith("would be number 1.")
    Episode.objects.filter(pk=late.pk).update(ob_contact_needed=False)
    late.refresh_from_db()
    make_waiting(ana, cole, episode=late)
    make_waiting(ana, cole)
    assert told().endswith("the person is number 2.")
    tomorrow = (clock.now() + 20 * HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = {"episode": str(late.pk), "place": f"bed:{bed.pk}", "kind": "hold", "until": tomorrow}
    answer = as_user(ana).post(reverse("programs:bed-hold", args=[late.pk]), sent)
    assert answer.status_code == 409
    assert reverse("programs:waiting-of", args=[late.pk]) in answer.content.decode()


def test_a_hold_ends_by_itself_and_a_return_does_not(ana):
    bed, other = make_bed(), make_bed()
    hold = beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    hold.refresh_from_db()
    assert hold.period.upper - hold.period.lower == 24 * HOUR
    away = make_episode(ana, "Riley Park")
    goes_to_detox(away)
    kept = beds.reserve_return(bed=other, episode=away, by=ana, expected_at=clock.now() + 99 * HOUR)
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
        beds.take_out(bed=bed, reason="repair", by=ana)
    use = beds.take_out(bed=bed, reason="repair", by=sam)
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
    soon = clock.now() + HOUR
    reserved = beds.reserve_return(bed=case.bed, episode=case.episode, by=case.ana, expected_at=soon)
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
    moved = move(admission=made, program=case.program, bed=other, reason="Quieter room", by=case.ana)
    assert moved.bed_use.bed == other
    with pytest.raises(Refused):
        admissions.discharge(admission=made, by=case.ana, at=clock.now() + HOUR)
    admissions.discharge(admission=made, by=case.ana, plan=NO_NEXT)
    with pytest.raises(Conflict):
        move(admission=made, program=case.program, bed=case.bed, reason="Back", by=case.ana)
    with pytest.raises(Conflict):
        admissions.discharge(admission=made, by=case.ana)
    left = BedUse.objects.filter(period__contains=clock.now())
    assert {use.bed: use.kind for use in left} == {case.bed: "cleaning", other: "cleaning"}


def test_a_bed_cannot_come_back_into_use_before_now(sam):
    with pytest.raises(Refused):
        beds.take_out(bed=make_bed(), reason="repair", by=sam, until=clock.now())
    assert not BedUse.objects.exists()


def test_an_ended_hold_is_a_line_of_the_care_teams_and_supervisors_today(ana, ben, sam, as_user):
    now = clock.now()
    use = make_use(make_bed(), episode=make_episode(ana), start=now - 2 * HOUR, end=now - HOUR)
    Episode.objects.update(stage="review")
    assert list(ended_holds(ben, now)) == []
    assert list(ended_holds(ana, now)) == list(ended_holds(sam, now)) == [use]
    (row,) = [one for one in items_for(ana, now) if one.kind == "bed"]
    board = as_user(ana).get(row.url).content.decode()
    assert f'id="{row.url.partition("#")[2]}"' in board


def test_after_a_stay_a_bed_is_cleaned_until_somebody_says_it_is_ready(ana, client, as_user):
    case = Case.good()
    admissions.discharge(admission=admit(case), by=case.sam, plan=NO_NEXT)
    with pytest.raises(Conflict) as conflict:
        beds.hold(bed=case.bed, episode=make_episode(ana), by=ana)
    assert "is being cleaned" in conflict.value.message
    as_user(ana)
    assert "1 cleaning" in client.get(reverse("programs:bed-board")).content.decode()
    use = BedUse.objects.get(kind="cleaning")
    client.post(reverse("programs:bed-release", args=[use.pk]))
    use.refresh_from_db()
    assert use.released_by == ana
    beds.hold(bed=case.bed, episode=make_episode(ana, "Riley Park"), by=ana)


def test_the_database_ends_no_cleaning_without_somebody(sam):
    use = make_use(make_bed(), "cleaning")
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programs_beduse SET period = tstzrange(lower(period), app_now()) WHERE id = %s",
            [str(use.pk)],
        )
    assert refusal_code(refused.value) == "programs_beduse_ready_by_someone"
    beds.release(use=use, by=sam)


def test_a_return_is_expected_later_than_now(ana):
    with pytest.raises(Refused) as refused:
        beds.reserve_return(bed=make_bed(), episode=make_episode(ana), by=ana, expected_at=clock.now() - HOUR)
    assert refused.value.field == "until"
    assert not BedUse.objects.exists()


@pytest.mark.parametrize(("detox_first", "status"), [(False, 422), (True, 302)])
def test_only_who_goes_to_detox_first_has_a_place_kept_for_the_return(
    as_user, ana, cole, detox_first, status
):
    episode, bed = make_episode(ana), make_bed()
    make_determination(episode, cole, detox_first=detox_first)
    tomorrow = (clock.now() + 20 * HOUR).strftime("%Y-%m-%dT%H:%M")
    sent = {"episode": str(episode.pk), "place": f"bed:{bed.pk}", "kind": "return", "until": tomorrow}
    answer = as_user(ana).post(reverse("programs:bed-hold", args=[episode.pk]), sent)
    assert answer.status_code == status
    assert BedUse.objects.filter(kind="return").exists() is detox_first

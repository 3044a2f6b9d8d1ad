"""A person who is here moves to another place: what it needs, what stays, and what the database says."""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from programs.actions import admissions
from programs.actions.beds import hold
from programs.actions.leaves import plan_leave
from programs.actions.moves import move
from programs.actions.waitlist import join
from programs.choices import CENTER_LEVELS
from programs.models import Admission, BedUse, Determination, FollowUp, StayMove
from programs.queries_board import leave_of
from programs.rules.moves import Move, refusal
from programs.rules.transitions import judge
from tests.factories.care import NO_NEXT, change_program, make_bed, make_determination, make_program
from tests.factories.episodes import make_episode
from tests.programs.gate import Case, admit

pytestmark = pytest.mark.django_db


def stay_of(case) -> Admission:
    """Admit, and return the stay."""
    assert admit(case) is None
    return Admission.objects.get(episode=case.episode)


def decide(case, level, **given):
    """Sign another decision, which supersedes the one before."""
    in_force = Determination.objects.filter(episode=case.episode, superseded_at=None)
    in_force.update(superseded_at=clock.now())
    return make_determination(case.episode, case.cole, level, **given)


def test_within_the_level_a_reason_is_enough_and_the_history_stays():
    case = Case.good()
    made, other = stay_of(case), make_bed(label="W1")
    with pytest.raises(Refused) as refused:
        move(admission=made, program=other.program, bed=other, reason=" ", by=case.ana)
    assert refused.value.field == "reason"
    moved = move(admission=made, program=other.program, bed=other, reason="Veterans' track", by=case.dana)
    assert (moved.program, moved.bed, moved.bed_use.bed) == (other.program, other, other)
    assert moved.bed_use.made_by == case.dana
    row = StayMove.objects.get()
    assert (row.from_program, row.from_bed, row.reason) == (case.program, case.bed, "Veterans' track")
    assert row.program_revision.program == other.program
    assert row.determination is None
    # What the stay began with is as it was, and the bed that was left is cleaned.
    assert (moved.program_revision.program, moved.determination) == (case.program, case.determination)
    now = clock.now()
    kinds = {use.bed: use.kind for use in BedUse.objects.filter(period__contains=now)}
    assert kinds == {case.bed: "cleaning", other: "stay"}
    again = make_bed(other.program)
    assert move(admission=moved, program=other.program, bed=again, reason="Snores", by=case.ana).bed == again


def test_a_stay_does_not_end_before_its_last_move():
    case = Case.good()
    made, other = stay_of(case), make_bed(label="W1")
    began = made.admitted_at
    moved = move(admission=made, program=other.program, bed=other, reason="Snores", by=case.ana)
    with pytest.raises(Refused) as refused:
        admissions.discharge(admission=moved, at=began, by=case.ana, plan=NO_NEXT)
    assert refused.value.field == "at"
    moved.refresh_from_db()
    assert moved.discharged_at is None


def test_another_level_needs_the_decision_for_it():
    case = Case.good()
    made, other = stay_of(case), make_bed(make_program("inpatient"))
    given = {"admission": made, "program": other.program, "bed": other, "reason": "Worse", "by": case.ana}
    with pytest.raises(Refused) as refused:
        move(**given)
    assert (refused.value.code, refused.value.field) == ("move_not_decided", "place")
    decide(case, "inpatient", needs_second=True)
    with pytest.raises(Refused):
        move(**given)
    signed = decide(case, "inpatient")
    assert move(**given).program == other.program
    assert StayMove.objects.get().determination == signed


def test_stepping_down_to_a_day_program_and_leaving_from_there():
    """The bed is free, a slot is taken, the list lets go; calls follow for a year, as there were nights."""
    case = Case.good()
    made, day = stay_of(case), make_program("php", slots=1)
    decide(case, "php")
    entry = join(episode=case.episode, level="php", reasons=[], by=case.ana)
    moved = move(admission=made, program=day, bed=None, reason="Ready for days", by=case.ana)
    assert (moved.program, moved.bed, moved.bed_use) == (day, None, None)
    entry.refresh_from_db()
    assert entry.end_reason == "admitted"
    assert not BedUse.objects.filter(kind="stay", period__contains=clock.now()).exists()

    second = Case.good()
    here = stay_of(second)
    decide(second, "php")
    with pytest.raises(Conflict) as full:
        move(admission=here, program=day, bed=None, reason="Ready too", by=second.ana)
    assert full.value.details["code"] == "program_full"

    with pytest.raises(IntegrityError), transaction.atomic():
        Admission.objects.filter(pk=moved.pk).update(discharged_at=clock.now())
    admissions.discharge(admission=moved, by=case.ana)
    assert FollowUp.objects.filter(admission=moved).count() == 16


def test_a_place_that_is_taken_is_a_conflict(ana):
    case = Case.good()
    made, other = stay_of(case), make_bed(label="W2")
    hold(bed=other, episode=make_episode(ana, "Riley Park"), by=ana)
    with pytest.raises(Conflict) as conflict:
        move(admission=made, program=other.program, bed=other, reason="Quieter", by=case.ana)
    assert "W2 was taken" in conflict.value.message
    assert not StayMove.objects.exists()


def test_an_own_hold_is_used_and_others_end():
    case = Case.good()
    made, other = stay_of(case), make_bed()
    use = hold(bed=other, episode=case.episode, by=case.ana)
    move(admission=made, program=other.program, bed=other, reason="Quieter", by=case.ana)
    use.refresh_from_db()
    assert use.released_at is not None
    with pytest.raises(Refused) as refused:
        move(admission=made, program=other.program, bed=other, reason="Quieter", by=case.ana)
    assert refused.value.code == "move_nowhere"


LEVELS = list(itertools.product(CENTER_LEVELS, CENTER_LEVELS))


@pytest.mark.parametrize("before,after", LEVELS)
def test_the_rule_follows_the_table_of_steps(before, after):
    found = refusal(Move(before, after, decided=True))
    assert (found == "move_not_next") is not judge(before, after).allowed
    beds = ("inpatient", "residential")
    if judge(before, after).allowed:
        assert (found == "move_needs_admission") is (after in beds and before not in beds)


def test_the_database_has_the_same_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'programs_may_follow'")
        (source,) = cursor.fetchone()
    for before, after in LEVELS:
        told = before == after or f"('{before}', '{after}')" in source
        assert told is judge(before, after).allowed, (before, after)


INSERT = (
    "INSERT INTO programs_staymove (id, admission_id, data_key_id, from_program_id, to_program_id, to_bed_id,"
    " determination_id, reason, moved_by_id) VALUES (%s, %s, %s, %s, %s, %s, %s, 'x', %s)"
)


def by_sql(case, made, program, bed=None, decision=None) -> str | None:
    """Move with hand-written SQL as the app's role; return the code of the refusal."""
    values = [uuid.uuid4(), made.pk, made.data_key_id, case.program.pk, program.pk]
    values += [bed and bed.pk, decision and decision.pk, case.ana.pk]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, [one and str(one) for one in values])
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_each_refusal_by_sql(ana):
    case = Case.good()
    made = stay_of(case)
    up, down, away = (make_program(level) for level in ("inpatient", "php", "continuing"))
    bed = make_bed(up)
    assert by_sql(case, made, case.program, case.bed) == "move_nowhere"
    assert by_sql(case, made, up, bed) == "move_not_decided"
    assert by_sql(case, made, up, bed, case.determination) == "move_not_decided"
    assert by_sql(case, made, away) == "move_not_next"
    assert by_sql(case, made, case.program) == "no_bed"
    assert by_sql(case, made, make_program(), case.bed) == "bed_other_program"
    assert by_sql(case, made, make_program("residential", operated_by="partner")) == "partner_program"
    shut = make_bed()
    change_program(shut.program, case.sam, active=False)
    assert by_sql(case, made, shut.program, shut) == "program_closed"
    held = make_bed()
    hold(bed=held, episode=make_episode(ana, "Riley Park"), by=ana)
    assert by_sql(case, made, held.program, held) == "bed_held_for_other"
    signed = decide(case, "php")
    assert by_sql(case, made, down, decision=signed) is None
    later = decide(case, "inpatient")
    assert by_sql(case, made, up, bed, later) == "move_needs_admission"
    admissions.discharge(admission=made, by=case.ana)
    assert by_sql(case, made, make_program("php")) == "move_after_leaving"


def test_another_program_is_reached_by_a_move_alone():
    case = Case.good()
    made, other = stay_of(case), make_bed()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Admission.objects.update(program=other.program, bed=other)
    assert refusal_code(error.value) == "admission_is_fixed"
    assert by_sql(case, made, other.program, other) is None
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Admission.objects.update(program=case.program, bed=case.bed)
    assert refusal_code(error.value) == "admission_is_fixed"


@pytest.mark.parametrize(
    "sql", ["DELETE FROM programs_staymove", "UPDATE programs_staymove SET reason = 'y'"]
)
def test_a_move_is_never_changed_or_deleted(sql):
    case = Case.good()
    made, other = stay_of(case), make_bed()
    assert by_sql(case, made, other.program, other) is None
    with pytest.raises(Exception, match=r"permission denied|append"), transaction.atomic():
        connection.cursor().execute(sql)


def test_the_page(as_user):
    case = Case.good()
    made, other, elsewhere = stay_of(case), make_bed(label="W3"), make_bed(make_program("inpatient"), "I9")
    day = make_program("php", "Day care")
    client, url = as_user(case.ana), reverse("programs:stay", args=[made.pk])
    page = client.get(url).content.decode()
    assert "W3" in page
    assert str(elsewhere.pk) not in page
    assert "Day care" not in page
    decide(case, "php")
    assert "Day care: 0 of 10 taken" in client.get(url).content.decode()
    sent = {"action": "move", "place": f"program:{day.pk}", "reason": ""}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, sent | {"place": f"bed:{elsewhere.pk}", "reason": "x"}).status_code == 422
    key = {"submit_key": uuid.uuid4()}
    assert client.post(url, sent | key | {"reason": "Ready for days"}).status_code == 302
    assert client.post(url, sent | key | {"reason": "Ready for days"}).status_code in (302, 422)
    page = client.get(url).content.decode()
    assert "Ready for days" in page
    assert "From here into a bed is a new admission" in page
    admissions.discharge(admission=made, by=case.ana, plan=NO_NEXT)
    assert "Calls after this stay" in client.get(url).content.decode()
    assert other.uses.count() == 0


def test_what_was_typed_in_the_other_parts_of_the_page_stays(ana, as_user):
    case = Case.good()
    made, other = stay_of(case), make_bed(case.program, "W3")
    client, url = as_user(case.ana), reverse("programs:stay", args=[made.pk])
    day, at = (clock.center_day(clock.now()) + timedelta(days=9)).isoformat(), "2026-01-05T10:20"
    sent = {
        "place": f"bed:{other.pk}",
        "reason": "Nearer to the nurse",
        "leaves_on": day,
        "seen": "",
        "at": at,
        "kind": "here",
        "level": "php",
        "words": "Asked for mornings",
        "review_on": day,
    }

    def shown(answer):
        names = {"move": ("place", "reason"), "leave": ("leaves_on", "seen"), "discharge": ("at", "kind")}
        forms = {name: answer.context[f"{name}_form"] for name in names}
        assert [name for name, form in forms.items() if form.is_bound and form.errors] == [asked]
        assert {key: str(forms[name][key].value()) for name in names for key in names[name]} == {
            key: sent[key] for name in names for key in names[name]
        }
        page = answer.content.decode()
        assert all(words in page for words in ("Nearer to the nurse", "Asked for mornings", at, day))

    asked = "discharge"
    answer = client.post(url, sent | {"action": asked})
    assert answer.status_code == 422
    shown(answer)
    asked = "leave"
    plan_leave(admission=made, leaves_on=clock.center_day(clock.now()), by=case.ana)
    answer = client.post(url, sent | {"action": asked})
    assert answer.status_code == 409
    sent["seen"] = clock.center_day(clock.now()).isoformat()
    shown(answer)
    asked = "move"
    hold(bed=other, episode=make_episode(ana, "Riley Park"), by=ana)
    answer = client.post(url, sent | {"action": asked})
    assert answer.status_code == 409 and "Bed W3 was taken" in answer.content.decode()
    shown(answer)
    # Without a button's name nothing is done, and nothing is lost.
    page = client.post(url, sent).content.decode()
    assert "Asked for mornings" in page and "Nothing is saved yet" in page
    assert not StayMove.objects.exists() and leave_of(made.pk) == clock.center_day(clock.now())

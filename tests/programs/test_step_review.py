"""A stay is reviewed every two weeks: due from the admission on, signed by a clinician of the team."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from desk.today_care import of_step_reviews
from programs.actions import admissions, moves
from programs.actions.step_reviews import sign_review
from programs.models import Determination, StepReview
from programs.queries_step_down import step_reviews_due
from programs.rules.step_down import Seen
from records.actions.care_team import end_role
from tests.factories.accounts import make_user
from tests.factories.care import NO_NEXT, make_bed, make_determination, make_program
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
READY = Seen(
    level="residential", whole_period=True, use="none", f1=0, flag=False, attendance=95,
    home_plan=True, home_worse=False, missed_weeks=0, agrees=True,
)  # fmt: skip
DOWN = {"shown": "down:php", "move": "down", "level": "php", "reason": ""}
SAID = {"use": "none", "f1": "0", "flag": "no", "attendance": "95", "missed_weeks": "0", "home_plan": "yes",
        "home_worse": "no", "agrees": "yes"}  # fmt: skip


@pytest.fixture
def case():
    made = Case.good()
    place = {"program": made.program, "bed": made.bed}
    made.stay = admissions.admit(episode=made.episode, by=made.ana, left_open="Came at night", **place)
    return made


@pytest.fixture
def later(monkeypatch):
    def move(days):
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return move


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def sign(case, by=None, seen=READY, **said):
    return sign_review(admission=case.stay, seen=seen, by=by or case.cole, **{**DOWN, **said})


def test_the_first_is_due_two_weeks_after_the_admission_and_the_next_after_the_last(case, later):
    first = StepReview.objects.get()
    assert first.due_at == case.stay.admitted_at + timedelta(days=14)
    now = later(15)
    signed = sign(case)
    assert (signed.move, signed.done_by) == ("down", case.cole)
    assert signed.said["suggestion"]["level"] == "php"
    assert StepReview.objects.get(done_at=None).due_at == now + timedelta(days=14)


def test_it_is_on_the_list_of_clinicians_of_the_team_until_the_stay_ends(case, later):
    assert not step_reviews_due(case.cole, clock.now())
    left_at, now = clock.now(), later(14)
    (row,) = (one for one in items_for(case.cole, now) if one.why.startswith("Step-down"))
    assert row.url == reverse("programs:step-review", args=[case.stay.pk])
    assert not of_step_reviews(case.ana, now)
    admissions.discharge(admission=case.stay, by=case.ana, at=left_at, plan=NO_NEXT)
    assert not of_step_reviews(case.cole, now)
    with pytest.raises(Conflict):
        sign(case)


def test_who_left_the_care_team_is_not_asked(case, later):
    now = later(14)
    end_role(person=case.episode.person, role="clinician", by=case.ana)
    assert not of_step_reviews(case.cole, now)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shown": ""}, "not_shown"),
        ({"shown": "stay:residential"}, "not_shown"),
        ({"seen": replace(READY, flag=True)}, "not_shown"),
        ({"move": ""}, "move"),
        ({"level": ""}, "level"),
        ({"level": "inpatient"}, "level"),
        ({"level": "continuing"}, "level"),
        ({"move": "stay"}, "reason"),
        ({"level": "iop"}, "reason"),
        ({"move": "up", "level": "inpatient"}, "reason"),
    ],
)
def test_the_suggestion_was_seen_and_a_different_decision_says_why(case, change, code):
    with pytest.raises(Refused) as refused:
        sign(case, **change)
    assert refused.value.code == code
    assert StepReview.objects.get().done_at is None
    if code == "reason":
        assert sign(case, **change, reason="Starts work on Monday.").said["reason"]


@pytest.mark.parametrize("role", ["admissions", "supervisor"])
def test_only_a_clinician_signs(case, role):
    with pytest.raises(Refused):
        sign(case, by=make_user(role, "other"))
    who = str(make_user(role, "another").pk)
    whole = "UPDATE programs_stepreview SET move = 'stay', done_at = app_now(), said = 'x', done_by_id = %s"
    assert code_of(whole, who) == "review_by_clinician"
    assert code_of(whole, str(case.cole.pk)) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("due_at = due_at + interval '1 day'", "row_is_fixed"),
        ("move = 'stay'", "programs_stepreview_complete"),
        ("move = 'away', done_at = app_now(), said = 'x', done_by_id = {}", "programs_stepreview_complete"),
        ("move = 'stay', done_at = app_now(), done_by_id = {}", "programs_stepreview_complete"),
        ("move = 'stay', done_at = app_now(), said = 'x'", "programs_stepreview_complete"),
    ],
)
def test_sql_signs_none_by_half(case, change, code):
    by = f"'{case.cole.pk}'"
    assert code_of(f"UPDATE programs_stepreview SET {change.format(by)}") == code


def test_one_is_open_and_a_signed_one_stays(case):
    again = (
        "INSERT INTO programs_stepreview (id, data_key_id, admission_id, due_at, move)"
        " SELECT gen_random_uuid(), data_key_id, admission_id, due_at, '' FROM programs_stepreview"
    )
    assert code_of(again) == "programs_stepreview_one_open"
    sign(case)
    for sql in ("UPDATE programs_stepreview SET move = 'up' WHERE move = 'down'",
                "DELETE FROM programs_stepreview"):  # fmt: skip
        with pytest.raises(Exception, match=r"never changed|permission denied|fixed|append"), \
                transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
            cursor.execute(sql)


def test_the_page_shows_the_suggestion_first_and_signs_then(case, as_user, later):
    client, url = as_user(case.cole), reverse("programs:step-review", args=[case.stay.pk])
    assert "Sign the review" not in client.get(url).content.decode()
    early = client.post(url, {**SAID, "action": "suggest", "submit_key": uuid4()}).content.decode()
    assert "These answers speak for: Stay at this level" in early
    assert "The period is not over yet" in early
    later(15)
    shown = client.post(url, {**SAID, "action": "suggest", "submit_key": uuid4()})
    assert "These answers speak for: Step down: Partial hospitalization (PHP)" in shown.content.decode()
    assert StepReview.objects.get().done_at is None
    chosen = {**SAID, "action": "sign", "submit_key": uuid4(), **DOWN}
    assert client.post(url, {**chosen, "move": ""}).status_code == 422
    assert client.post(url, chosen).status_code == 302
    assert "Signed reviews" in client.get(url).content.decode()


def to_inpatient(case):
    bed = make_bed(make_program("inpatient"))
    Determination.objects.filter(episode=case.episode).update(superseded_at=clock.now())
    make_determination(case.episode, case.cole, "inpatient")
    return moves.move(admission=case.stay, program=bed.program, bed=bed, reason="Worse", by=case.ana)


def test_a_move_to_another_level_starts_its_period_and_one_within_the_level_does_not(case, later):
    first = StepReview.objects.get()
    moved_at, bed = later(10), make_bed(label="W1")
    moves.move(admission=case.stay, program=bed.program, bed=bed, reason="Snores", by=case.ana)
    assert StepReview.objects.get().due_at == first.due_at
    to_inpatient(case)
    assert StepReview.objects.get().due_at == moved_at + timedelta(days=14)
    assert not step_reviews_due(case.cole, first.due_at)


def test_a_signed_review_stays_as_it_was_when_the_stay_moves(case, later):
    signed = sign(case)
    moved_at = later(3)
    to_inpatient(case)
    assert StepReview.objects.get(pk=signed.pk).due_at == signed.due_at
    assert StepReview.objects.get(done_at=None).due_at == moved_at + timedelta(days=14)


def test_sql_puts_a_review_off_only_to_where_the_last_move_put_it(case, later):
    later(10)
    moved = to_inpatient(case)
    off = "UPDATE programs_stepreview SET due_at = due_at + interval '1 day'"
    assert code_of(off) == "row_is_fixed"
    bed = make_bed(moved.program)
    within = (
        "INSERT INTO programs_staymove"
        " (id, data_key_id, admission_id, to_program_id, to_bed_id, reason, moved_by_id, review_at)"
        " SELECT gen_random_uuid(), data_key_id, id, program_id, %s, 'x', %s, app_now() + interval '1 day'"
        " FROM programs_admission"
    )
    assert code_of(within, str(bed.pk), str(case.ana.pk)) == "programs_staymove_review_of_level"
    moves.move(admission=case.stay, program=bed.program, bed=bed, reason="Snores", by=case.ana)
    assert code_of(off) == "row_is_fixed"

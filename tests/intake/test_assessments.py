"""The steps of an assessment."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions import assessments as act
from intake.actions.review_questions import Asked, answer_question
from intake.actions.safety import record_disposition
from intake.models import AssessmentStatusChange, Episode, ReviewQuestion
from intake.workflow import ASSESSMENT
from outbox.submit import AlreadyDone
from tests.factories.episodes import add_row, ask_safety, make_assessment, make_sendable, save

pytestmark = pytest.mark.django_db


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return refusal_code(caught.value)


def test_every_status_has_a_way_out_except_the_ends():
    words = {"not_started", "in_progress", "on_hold", "ready_for_review", "in_review", "needs_answers"}
    assert set().union(*(step.sources for step in ASSESSMENT.values())) == words
    assert {step.target for step in ASSESSMENT.values()} == words - {"not_started"} | {"decided", "dropped"}


def test_what_is_missing_is_listed_with_its_place(ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, amount=5)
    with pytest.raises(Refused) as caught:
        act.submit(by=ana, assessment=assessment)
    places = [(gap.section, gap.field.rpartition("-")[2]) for gap in caught.value.reasons]
    assert places == [
        ("safety", ""),
        ("substances", "substance"),
        ("substances", "last_use"),
        ("substances", "substance_list_complete"),
        ("withdrawal", "prior_complicated_withdrawal"),
        ("health", "pregnant"),
        ("mental", "suicidality"),
    ]


def test_sending(ana, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "after_submit", [lambda **facts: told.append(facts["assessment"].pk)])
    assessment = act.submit(by=ana, assessment=make_sendable(ana))
    assert (assessment.status, assessment.submitted_by) == ("ready_for_review", ana)
    assert Episode.objects.get().stage == "review"
    assert told == [assessment.pk]
    steps = AssessmentStatusChange.objects.order_by("at").values_list("old", "new")
    assert list(steps) == [("not_started", "in_progress"), ("in_progress", "ready_for_review")]


def test_doesnt_know_is_an_answer_and_does_not_block(ana):
    assessment = make_sendable(ana)
    act.save_section(
        by=ana,
        assessment=assessment,
        key="health",
        bases=1,
        answers={"pregnant": {"missing": "declined"}},
    )
    assert act.submit(by=ana, assessment=assessment).status == "ready_for_review"


def test_an_open_emergency_blocks_until_it_is_written_down(ana):
    assessment = make_sendable(ana)
    check = ask_safety(ana, assessment.episode, severe_panic="yes")
    ask_safety(ana, assessment.episode)
    with pytest.raises(Refused) as caught:
        act.submit(by=ana, assessment=assessment)
    assert [gap.field for gap in caught.value.reasons] == ["disposition"]
    sql = (
        "UPDATE intake_assessment SET status = 'ready_for_review', submitted_at = now(), submitted_by_id = %s"
        " WHERE id = %s"
    )
    assert refused(sql, ana.pk, assessment.pk) == "intake_emergency_open"
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert act.submit(by=ana, assessment=assessment).status == "ready_for_review"


def test_hold_keeps_answers_and_refuses_changes_until_resumed(ana, ben):
    assessment = make_sendable(ana)
    act.hold(by=ana, assessment=assessment, reason="hung_up")
    with pytest.raises(Conflict):
        save(ben, assessment, "mental", anxiety="no")
    with pytest.raises(Conflict):
        act.submit(by=ben, assessment=assessment)
    resumed = act.resume(by=ben, assessment=assessment)
    assert (resumed.status, resumed.hold_reason, resumed.held_at) == ("in_progress", "", None)
    assert resumed.resumed_at is not None
    save(ben, assessment, "mental", anxiety="no")


@pytest.mark.parametrize("reason", ["", "bored"])
def test_a_hold_says_why(ana, reason):
    with pytest.raises(Refused):
        act.hold(by=ana, assessment=make_assessment(ana), reason=reason)


def test_the_clinicians_steps(ana, cole):
    assessment = act.submit(by=ana, assessment=make_sendable(ana))
    with pytest.raises(Refused):
        act.begin_review(by=ana, assessment=assessment)
    act.begin_review(by=cole, assessment=assessment)
    act.send_back(by=cole, assessment=assessment, questions=[Asked("Since when?")])
    question = ReviewQuestion.objects.get()
    assert question.text == "Since when?"
    assert Episode.objects.get().stage == "assessment"
    with pytest.raises(Refused) as refused_with:
        act.submit(by=ana, assessment=assessment)
    assert refused_with.value.code == "open_questions"
    answer_question(by=ana, question=question, kind="said", words="Two years")
    act.submit(by=ana, assessment=assessment)
    decided = act.mark_decided(by=cole, assessment=assessment)
    assert decided.status == "decided"


def test_a_decided_assessment_stays_as_it_is(ana, cole):
    assessment = act.submit(by=ana, assessment=make_sendable(ana))
    act.mark_decided(by=cole, assessment=assessment)
    with pytest.raises(Conflict):
        save(ana, assessment, "mental", anxiety="no")
    for sql in (
        "UPDATE intake_assessment SET status = 'in_progress' WHERE id = %s",
        "UPDATE intake_assessmentsection SET version = 9 WHERE assessment_id = %s",
        "DELETE FROM intake_assessmentsection WHERE assessment_id = %s",
        "UPDATE intake_substanceuse SET position = 9 WHERE assessment_id = %s",
    ):
        assert refused(sql, assessment.pk) == "intake_assessment_decided"


def test_an_episode_has_one_first_version(ana):
    assessment = make_assessment(ana)
    sql = (
        "INSERT INTO intake_assessment (id, data_key_id, episode_id, number, status, version, hold_reason)"
        " SELECT %s, data_key_id, episode_id, 1, 'in_progress', 0, '' FROM intake_assessment WHERE id = %s"
    )
    code = refused(sql, uuid4(), assessment.pk)
    assert code in ("intake_assessment_one_open", "intake_assessment_one_per_number")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'on_hold'", "intake_assessment_hold_complete"),
        ("hold_reason = 'hung_up'", "intake_assessment_hold_complete"),
        ("status = 'lost'", "intake_assessment_status_known"),
        ("status = 'in_review'", "intake_assessment_submitted_by_someone"),
    ],
)
def test_the_database_knows_the_statuses(ana, change, code):
    assessment = make_assessment(ana)
    assert refused(f"UPDATE intake_assessment SET {change} WHERE id = %s", assessment.pk) == code


def test_sending_twice_with_one_key_sends_once(ana):
    assessment, key = make_sendable(ana), uuid4()
    act.submit(by=ana, assessment=assessment, submit_key=key)
    with pytest.raises(AlreadyDone):
        act.submit(by=ana, assessment=assessment, submit_key=key)

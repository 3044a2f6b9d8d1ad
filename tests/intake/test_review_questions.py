"""A clinician asks about fields; admissions answer each, and only then it goes back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions import assessments as act
from intake.actions.review_questions import MOST, Asked, answer_question
from intake.models import ReviewQuestion
from tests.factories.episodes import ask_safety, make_sendable, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(ana):
    return act.submit(by=ana, assessment=make_sendable(ana))


def ask(by, assessment, *questions):
    act.send_back(by=by, assessment=assessment, questions=[Asked(*one) for one in questions])
    return list(assessment.review_questions.order_by("section", "field"))


def test_each_is_a_row_about_a_field_with_a_time(cole, sent):
    row = sent.substance_rows.get()
    general, health, amount = ask(
        cole,
        sent,
        ("Who called?",),
        ("Which liver test?", "health", "liver"),
        ("Grams, or capsules?", "substances", f"{row.pk}:amount"),
    )
    assert (general.section, general.field, general.text) == ("", "", "Who called?")
    assert (health.section, health.field) == ("health", "liver")
    assert amount.field == f"{row.pk}:amount"
    assert amount.due_at - clock.now() > timedelta(minutes=110)
    sent.refresh_from_db()
    assert sent.status == "needs_answers"


@pytest.mark.parametrize(
    "asked",
    [
        ("Why?", "health", "no_such_field"),
        ("Why?", "nowhere", ""),
        ("Why?", "", "liver"),
        ("Why?", "health", "5b4f4d1e-0000-4000-8000-000000000000:amount"),
        ("Why?", "substances", "5b4f4d1e-0000-4000-8000-000000000000:amount"),
    ],
)
def test_only_about_what_this_version_has(cole, sent, asked):
    with pytest.raises(Refused):
        ask(cole, sent, asked)
    assert not ReviewQuestion.objects.exists()


def test_it_takes_words_a_clinician_and_a_sent_assessment(ana, cole, sent):
    for by, questions in ((cole, [("  ",)]), (ana, [("Why?",)]), (cole, [("Why?",)] * (MOST + 1))):
        with pytest.raises(Refused), transaction.atomic():
            ask(by, sent, *questions)
    ask(cole, sent, ("Since when?",))
    with pytest.raises(Conflict):
        ask(cole, sent, ("Once more?",))


def test_it_goes_back_only_when_each_is_answered(ana, ben, cole, sent):
    first, second = ask(
        cole, sent, ("Since when?", "mental", "anxiety"), ("By whom?", "mental", "suicidality")
    )
    with pytest.raises(Refused) as one_left:
        act.submit(by=ana, assessment=sent)
    assert one_left.value.code == "open_questions"
    answer_question(by=ana, question=first, kind="said", words="Since March")
    answer_question(by=ben, question=second, kind="not_reached")
    act.submit(by=ana, assessment=sent)
    first.refresh_from_db()
    assert (first.answer, first.answered_by) == ("Since March", ana)


def test_changed_means_that_the_very_answer_was_changed_since(ana, cole, sent):
    liver, home, safety = ask(
        cole, sent, ("Which?", "health", "liver"), ("At home?", "mental", ""), ("Today?", "safety", "")
    )
    for question in (liver, home, safety):
        with pytest.raises(Refused) as unchanged:
            answer_question(by=ana, question=question, kind="changed")
        assert unchanged.value.code == "not_changed"
    save(ana, sent, "health", pregnant="no", cardiac="none")
    with pytest.raises(Refused):
        answer_question(by=ana, question=liver, kind="changed")
    save(ana, sent, "health", liver="none")
    save(ana, sent, "mental", anxiety="no")
    ask_safety(ana, sent.episode)
    for question in (liver, home, safety):
        assert answer_question(by=ana, question=question, kind="changed").answer_kind == "changed"


@pytest.mark.parametrize(
    ("kind", "words", "field"), [("", "", "kind"), ("maybe", "x", "kind"), ("said", " ", "words")]
)
def test_what_an_answer_needs(ana, cole, sent, kind, words, field):
    (question,) = ask(cole, sent, ("Since when?",))
    with pytest.raises(Refused) as refused:
        answer_question(by=ana, question=question, kind=kind, words=words)
    assert refused.value.field == field


def test_it_is_answered_once(ana, ben, cole, sent):
    (question,) = ask(cole, sent, ("Since when?",))
    answer_question(by=ana, question=question, kind="said", words="March")
    with pytest.raises(Conflict) as conflict:
        answer_question(by=ben, question=question, kind="said", words="April")
    assert ana.display_name in conflict.value.message


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE intake_reviewquestion SET text = '\\x00'", "intake_question_kept"),
        ("UPDATE intake_reviewquestion SET due_at = now()", "intake_question_kept"),
        ("UPDATE intake_reviewquestion SET field = ''", "intake_question_kept"),
        ("DELETE FROM intake_reviewquestion", "intake_question_kept"),
        ("UPDATE intake_reviewquestion SET answer_kind = 'said'", "intake_reviewquestion_answer_complete"),
        (
            "UPDATE intake_reviewquestion SET answer_kind = 'said', answered_at = now(),"
            " answered_by_id = asked_by_id",
            "intake_reviewquestion_answer_in_words",
        ),
    ],
)
def test_sql_can_not_change_what_was_asked(cole, sent, sql, code):
    ask(cole, sent, ("Since when?", "health", "liver"))
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        connection.cursor().execute(sql)
    assert refusal_code(caught.value) == code


def test_sql_can_not_change_an_answer(ana, cole, sent):
    (question,) = ask(cole, sent, ("Since when?",))
    answer_question(by=ana, question=question, kind="said", words="March")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        connection.cursor().execute("UPDATE intake_reviewquestion SET answer = '\\x00'")
    assert refusal_code(caught.value) == "intake_question_answered"


def test_nothing_of_it_is_in_the_tables_in_plain(ana, cole, sent):
    (question,) = ask(cole, sent, ("Is Marigold his sister?",))
    answer_question(by=ana, question=question, kind="said", words="Marigold is an aunt")
    with connection.cursor() as cursor:
        cursor.execute("SELECT intake_reviewquestion::text FROM intake_reviewquestion")
        assert "marigold" not in cursor.fetchone()[0].lower()

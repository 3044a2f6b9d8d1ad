"""The forms of the questions: what folds away, what is refused, and how large amounts are read back."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from config.fields import field_html
from intake.forms.questions import QuestionsForm
from intake.questions import BY_KEY, SECTIONS
from intake.questions.substances import ROW_QUESTIONS
from tests.factories.episodes import said

NOW = datetime(2026, 7, 14, 3, 0, tzinfo=UTC)  # 11 pm the day before, at the center


def row_form(data=None, **answers):
    posted = None
    if data is not None:
        posted = QueryDict(mutable=True)
        posted.update({f"r-{name}": value for name, value in data.items()})
    return QuestionsForm(posted, questions=ROW_QUESTIONS, answers=said(**answers), now=NOW, prefix="r")


def conditions(form, name):
    """The conditions that the page carries for a field; None when it is always there."""
    found = re.search(r'data-shown-when="([^"]*)"', field_html(form[name]))
    return json.loads(found[1].replace("&quot;", '"')) if found else None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("amount", None),
        ("last_use", None),
        ("strength_mg", [["r-unit", ["pieces"], None]]),
        ("on_waking", [["r-times_a_day", [], 0]]),
        ("amount_confirmed", []),
    ],
)
def test_the_page_says_what_opens_a_field(name, found):
    assert conditions(row_form(), name) == found


def test_an_unusual_amount_opens_its_question():
    many = {"substance": "kratom_leaf", "amount": 150, "unit": "g", "times_a_day": 1}
    assert conditions(row_form(**many), "amount_confirmed") is None
    assert conditions(row_form(**many | {"amount": 15}), "amount_confirmed") == []


def test_a_large_amount_is_saved_as_it_was_said():
    form = row_form({"substance": "kratom_leaf", "amount": "350", "unit": "g", "times_a_day": "2"})
    assert form.is_valid()
    assert form.answers()["amount"] == {"value": 350}


def test_a_folded_question_is_still_posted_and_kept():
    form = row_form({"substance": "alcohol", "enhanced": "yes"})
    assert form.is_valid()
    assert form.answers()["enhanced"] == {"value": "yes"}


@pytest.mark.parametrize(
    ("day", "right"), [("2026-07-13", True), ("2026-07-14", False), ("2019-01-01", True)]
)
def test_a_first_use_is_not_in_the_centers_future(day, right):
    assert row_form({"first_use": day}).is_valid() is right


@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
def test_every_section_can_be_shown_and_sent_empty(key):
    questions = BY_KEY[key].questions
    form = QuestionsForm(QueryDict(""), questions=questions, answers={}, now=NOW)
    assert form.is_valid()
    assert set(form.answers().values()) == {None}
    assert [field_html(form[question.name]) for question in questions]

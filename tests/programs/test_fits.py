"""Where a place is chosen, each program says what fits and what does not; none is hidden or ranked."""

import pytest
from django.urls import reverse

from programs.fits import compared
from programs.offers import blank_offer
from programs.rules.fit import ASK, NO, YES, fit
from programs.wishes import told_by
from tests.factories.care import make_program
from tests.factories.episodes import make_assessment, save
from tests.programs.test_screens import words_of

RESIDENTIAL = blank_offer(
    level="residential", services=["holistic"], psychiatric_medicines=True, medicines_continue=False
)
IOP = blank_offer(level="iop", services=["mental_groups", "twelve_step"], medicines_continue=True)
_NOT_VETERANS = "A group for veterans is wished; this program is for everybody"
_SERVED = "The person served in the military. Ask whether a veterans group is wished"
_NO_LEAVE = "Care day and night, and the person can't take time off work"
_NO_PSYCHIATRY = (
    "No psychiatric medicines, and mental health conditions were told; there are groups for mental health"
)
VETERANS = blank_offer(level="residential", audiences=["veterans"])


@pytest.mark.parametrize(
    ("offer", "told", "verdict", "words"),
    [
        (RESIDENTIAL, {"setting_wish": "residential"}, YES, "The wish is to live there: so it is here"),
        (IOP, {"setting_wish": "residential"}, NO, "The wish is to live there"),
        (IOP, {"setting_wish": "day"}, YES, "The wish is days there and nights at home: so it is here"),
        (RESIDENTIAL, {"preferences": ["holistic"]}, YES, "Yoga, art and the like, as wished"),
        (IOP, {"preferences": ["holistic"]}, NO, "No yoga, art and the like"),
        (IOP, {"preferences": ["twelve_step"]}, YES, "12-step groups, as wished"),
        (IOP, {"preferences": ["faith"]}, ASK, "Care with faith is wished"),
        (VETERANS, {"veteran": "yes"}, YES, "Meant for veterans"),
        (VETERANS, {"preferences": ["veterans"]}, YES, "Meant for veterans"),
        (VETERANS, {"veteran": "no"}, ASK, "Meant for veterans; nothing told says that the person is one"),
        (IOP, {"preferences": ["veterans"]}, NO, _NOT_VETERANS),
        (IOP, {"veteran": "yes"}, ASK, _SERVED),
        (RESIDENTIAL, {"can_take_leave": "no"}, NO, _NO_LEAVE),
        (
            IOP,
            {"can_take_leave": "no", "work_hours": "Nights"},
            ASK,
            "The person can't take time off work. Compare the hours: Nights",
        ),
        (
            RESIDENTIAL,
            {"diagnoses": "Depression"},
            YES,
            "Psychiatric medicines are given, and mental health conditions were told",
        ),
        (
            IOP,
            {"diagnoses": "Depression"},
            NO,
            _NO_PSYCHIATRY,
        ),
        (IOP, {"mat_current": "yes"}, YES, "Medicine for opioid use disorder goes on here"),
        (RESIDENTIAL, {"mat_current": "yes"}, NO, "Medicine for opioid use disorder does not go on here"),
        (IOP, {"language_care": "es"}, ASK, "Care in Spanish is needed"),
        (IOP, {"access_needs": "A ramp"}, ASK, "Help is needed: A ramp"),
    ],
)  # fmt: skip
def test_one_answer_gives_one_sentence(offer, told, verdict, words):
    assert [(one.verdict, one.words) for one in fit(offer, told)] == [(verdict, words)]


def test_what_nobody_told_says_nothing():
    assert fit(RESIDENTIAL, {}) == ()
    assert fit(RESIDENTIAL, {"language_care": "en", "setting_wish": "no_wish", "can_take_leave": "yes"}) == ()


def test_neither_money_nor_places_are_read():
    told = {"setting_wish": "day", "preferences": ["holistic"], "payer": "medicaid"}
    assert fit({**IOP, "slots": 0}, told) == fit({**IOP, "slots": 99}, {**told, "payer": "self_pay"})


@pytest.fixture
def told(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "goals", preferences=["holistic"], setting_wish="day")
    return assessment.episode


@pytest.mark.django_db
def test_every_open_program_stands_there_in_the_order_of_names(ana, told, django_assert_num_queries):
    for name, more in (("Zinnia", {}), ("Aster", {}), ("Marigold", {"operated_by": "partner"})):
        make_program("iop", name=name, **more)
    make_program("php", name="Fern", slots=4)
    with django_assert_num_queries(4):
        found = compared(ana, told_by(told), "")
    names = [one.program.name for one in found]
    assert [name for name in names if name in ("Aster", "Fern", "Zinnia", "Marigold")] == [
        "Aster",
        "Fern",
        "Zinnia",
    ]
    assert {one.program.level for one in compared(ana, told_by(told), "php")} == {"php"}
    assert compared(ana, told_by(make_assessment(ana, name="Riley Park").episode), "") == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["readiness", "bed-hold"])
def test_it_stands_where_a_place_is_chosen(client, as_user, told, ana, page):
    make_program("iop", name="Aster")
    as_user(ana)
    shown = words_of(client.get(reverse(f"programs:{page}", args=[told.pk])))
    assert "How programs fit" in shown
    assert "The wish is days there and nights at home: so it is here" in shown
    assert "No yoga, art and the like" in shown

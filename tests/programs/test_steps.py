"""Decisions follow the table of steps between levels of care."""

import pytest
from django.urls import reverse

from config.errors import Refused
from programs.actions.admissions import admit
from programs.actions.determinations import Choice, settle
from programs.actions.recommendations import recommend
from programs.actions.undo import undo
from programs.choices import LEVEL_OF_SETTING, Level
from programs.forms.levels import level_choices
from programs.queries_levels import level_before
from programs.rules.transitions import judge
from tests.factories.care import make_review
from tests.programs.gate import Case
from tests.programs.test_decisions import RATINGS, WHY, a_suggestion

pytestmark = pytest.mark.django_db


# from where, detox first, to which level: what happens
STEPS = [
    ("", False, "iop", "goes"),
    ("", True, "php", "goes"),
    ("", True, "iop", "needs a reason"),
    ("", True, "outpatient", "needs a reason"),
    ("", False, "continuing", "refused"),
    ("", True, "continuing", "refused"),
    ("residential", False, "iop", "goes"),
    ("residential", False, "residential", "goes"),
    ("residential", False, "inpatient", "goes"),
    ("residential", False, "continuing", "refused"),
    ("residential", True, "iop", "needs a reason"),
    ("outpatient", False, "continuing", "goes"),
]


@pytest.mark.parametrize("before,detox,level,expected", STEPS)
def test_a_decision_follows_the_table_of_steps(before, detox, level, expected):
    """Agreeing or not: the table of steps holds, and a reason is asked for where it says so."""
    rules = a_suggestion(level=level, after=level if detox else "", detox_first=detox)
    choice = Choice("agree")
    if expected == "refused":
        with pytest.raises(Refused) as refused:
            settle(choice, rules, before)
        assert refused.value.field == "level"
        return
    if expected == "needs a reason":
        with pytest.raises(Refused) as refused:
            settle(choice, rules, before)
        assert refused.value.field == "reason"
        choice = Choice("agree", reason=WHY)
    assert settle(choice, rules, before).level == level


def test_whatever_the_rules_suggest_can_be_agreed_with():
    """No suggestion of the level rules, alone or after detox, is a step that the table refuses."""
    suggested = set(LEVEL_OF_SETTING.values())
    for before in ("", *Level.values):
        assert all(judge(before, level).allowed for level in suggested)


def test_the_level_before_is_that_of_the_last_stay_that_was_no_mistake():
    case = Case.good()
    assert level_before(case.episode) == ""
    place = {"program": case.program, "bed": case.bed}
    stay = admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)
    assert level_before(case.episode) == "residential"
    undo(admission=stay, reason="Another person was meant.", by=case.ana)
    assert level_before(case.episode) == ""


def test_the_form_offers_no_level_that_no_step_leads_to():
    assert "continuing" not in dict(level_choices(""))
    assert "continuing" not in dict(level_choices("residential"))
    assert "continuing" in dict(level_choices("outpatient"))
    assert set(dict(level_choices("inpatient"))) == {*Level.values} - {"continuing"}


def test_the_page_asks_why_iop_is_enough_right_after_detox(client, as_user, ana, cole):
    made = make_review(ana)
    suggestion = recommend(assessment=made, ratings=RATINGS, by=cole)
    as_user(cole)
    sent = {"recommendation": str(suggestion.pk), "outcome": "other", "level": "iop", "detox_first": "yes"}
    url = reverse("programs:decide", args=[made.episode_id])
    assert client.post(url, sent).status_code == 422
    page = client.post(url, {**sent, "reason": WHY})
    assert page.status_code == 200
    assert WHY in page.content.decode()
    nowhere = client.post(url, {**sent, "level": "continuing", "reason": WHY})
    assert nowhere.status_code == 422

"""A care plan answers each need that the answers point to, or says why not; each version stays."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse

from audit.models import Event
from config.errors import Conflict, Refused
from intake.picture import facts_of
from intake.queries import current_assessment
from intake.rules.facts import Facts
from programs.actions.care_plans import write_plan
from programs.models import CarePlan
from programs.rules.care_plan import gaps_in, to_answer, ways_to_offer
from tests.factories.care import make_review

PLAIN = {"domains": {}, "ways": [], "triggers": [], "early_signs": [], "first_answers": [], "habits": {}}


def said_so(**sections):
    answers = {key: {name: {"value": one} for name, one in given.items()} for key, given in sections.items()}
    return Facts(sections=answers, rows=(), checks=())


@pytest.mark.parametrize(
    ("said", "domains"),
    [
        ({}, []),
        ({"health": {"pain": "yes"}}, ["pain"]),
        ({"mental": {"trauma": "yes"}}, ["mental"]),
        ({"substances": {"reasons": ["pain", "anxiety"]}}, ["reasons", "mental", "pain"]),
        ({"withdrawal": {"withdrawal_if_skipped": "yes"}}, ["use"]),
        ({"goals": {"readiness": 3}}, ["change"]),
        ({"substances": {"opioid_history": "yes"}}, ["opioid"]),
        ({"health": {"seizure_disorder": "unstable"}}, ["medical"]),
        ({"health": {"pain": "no"}, "mental": {"anxiety": "no"}}, []),
    ],
)
def test_which_needs_a_plan_has_to_answer(said, domains):
    found = to_answer(said_so(**said))
    assert [one.domain for one in found] == domains
    assert all(one.evidence for one in found)


def test_ways_come_from_the_answers_and_the_wishes():
    said = said_so(
        goals={"readiness": 3, "preferences": ["smart", "faith"]},
        withdrawal={"withdrawal_if_skipped": "yes", "symptoms_now": ["feelings"]},
    )
    assert ways_to_offer(said) == ("cbt", "dbt", "met", "smart")


@pytest.mark.parametrize(
    ("content", "wanted", "fields"),
    [
        ({}, ["pain"], ["pain_plan"]),
        ({"domains": {"pain": {"plan": "", "why_not": ""}}}, ["pain"], ["pain_plan"]),
        ({"domains": {"pain": {"plan": "A clinic", "why_not": ""}}}, ["pain"], []),
        ({"domains": {"pain": {"plan": "", "why_not": "It is over"}}}, ["pain"], []),
        ({"triggers": [["Payday", "Call my sister"], ["Evenings", ""]]}, [], ["answer_2"]),
        ({"triggers": [["", "Walk"]]}, [], ["trigger_1"]),
    ],
)
def test_what_a_plan_lacks(content, wanted, fields):
    assert [gap.field for gap in gaps_in(content, wanted)] == fields


@pytest.fixture
def made(ana):
    return make_review(ana).episode


def whole(episode):
    """Return a plan that answers whatever this person's answers point to."""
    wanted = to_answer(facts_of(current_assessment(episode)))
    assert wanted
    answers = {one.domain: {"plan": f"Together: {one.domain}", "why_not": ""} for one in wanted}
    return {**PLAIN, "domains": answers, "triggers": [["Payday", "Call my sister"]]}


@pytest.mark.django_db
def test_each_version_stays_and_only_a_clinician_writes(made, ana, cole):
    content = whole(made)
    with pytest.raises(Refused):
        write_plan(episode=made, content=content, after=0, by=ana)
    with pytest.raises(Refused) as refused:
        write_plan(episode=made, content=PLAIN, after=0, by=cole)
    assert refused.value.reasons
    assert not CarePlan.objects.exists()
    write_plan(episode=made, content=content, after=0, by=cole)
    with pytest.raises(Conflict):
        write_plan(episode=made, content=content, after=0, by=cole)
    write_plan(episode=made, content=content, after=1, by=cole)
    assert [one.number for one in CarePlan.objects.order_by("number")] == [1, 2]
    for sql in ("UPDATE programs_careplan SET number = 9", "DELETE FROM programs_careplan"):
        with pytest.raises(Exception, match="permission denied"), \
                transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
            cursor.execute(sql)


@pytest.mark.django_db
def test_the_page_names_each_gap_saves_and_prints(made, cole, as_user):
    client, url = as_user(cole), reverse("programs:care-plan", args=[made.pk])
    paper = reverse("programs:care-plan-print", args=[made.pk])
    assert "No plan was written yet" in client.get(paper).content.decode()
    assert "Needs an answer" in client.get(url).content.decode()
    sent = {"after": 0, "submit_key": uuid4(), "trigger_1": "Payday", "answer_1": "Call my sister"}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "Use and cravings: write the plan, or below why there is none" in refused.content.decode()
    sent |= {f"{code}_plan": f"Plan for {code}" for code in whole(made)["domains"]}
    sent |= {"early_signs": "Poor sleep\nShort temper", "habit_sleep": "In bed by eleven", "ways": ["smart"]}
    assert client.post(url, {**sent, "submit_key": uuid4()}).status_code == 302
    assert client.post(url, {**sent, "submit_key": uuid4()}).status_code == 409
    printed = client.get(paper).content.decode()
    for words in ("Payday", "Call my sister", "Short temper", "In bed by eleven", "SMART Recovery"):
        assert words in printed
    assert Event.objects.filter(name="care_plan.printed", person_id=made.person_id).count() == 1


@pytest.mark.django_db
def test_two_who_write_at_once_lose_nothing(made, cole, as_user):
    client, url = as_user(cole), reverse("programs:care-plan", args=[made.pk])
    plans = {f"{code}_plan": f"Plan for {code}" for code in whole(made)["domains"]}
    assert client.post(url, {"after": 0, "submit_key": uuid4(), **plans}).status_code == 302
    first = {
        "after": 1,
        **plans,
        "trigger_1": "Payday",
        "answer_1": "Walk",
        "habit_sleep": "In bed by ten",
        "ways": ["smart"],
    }
    assert client.post(url, {**first, "submit_key": uuid4()}).status_code == 302
    mine = {"after": 1, **plans, "early_signs": "Poor sleep", "habit_sleep": "In bed by twelve"}
    page = client.post(url, {**mine, "submit_key": uuid4()})
    words = page.content.decode()
    assert page.status_code == 409
    assert f"{cole.display_name} wrote meanwhile: In bed by ten" in words
    together = page.context["form"]
    assert together["trigger_1"].value() == "Payday"
    assert together["ways"].value() == ["smart"]
    assert together["early_signs"].value() == "Poor sleep"
    assert together["habit_sleep"].value() == "In bed by twelve"
    again = {name: together[name].value() for name in together.fields if together[name].value()}
    assert client.post(url, {**again, "submit_key": uuid4()}).status_code == 302
    kept = CarePlan.objects.get(number=3).content
    assert kept["triggers"] == [["Payday", "Walk"]]
    assert kept["habits"]["sleep"] == "In bed by twelve"
    assert kept["early_signs"] == ["Poor sleep"]

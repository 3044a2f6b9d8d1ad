"""What a packet says from outside the assessment: safety check, plan, whom to call, how it began."""

import json

import pytest

from config import clock
from config.clock import center_day
from intake.actions.authorizations import Decision, ask, decide
from intake.models import Episode
from records.choices import Category
from referrals.actions.packets import fingerprint
from referrals.fhir.bundle import bundle
from referrals.packet import coded_sections
from tests.factories.contact import make_request
from tests.factories.coverage import make_answer, make_policy
from tests.factories.episodes import ask_safety, make_episode
from tests.factories.packets import accepted, marked_episode, opened, packet_of
from tests.factories.referrals import EVERYTHING
from tests.factories.world import make_care_contact
from tests.referrals.fhir.checks import of_kind

pytestmark = pytest.mark.django_db

SUICIDE = "Thoughts of suicide now, a plan, or an attempt in the last 3 months?"


def made_of(packet):
    return bundle(packet.content, str(packet.pk))


def test_the_last_safety_check_goes_with_its_categories_and_danger_to_others_with_none(ana):
    episode = make_episode(ana)
    ask_safety(ana, episode, thoughts_of_suicide="yes", violent_or_psychotic="yes", seizure_24h="yes")
    ask_safety(ana, episode, violent_or_psychotic="yes")
    parts = {one: build() for one, build in coded_sections(episode).items()}
    assert [SUICIDE, "No"] in parts[Category.MENTAL_HEALTH]["rows"]
    assert ["A seizure now, or in the last 24 hours?", "No"] in parts[Category.HEALTH]["rows"]
    assert "safety.pregnancy_alarm" in json.dumps(parts[Category.PREGNANCY])
    assert "safety.naloxone_24h_not_evaluated" in json.dumps(parts[Category.SUBSTANCE_USE])
    assert all(
        "violent" not in json.dumps(part) and "hurt" not in json.dumps(part) for part in parts.values()
    )


def test_without_a_safety_check_nothing_is_said_about_one(ana):
    parts = coded_sections(make_episode(ana))
    assert "safety." not in json.dumps([build() for build in parts.values()])


@pytest.mark.parametrize("withheld", [Category.MENTAL_HEALTH, Category.HEALTH])
def test_a_safety_answer_stays_when_its_category_was_not_agreed_to(ana, withheld):
    episode = marked_episode(ana)
    ask_safety(ana, episode)
    packet = packet_of(ana, episode=episode, categories=[one for one in EVERYTHING if one != withheld])
    told = json.dumps(made_of(packet))
    assert (SUICIDE in told) is (withheld != Category.MENTAL_HEALTH)
    assert ("A seizure now" in told) is (withheld != Category.HEALTH)


def grant(ana, policy):
    today = center_day(clock.now())
    asked = ask(policy=policy, what="detox", units=5, unit="days", how="person", by=ana)
    return decide(
        authorization=asked,
        decision=Decision(True, "PA-7788", "Quillon Marsh", units=5, starts_on=today, ends_on=today),
        by=ana,
    )  # fmt: skip


def test_the_recorded_plan_goes_before_what_was_told_with_its_authorization(ana):
    episode = marked_episode(ana)
    policy = make_policy(episode, ana, group="G-12", holder="parent", phone="+18045550177")
    make_answer(policy, ana)
    grant(ana, policy)
    packet = packet_of(ana, episode=episode)
    rows = dict(packet.content["sections"]["insurance"]["rows"])
    assert rows["Plan"] == "Aetna, Maplewood Choice"
    assert rows["Member number of the plan"] == "W-77120934"
    assert rows["Prior authorization"].startswith("Number PA-7788: detox, until ")
    assert rows["Benefits"].startswith("Verified")
    plan = of_kind(made_of(packet), "Coverage")[0]
    assert plan["subscriberId"] == "W-77120934"
    assert plan["relationship"]["coding"][0]["code"] == "child"
    assert [one["value"] for one in plan["class"]] == ["G-12", "Maplewood Choice"]


def test_a_plan_stays_when_insurance_was_not_agreed_to(ana):
    episode = marked_episode(ana)
    make_policy(episode, ana)
    packet = packet_of(
        ana, episode=episode, categories=[one for one in EVERYTHING if one != Category.INSURANCE]
    )
    assert "W-77120934" not in json.dumps([packet.content, made_of(packet)])


def test_whom_to_call_in_an_emergency_goes_with_the_ways_to_reach_the_person(ana):
    episode = marked_episode(ana)
    make_care_contact(episode, ana)
    packet = packet_of(ana, episode=episode)
    assert ["Emergency contact", "Maple Senior, aunt, (804) 555-0166"] in packet.content["sections"][
        "contact"
    ]["rows"]
    contact = of_kind(made_of(packet), "Patient")[0]["contact"][0]
    assert contact["name"]["text"] == "Maple Senior"
    assert contact["relationship"][0]["coding"][0]["code"] == "C"


def test_whom_to_call_stays_when_ways_to_reach_were_not_agreed_to(ana):
    episode = marked_episode(ana)
    make_care_contact(episode, ana)
    shared = [one for one in EVERYTHING if one != Category.CONTACT]
    packet = packet_of(ana, episode=episode, categories=shared)
    assert "Maple Senior" not in json.dumps([packet.content, made_of(packet)])


@pytest.mark.parametrize(("who", "known"), [("me", True), ("family", False)])
def test_what_the_person_said_about_messages_goes_along_and_nobody_elses_rule(ana, who, known):
    episode = marked_episode(ana)
    Episode.objects.filter(pk=episode.pk).update(contact_request=make_request(ana, who=who))
    episode.refresh_from_db()
    packet = packet_of(ana, episode=episode)
    assert (["Messages", "Do not leave a message"] in packet.content["sections"]["contact"]["rows"]) is known
    made = made_of(packet)
    assert (of_kind(made, "ServiceRequest")[0].get("note") == [{"text": "Do not leave a message"}]) is known
    assert of_kind(made, "Encounter")[0]["type"][0]["coding"][0]["code"] == "185317003"


def test_each_substance_is_answered_for_itself(ana):
    response = of_kind(made_of(packet_of(ana)), "QuestionnaireResponse")[0]
    use = next(one for one in response["item"] if one["linkId"] == "substance_use")
    first = use["item"][0]
    told = {one["linkId"]: one["answer"][0]["valueString"] for one in first["item"]}
    assert told["substances.1.substance"] == "Kratom leaf, powder, capsules or tea"
    assert told["substances.1.amount"] == "32" and "substances.1.product_name" in told


def test_what_kind_of_place_the_partner_is_is_coded_where_it_is_known(ana):
    packet = packet_of(ana, services=["HID", "SF"])
    partner = of_kind(made_of(packet), "Organization")[1]
    codes = [coding["code"] for one in partner["type"] for coding in one["coding"]]
    assert codes == ["prov", "276400000X"]


def test_a_packet_that_was_kept_before_still_opens(ana):
    """Packets of earlier versions lack what is said now; what was kept is shown as it was."""
    offer, _token, _code = accepted(ana)
    packet = opened(offer, ana)
    old = json.loads(json.dumps(packet.content))
    for part in old["sections"].values():
        for key in ("plan", "contacts", "messages", "by_phone"):
            part.pop(key, None)
        for one in part.get("substances", []):
            one.pop("details")
    old["partner"].pop("services")
    assert fingerprint(old) != packet.sha256
    assert bundle(old, str(packet.pk))["type"] == "document"

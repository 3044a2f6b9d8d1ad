"""Pages for staff: who may open them, what they say, and what bad input does."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Event
from config import clock
from records.models import Disclosure, Person
from referrals.actions import answers, loop
from referrals.actions.facilities import add_facility, report_capacity
from referrals.models import CapacityReport, Facility, Offer, OfferMessage, Referral
from referrals.workflow import PARTNER
from tests.factories.consents import signed_consent
from tests.factories.episodes import add_row, make_assessment, save
from tests.factories.records import join
from tests.factories.referrals import (
    EVERYTHING,
    accept,
    arrived,
    consent_for,
    make_facility,
    make_referral,
    one_sent,
    sent,
)

pytestmark = pytest.mark.django_db


def text_of(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


@pytest.fixture
def assessment(ana):
    made = make_assessment(ana, sex="male")
    add_row(
        ana,
        made,
        substance="kratom_leaf",
        amount=8,
        unit="g",
        times_a_day=4,
        days_per_week=7,
        duration_months=14,
        last_use="today",
    )
    save(ana, made, "social", payer="aetna")
    save(ana, made, "health", pregnant="not_able")
    return made


@pytest.fixture
def partners(db):
    now = clock.now()
    made = {
        "harbor": make_facility(),
        "cedar": make_facility(
            "Cedar House", withdrawal_no=["benzo"], withdrawal_yes=["kratom"], payers=["self_pay"]
        ),
        "northgate": make_facility("Northgate", payers=["aetna"]),
    }
    CapacityReport.objects.create(
        facility=made["harbor"], beds_open=2, reported_at=now - timedelta(minutes=35), source="phone"
    )
    CapacityReport.objects.create(
        facility=made["northgate"], beds_open=4, reported_at=now - timedelta(days=9), source="phone"
    )
    return made


def test_the_match_page_says_why_and_why_not_and_who_is_named(ana, as_user, assessment, partners):
    signed_consent(ana, assessment.episode.person, partners["harbor"].recipient, categories=EVERYTHING)
    page = text_of(as_user(ana).get(reverse("referrals:match", args=[assessment.episode_id])))
    assert "Why: Offers medical detox; Manages withdrawal from kratom and 7-OH; Takes Aetna" in page
    assert "2 beds open, confirmed 35 min ago" in page
    assert "Does not take Aetna (takes Self-pay)" in page
    assert "Beds not known (last heard 9 days ago)" in page
    assert page.count("Consent on file") == 1
    assert f'value="{partners["harbor"].pk}"' in page
    assert f'value="{partners["northgate"].pk}"' not in page
    assert "<title>Find a partner - " in page
    assert Event.objects.filter(name="record.viewed", ids__what="referral_match").count() == 1


def test_no_match_never_ends_there(ana, as_user, assessment, partners):
    save(ana, assessment, "social", payer="medicare")
    page = text_of(as_user(ana).get(reverse("referrals:match", args=[assessment.episode_id])))
    assert "No partner fits right now." in page
    assert "Ask again about payment" in page
    assert page.count("Why not:") == 3


def test_sending_shows_the_code_once_and_a_second_press_does_nothing(ana, as_user, assessment, partners):
    signed_consent(ana, assessment.episode.person, partners["harbor"].recipient, categories=EVERYTHING)
    client = as_user(ana)
    data = {"facilities": [str(partners["harbor"].pk)], "answer_hours": "4", "submit_key": str(uuid4())}
    url = reverse("referrals:offer-send", args=[assessment.episode_id])
    first = client.post(url, data)
    assert first.status_code == 200
    assert re.search(r'spoken-code">\d{3} \d{3}<', first.content.decode())
    assert client.post(url, data).status_code == 302
    assert Offer.objects.count() == 1
    offer = Offer.objects.get()
    for name, pk in (("offer", offer.pk), ("referral", offer.referral_id)):
        assert "spoken-code" not in client.get(reverse(f"referrals:{name}", args=[pk])).content.decode()


def test_sending_without_consent_points_to_the_consent(ana, as_user, assessment, partners):
    client = as_user(ana)
    response = client.post(
        reverse("referrals:offer-send", args=[assessment.episode_id]),
        {"facilities": [str(partners["harbor"].pk)], "answer_hours": "4"},
    )
    assert response.status_code == 422
    page = text_of(response)
    assert "Harbor Detox is not named in a live consent" in page
    assert reverse("records:consent-prepare", args=[assessment.episode.person_id]) in page
    assert not Offer.objects.exists()
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"facilities": ["x"]}, {"facilities": [str(uuid4())], "answer_hours": "99"}]
)
def test_sending_nonsense_is_explained(ana, as_user, assessment, partners, data):
    url = reverse("referrals:offer-send", args=[assessment.episode_id])
    assert as_user(ana).post(url, data).status_code == 422


def test_the_need_can_be_changed_and_keeps_what_has_no_field(ana, as_user, assessment, partners):
    client = as_user(ana)
    url = reverse("referrals:need", args=[assessment.episode_id])
    assert "checked" in client.get(url).content.decode()
    data = {
        "level": "detox",
        "withdrawal": ["kratom", "benzo"],
        "payer": "",
        "pregnant": "no",
        "age": "36",
        "sex": "male",
        "language": "en",
        "travel": "Has a ride",
    }
    assert client.post(url, data).status_code == 302
    need = Referral.objects.get().need
    assert (need["withdrawal"], need["payer"], need["travel"]) == (["kratom", "benzo"], None, "Has a ride")
    assert need["use"][0]["code"] == "kratom_leaf"
    assert client.post(url, {**data, "age": "-1"}).status_code == 422
    assert client.post(url, {**data, "withdrawal": ["everything"]}).status_code == 422
    assert client.post(url, {**data, "age": "40"}).status_code == 302
    assert Referral.objects.get().need["age"] == 40


def test_two_who_change_the_need_overwrite_nothing(ana, as_user):
    referral = make_referral(ana)
    client, url = as_user(ana), reverse("referrals:need", args=[referral.episode_id])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    shown.pop("submit_key", None)
    first = {**shown, "notes": "Uses a wheelchair"}
    assert client.post(url, first).status_code == 302
    second = client.post(url, {**shown, "travel": "Has no ride"})
    assert second.status_code == 409
    assert "Somebody changed this meanwhile" in second.content.decode()
    assert Referral.objects.get().need["notes"] == "Uses a wheelchair"
    again = {**shown, "travel": "Has no ride", "seen": second.context["form"]["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert Referral.objects.get().need["travel"] == "Has no ride"


TOMORROW = clock.center_day(datetime.now(UTC)) + timedelta(days=1)
STEPS = {
    "accept": {
        "arrival_from": f"{TOMORROW}T10:00",
        "arrival_until": f"{TOMORROW}T14:00",
        "read_back": "on",
    },
    "decline": {"reason": "full"},
    "ask": {"text": "Which dose?"},
    "waitlist": {"review_at": f"{TOMORROW}T10:00"},
    "hold": {"review_at": f"{TOMORROW}T10:00"},
    "withdraw": {},
    "person_declines": {},
}


@pytest.mark.parametrize("step", STEPS)
def test_staff_enter_what_partners_say_by_phone(ana, as_user, step):
    offer, _token, _code = one_sent(ana)
    client = as_user(ana)
    url = reverse("referrals:offer-step", args=[offer.pk, step])
    assert client.get(url).status_code == 200
    said = STEPS[step]
    if said:
        assert client.post(url, {}).status_code == 422
    if step in PARTNER:
        nobody = client.post(url, {**said, "told_by": "phone"})
        assert nobody.status_code == 422
        assert "Who said it" in text_of(nobody)
        said = {**said, "told_by": "fax", "said_by": " Kim,  night desk "}
    assert client.post(url, said).status_code == 302
    change = offer.changes.order_by("at").last()
    assert (change.step, change.actor_kind, change.actor_id) == (step, "staff", ana.pk)
    if step in PARTNER:
        assert (change.told_by, change.said_by) == ("fax", "Kim, night desk")
        page = text_of(client.get(reverse("referrals:offer", args=[offer.pk])))
        assert "By fax: Kim, night desk" in page and "Ana Reyes" in page


def test_a_step_that_does_not_fit_any_more_is_a_conflict_and_an_unknown_one_is_nothing(ana, as_user):
    offer, _token, _code = one_sent(ana)
    client = as_user(ana)
    accept(offer, ana)
    assert client.get(reverse("referrals:offer-step", args=[offer.pk, "decline"])).status_code == 409
    words = {"reason": "full", "note": "Their second unit opens on Monday"}
    late = client.post(reverse("referrals:offer-step", args=[offer.pk, "decline"]), words)
    assert late.status_code == 409
    assert "What you wrote" in text_of(late) and words["note"] in text_of(late)
    assert client.get(reverse("referrals:offer-step", args=[offer.pk, "expire"])).status_code == 404
    assert client.get(reverse("referrals:offer-step", args=[offer.pk, "send"])).status_code == 404


def test_the_offer_page_in_every_status(ana, as_user):
    client = as_user(ana)
    offer, _token, _code = one_sent(ana)
    url = reverse("referrals:offer", args=[offer.pk])
    answers.ask(offer_id=offer.pk, text="Which dose?", by=ana, now=clock.now())
    assert "Which dose?" in text_of(client.get(url))
    accept(offer, ana, bed_note="bed 4")
    assert "bed 4" in text_of(client.get(url))
    arrived(offer, ana)
    page = text_of(client.get(url))
    assert "day 1" in page
    assert "Packet to print or fax" in page
    answers.no_show(offer_id=offer.pk, by=ana, now=clock.now())
    assert "New arrival time" in text_of(client.get(url))


def test_a_new_link_shows_a_new_code(ana, as_user):
    offer, _token, _code = one_sent(ana)
    response = as_user(ana).post(reverse("referrals:offer-link", args=[offer.pk]))
    assert re.search(r'spoken-code">\d{3} \d{3}<', response.content.decode())
    assert offer.links.count() == 2
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())
    assert as_user(ana).post(reverse("referrals:offer-link", args=[offer.pk])).status_code == 409


def test_a_packet_on_paper_goes_through_the_door(ana, as_user):
    offer, _token, _code = one_sent(ana)
    client = as_user(ana)
    url = reverse("referrals:offer-packet", args=[offer.pk])
    assert client.post(url).status_code == 409
    assert client.get(url).status_code == 405
    accept(offer, ana)
    page = text_of(client.post(url))
    assert "Jordan Lee" in page
    assert "This record which has been disclosed to you" in page
    assert Disclosure.objects.get().medium == "fax"


def test_the_sheet_for_fax_names_nobody(ana, as_user):
    elm = make_facility("Elm", channel="fax", email="", fax="+18045550199")
    referral = make_referral(ana)
    consent_for(ana, referral, elm)

    offer = sent(ana, elm, referral=referral, consent=False)[0].offer
    page = text_of(as_user(ana).get(reverse("referrals:offer-sheet", args=[offer.pk])))
    person = Person.objects.get()
    assert referral.reference in page
    assert "Kratom leaf" in page
    assert "42 CFR part 2 prohibits unauthorized use or disclosure" in page
    for secret in (person.name, person.reference, "1990"):
        assert secret not in page


def test_contact_is_written_down(ana, as_user):
    offer, _token, _code = one_sent(ana)
    client = as_user(ana)
    url = reverse("referrals:offer-contact", args=[offer.pk])
    assert client.post(url, {"kind": "call", "text": ""}).status_code == 422
    said = {"kind": "call", "outcome": "reached", "said_by": "Pat", "text": "They look at it"}
    assert client.post(url, said).status_code == 302
    assert OfferMessage.objects.get().text == "They look at it"


def test_who_is_out_and_who_went_quiet(ana, as_user, monkeypatch):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    there = arrived(offer, ana)
    later = there.last_heard_at + timedelta(days=2, minutes=1)
    loop.sweep(later)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = text_of(as_user(ana).get(reverse("referrals:out-at-detox")))
    assert "day 3" in page
    assert "Quiet" in page


def test_lists_are_never_empty_without_a_word(ana, as_user):
    client = as_user(ana)
    for name in ("referral-list", "out-at-detox", "partner-list"):
        page = client.get(reverse(f"referrals:{name}"))
        assert page.status_code == 200
        assert "empty-state" in page.content.decode()


def test_the_list_shows_what_is_due_first(ana, as_user):
    one_sent(ana)
    page = text_of(as_user(ana).get(reverse("referrals:referral-list")))
    assert "Call the partner: not opened yet" in page
    assert "empty-state" in text_of(as_user(ana).get(reverse("referrals:referral-list") + "?show=due"))


def test_the_directory_is_kept_by_supervisors_and_beds_by_everyone(ana, sam, as_user):
    data = {
        "name": "Other place",
        "legal_status": "covered_entity",
        "channel": "phone",
        "phone": "804 555 0170",
        "levels": ["detox"],
        "pregnancy": "unknown",
        "co_occurring": "unknown",
        "unit": "any",
        "age_min": "18",
    }
    url = reverse("referrals:partner-new")
    assert as_user(ana).get(url).status_code == 403
    client = as_user(sam)
    assert client.post(url, {**data, "channel": "link"}).status_code == 422
    assert client.post(url, {**data, "npi": "1234567890"}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 422
    place = Facility.objects.get()
    change = reverse("referrals:partner-change", args=[place.pk])
    assert client.get(change).status_code == 200
    more = {**data, "beds_total": "6", "revision": "1", "active": "on"}
    assert client.post(change, more).status_code == 302
    assert client.post(change, {**more, "beds_total": "7"}).status_code == 409
    beds = reverse("referrals:partner-capacity", args=[place.pk])
    client = as_user(ana)
    assert client.post(beds, {"beds_open": "7"}).status_code == 422
    assert client.post(beds, {"beds_open": "-1"}).status_code == 422
    assert client.post(beds, {"beds_open": "2", "said_by": "Pat"}).status_code == 302
    page = text_of(client.get(reverse("referrals:partner", args=[place.pk])))
    assert "2 beds open, confirmed 0 min ago, said by Pat" in page


def test_every_role_gets_what_it_may(ana, cole, sam, pia, audrey, ada, as_user, assessment):
    offer, _token, _code = one_sent(ana)
    for episode in (offer.referral.episode, assessment.episode):
        join(episode.person, cole)
    pages = {
        reverse("referrals:referral-list"): {ana, cole, sam},
        reverse("referrals:out-at-detox"): {ana, cole, sam},
        reverse("referrals:match", args=[assessment.episode_id]): {ana, cole, sam},
        reverse("referrals:referral", args=[offer.referral_id]): {ana, cole, sam},
        reverse("referrals:offer", args=[offer.pk]): {ana, cole, sam},
        reverse("referrals:offer-sheet", args=[offer.pk]): {ana, cole, sam},
        reverse("referrals:partner-list"): {ana, cole, sam, ada},
        reverse("referrals:partner-new"): {sam, ada},
    }
    for user in (ana, cole, sam, pia, audrey, ada):
        client = as_user(user)
        for url, allowed in pages.items():
            assert client.get(url).status_code == (200 if user in allowed else 403), (user.role, url)


def test_signed_out_and_strangers_find_nothing(ana, ben, client, as_user):
    offer, _token, _code = one_sent(ana)
    assert client.get(reverse("referrals:offer", args=[offer.pk])).status_code == 302
    signed_in = as_user(ben)
    for name, pk in (
        ("offer", offer.pk),
        ("referral", offer.referral_id),
        ("match", offer.referral.episode_id),
        ("offer", uuid4()),
    ):
        assert signed_in.get(reverse(f"referrals:{name}", args=[pk])).status_code == 404


def test_a_get_writes_nothing_but_the_trail(ana, as_user, assessment):
    offer, _token, _code = one_sent(ana)
    before = (list(Offer.objects.values()), list(Referral.objects.values("status", "next_due_at")))
    client = as_user(ana)
    for url in (
        reverse("referrals:offer", args=[offer.pk]),
        reverse("referrals:referral", args=[offer.referral_id]),
        reverse("referrals:need", args=[assessment.episode_id]),
        reverse("referrals:match", args=[assessment.episode_id]),
        reverse("referrals:offer-step", args=[offer.pk, "withdraw"]),
    ):
        assert client.get(url).status_code == 200
    assert (list(Offer.objects.values()), list(Referral.objects.values("status", "next_due_at"))) == before
    assert Referral.objects.count() == 1


def test_adding_a_partner_through_the_action_makes_its_recipient(sam):
    place = add_facility(
        name="Elm", legal_status="covered_entity", by=sam, phone="804", channel="fax", levels=["detox"]
    )
    assert place.recipient.kind == "facility"
    report_capacity(facility=place, beds_open=0, by=sam, now=clock.now())
    assert place.capacity_reports.get().source == "phone"

"""The directory of partners in the product: facts, history, contacts, agreements, pages and filters."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from referrals.actions.facilities import change_facility, report_capacity
from referrals.models import Facility
from tests.factories.referrals import make_facility

pytestmark = pytest.mark.django_db


def text_of(response):
    words = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.S)
    return re.sub(r" ([,.:])", r"\1", re.sub(r"\s+", " ", html.unescape(words)))


URL = "referrals:partner-list"


def form_of(facility, **changes):
    return {
        "name": facility.recipient.name,
        "legal_status": facility.recipient.legal_status,
        "active": "on",
        "channel": "link",
        "phone": facility.phone,
        "email": facility.email,
        "levels": facility.levels,
        "withdrawal_yes": facility.withdrawal_yes,
        "medications": facility.medications,
        "payers": facility.payers,
        "lists_complete": "on",
        "pregnancy": facility.pregnancy,
        "co_occurring": "unknown",
        "unit": "any",
        "age_min": "18",
        "coordinator": facility.coordinator,
        "revision": str(facility.revision),
        **changes,
    }


def test_every_attribute_is_entered_and_shown(sam, as_user):
    place = make_facility()
    client = as_user(sam)
    url = reverse("referrals:partner-change", args=[place.pk])
    data = form_of(
        place,
        npi="1234567893",
        address="14 Harbor Road",
        city="Easton",
        state="va",
        zip="23220",
        medications=["buprenorphine", "naltrexone_er"],
        medications_no=["methadone"],
        co_occurring="yes",
        languages=["es", "ase"],
        access=["wheelchair"],
        admits_from="08:00",
        admits_until="22:00",
        checked_on="2026-07-01",
        legal_status="part2_program",
    )
    assert client.post(url, data).status_code == 302
    page = text_of(client.get(reverse("referrals:partner", args=[place.pk])))
    for words in (
        "14 Harbor Road, Easton, VA 23220",
        "1234567893",
        "Buprenorphine, Naltrexone injection",
        "Do not go on with Methadone",
        "Spanish, Sign language",
        "Wheelchair access",
        "From 8:00 am to 10:00 pm",
        "Part 2 program",
    ):
        assert words in page
    history = text_of(client.get(reverse("referrals:partner-history", args=[place.pk])))
    assert "Revision 2" in history
    assert sam.display_name in history
    assert "The partner as it was first written down." in history


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"npi": "1234567890"}, "NPI must have 10 digits and the right last digit"),
        ({"zip": "123"}, "Enter the 5 digits of the ZIP code"),
        ({"state": "Virginia"}, "Enter the two letters of a state, such as VA"),
        ({"admits_from": "08:00"}, "Enter both times, or neither"),
        ({"age_max": "3"}, "The oldest age can't be below the youngest"),
        ({"withdrawal_no": ["kratom"]}, "One kind of withdrawal is in both lists"),
        ({"medications_no": ["methadone"]}, "One medicine is in both lists"),
        ({"email": ""}, "Enter an e-mail address for a partner reached by link"),
        ({}, "Nothing is different. Change something, or go back"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_changes(sam, as_user, change, words):
    place = make_facility()
    answer = as_user(sam).post(reverse("referrals:partner-change", args=[place.pk]), form_of(place, **change))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Facility.objects.get().revision == 1


def test_two_who_change_the_same_partner_see_each_others_change(sam, ada, as_user):
    place = make_facility()
    change_facility(facility=place, seen=1, by=ada, phone="+18045550177")
    answer = as_user(sam).post(
        reverse("referrals:partner-change", args=[place.pk]), form_of(place, fax="+18045550188")
    )
    assert answer.status_code == 409
    page = text_of(answer)
    assert f"{ada.display_name} changed this partner while you were writing." in page
    assert "(804) 555-0177" in page
    assert "(804) 555-0188" in page
    with pytest.raises(Conflict):
        change_facility(facility=place, seen=1, by=sam, phone="+18045550166")


def test_a_new_name_keeps_the_old_one_and_an_unused_partner_is_not_offered(ana, sam, as_user):
    place = make_facility()
    change_facility(facility=place, seen=1, by=sam, name="Harbor House", active=False)
    place.recipient.refresh_from_db()
    assert place.recipient.aliases == ["Harbor Detox"]
    assert Facility.objects.get().revision == 2
    url = reverse("referrals:partner", args=[place.pk])
    assert as_user(ana).get(url).status_code == 404
    assert "Not in use" in text_of(as_user(sam).get(url))
    make_facility("Elm")
    with pytest.raises(Refused) as refused:
        change_facility(facility=place, seen=2, by=sam, name="Elm")
    assert refused.value.code == "name_taken"


def test_contacts_and_agreements_are_added_and_ended(ana, sam, as_user):
    place = make_facility()
    page_url = reverse("referrals:partner", args=[place.pk])
    client = as_user(sam)
    contact = {"role": "night", "name": "Kim", "channel": "phone", "reach": "8045550123"}
    url = reverse("referrals:contact-new", args=[place.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {**contact, "channel": "email"}).status_code == 422
    assert client.post(url, contact).status_code == 302
    url = reverse("referrals:agreement-new", args=[place.pk])
    agreement = {"kind": "transfer", "begins_on": "2026-01-01", "ends_on": "2025-01-01"}
    assert client.post(url, agreement).status_code == 422
    assert client.post(url, {**agreement, "ends_on": "2026-02-01"}).status_code == 302
    page = text_of(client.get(page_url))
    assert "Nights and weekends: Kim, phone (804) 555-0123" in page
    assert "Transfer agreement: from 1 Jan 2026 until 1 Feb 2026 Ended" in page
    assert as_user(ana).get(url).status_code == 403
    end = reverse("referrals:part-end", args=[place.pk])
    part = {"part": str(place.contacts.get().pk)}
    client = as_user(sam)
    assert client.post(end, {"part": "no"}).status_code == 409
    assert client.post(end, part).status_code == 302
    assert client.post(end, part).status_code == 409
    assert "Only the main number." in text_of(client.get(page_url))
    assert {one.name for one in Event.objects.all()} >= {
        "facility.contact_added",
        "facility.agreement_added",
        "facility.part_ended",
    }


def test_beds_by_kind_with_who_said_so_and_what_was_said_before(ana, as_user):
    place, now = make_facility(), clock.now()
    report_capacity(facility=place, beds_open=5, by=ana, now=now - timedelta(days=2), said_by="Lou")
    url = reverse("referrals:partner-capacity", args=[place.pk])
    client = as_user(ana)
    assert client.post(url, {"beds_open": "2", "women_only": "3"}).status_code == 422
    assert client.post(url, {"beds_open": "3", "women_only": "2", "said_by": "Kim"}).status_code == 302
    page = text_of(client.get(reverse("referrals:partner", args=[place.pk])))
    assert "3 beds open (2 for women only), confirmed 0 min ago, said by Kim" in page
    assert "5 open The partner, by phone, Lou" in page


def test_the_list_is_paged_by_name_filtered_and_asks_as_much_for_few_as_for_many(ana, as_user):
    client = as_user(ana)
    make_facility("Elm", city="Easton", state="VA", payers=["self_pay"])
    client.get(reverse(URL))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(URL))
    for number in range(60):
        make_facility(f"House {number:02}", city="Millbrook", state="MD", withdrawal_yes=["alcohol"])
    with CaptureQueriesContext(connection) as many:
        first = client.get(reverse(URL))
    assert len(many) == len(few)
    page = text_of(first)
    assert "61 partners" in page
    assert "House 48" in page
    assert "House 49" not in page
    second = text_of(client.get(first.context["next_url"]))
    assert "House 49" in second
    assert "House 48" not in second
    for asked, there, gone in (
        ({"q": "elm"}, "Elm", "House 01"),
        ({"q": "millb"}, "House 01", "Elm"),
        ({"state": "va"}, "Elm", "House 01"),
        ({"withdrawal": "kratom"}, "Elm", "House 01"),
        ({"payer": "self_pay"}, "Elm", "House 01"),
    ):
        page = text_of(client.get(reverse(URL), asked))
        assert there in page
        assert gone not in page
    assert "No partner fits these filters." in text_of(client.get(reverse(URL), {"q": "nowhere"}))
    assert client.get(reverse(URL), {"after": "x~y", "level": "made up"}).status_code == 200

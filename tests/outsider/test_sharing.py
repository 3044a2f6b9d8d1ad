"""Items 3 and 10 to 14 of the outsider suite: what leaves, to whom, on which basis, what is written down."""

import csv
import io
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from records.choices import Category
from records.models import Disclosure, EmergencyDisclosure, Review
from tests.factories.consents import signed_consent
from tests.factories.contact import without_tokens
from tests.factories.door import make_agreement, make_court, make_limit, make_mandate, make_order
from tests.factories.episodes import make_episode, make_sendable
from tests.factories.records import make_recipient
from tests.factories.referrals import accept, consent_for, make_facility, make_referral, one_sent
from tests.outsider.test_consent import url, words

pytestmark = pytest.mark.django_db
FACTS = {
    "personnel_name": "Dr. Noor Haddad", "personnel_affiliation": "Mercy Hospital", "nature": "Seizure",
    "why": "unconscious", "why_other": "", "medium": "phone", "sections": ["identity"],
}  # fmt: skip


@pytest.fixture
def person(ana):
    return make_episode(ana).person


def entered(token: str, code: str) -> Client:
    """Return a partner's browser that gave its code."""
    browser = Client()
    assert browser.post(url("partner:verify"), {"token": token, "code": code}).status_code == 302
    return browser


def observed(response, *asked) -> tuple:
    """Return what an asker can compare: status, page and headers, without tokens and what was asked."""
    body = without_tokens(response.content)
    for one in asked:
        body = body.replace(str(one), "ID")
    headers = {name: value for name, value in response.headers.items() if "nonce" not in value}
    headers.pop("Content-Length", None)
    return response.status_code, re.sub(r'nonce="[^"]*"', "", body), headers


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["partner:packet", "partner:accept", "partner:clearance"])
def test_03_p2_13_another_partners_referral_is_the_same_as_none(ana, page, method):
    offer, _token, _code = one_sent(ana, make_facility("Harbor Detox"))
    accept(offer, ana)
    _other, other_token, other_code = one_sent(ana, make_facility("Elm"))
    mine, nobody = entered(other_token, other_code), uuid4()
    theirs = getattr(mine, method)(url(page, offer.pk))
    none = getattr(mine, method)(url(page, nobody))
    assert theirs.status_code == 404
    assert observed(theirs, offer.pk) == observed(none, nobody)


def test_10_p2_76_a_packet_holds_what_was_ticked_and_nothing_else(ana, as_user):
    referral, harbor = make_referral(ana, make_sendable(ana).episode), make_facility()
    staff, chosen = as_user(ana), {Category.SUBSTANCE_USE, Category.PRESENCE}
    prepare = url("records:consent-prepare", referral.episode.person_id)
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', staff.get(prepare).content.decode())
    assert len(boxes) > 8 and not [box for box in boxes if "checked" in box]
    consent_for(ana, referral, harbor, categories=list(chosen))
    offer, token, code = one_sent(ana, harbor, referral=referral, consent=False)
    accept(offer, ana)
    page = words(entered(token, code).post(url("partner:packet", offer.pk)))
    content = page.split("What the person has agreed to")[0]
    for one in set(Category) - {Category.COUNSELING_NOTES}:
        assert (str(one.label) in content) == (one in chosen), one
    assert "1990" not in content and "Aetna" not in content
    assert set(Disclosure.objects.get().categories) == chosen


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_11_p2_80_every_way_of_sending_writes_exactly_one_row(sam, as_user):
    offer, token, code = one_sent(sam)
    accept(offer, sam)
    person, staff, partner = offer.referral.episode.person, as_user(sam), entered(token, code)
    agreement, court = make_agreement(make_recipient("Ledger Billing", "other")), make_court()
    mandate = make_mandate(person, court, make_order(person, court))
    printed = {"sections": ["identity"], "medium": "print"}
    ways = [
        (staff, url("records:emergency", person.pk), FACTS),
        (staff, url("records:own-copy", person.pk), {"how": "known", "authority": "person", **printed}),
        (
            staff,
            url("records:report", person.pk),
            {
                "kind": "crime", "authority": "Police", "circumstances": "A threat",
                "reported_at": "2026-01-02T10:00", "medium": "phone",
            },
        ),
        (staff, url("records:agreement-share", person.pk), {"agreement": str(agreement.pk), **printed}),
        (staff, url("records:mandate-share", mandate.pk), printed),
        (partner, url("partner:packet", offer.pk), {}),
    ]  # fmt: skip
    for number, (browser, address, data) in enumerate(ways, 1):
        assert browser.post(address, data).status_code in (200, 302), address
        assert Disclosure.objects.count() == number, address
    accounting = url("records:accounting-csv", person.pk) + "?first=2020-01-01"
    header, *rows = rows_of(staff.get(accounting))
    assert len([row for row in rows if len(row) == len(header)]) == len(ways)


def test_12_p2_82_what_was_paid_in_full_is_kept_from_the_payer(sam, person, as_user):
    plan = make_recipient("Acme Health Plan", "payer")
    agreement, staff = make_agreement(plan), as_user(sam)
    asked = make_limit(person, agreed=False, paid_in_full=True, categories=["insurance"], kinds=["payer"])
    page = url("records:limit", asked.pk)
    assert "Decline" not in re.findall(r"<button[^>]*>\s*(\w+)", staff.get(page).content.decode())
    assert staff.post(url("records:limit-decline", asked.pk), {"reason": "No"}).status_code == 422
    assert staff.post(url("records:limit-agree", asked.pk)).status_code == 302
    share = {"agreement": str(agreement.pk), "sections": ["identity", "insurance"], "medium": "print"}
    answer = staff.post(url("records:agreement-share", person.pk), share)
    assert answer.status_code == 422 and "Do not tell my employer's plan" in words(answer)
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("fact", ["personnel_name", "personnel_affiliation", "nature", "why"])
def test_13_p2_88_an_emergency_needs_its_facts_and_is_written_down(ana, sam, person, as_user, fact):
    staff, page = as_user(ana), url("records:emergency", person.pk)
    assert page in staff.get(url("desk:person", person.pk)).content.decode()
    blank = staff.post(page, {**FACTS, fact: " "})
    assert blank.status_code == 422 and f"id_{fact}" in blank.content.decode()
    assert not Disclosure.objects.exists() and not EmergencyDisclosure.objects.exists()
    assert staff.post(page, FACTS).status_code == 302
    header, row, *_notice = rows_of(staff.get(url("records:accounting-csv", person.pk)))
    entry = dict(zip(header, row, strict=True))
    assert entry["Recipient"] == "Dr. Noor Haddad" and entry["Date and time"]
    assert "Seizure" in words(staff.get(url("records:disclosure", Disclosure.objects.get().pk)))
    review = Review.objects.get()
    assert (
        reverse("records:review", args=[review.pk])
        in as_user(sam).get(url("records:review-list")).content.decode()
    )


def test_14_p2_90_a_subpoena_alone_is_refused_whatever_consent_there_is(ana, sam, person, as_user):
    court = make_court()
    signed_consent(ana, person, court, purposes=["request"])
    alone = make_mandate(person, court)
    answer = as_user(sam).post(
        url("records:mandate-share", alone.pk), {"sections": ["identity"], "medium": "print"}
    )
    assert answer.status_code == 422
    assert "A subpoena alone does not open a record" in words(answer)
    assert not Disclosure.objects.exists()

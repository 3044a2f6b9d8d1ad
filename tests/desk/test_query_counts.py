"""Every list takes as many queries for a dozen rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.actions.documents import store
from tests.factories.consents import draft_consent, signed_consent
from tests.factories.contact import make_request
from tests.factories.messages import make_failed_message
from tests.factories.referrals import EVERYTHING, accept, arrived
from tests.factories.world import build_record, build_world, picture
from tests.guards.test_access_matrix import browser

pytestmark = pytest.mark.django_db
# Today, which asks for every kind of work, and the admission page, which judges what the gate does.
MOST = 42
LISTS = (
    "desk:today", "desk:people", "intake:request-list", "programs:review-list", "programs:bed-board",
    "programs:waitlist",
    "referrals:referral-list", "referrals:out-at-detox", "referrals:partner-list",
    "desk:messages", "records:incident-list", "intake:without-notice",
    "records:privacy",
)  # fmt: skip
LISTS_OF_A_PERSON = (
    "desk:person",
    "records:consent-list",
    "records:disclosure-list",
    "records:document-list",
)


def queries_of(client, url: str) -> int:
    """Return how many queries a page takes once the session is warm.

    Once a minute a request also notes that the session is in use; the smaller of two is without that.
    """
    client.get(url)
    return min(_count(client, url), _count(client, url))


def _count(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(captured)


@pytest.fixture
def world(ana, cole, dana):
    return build_world(ana, cole, dana)


def test_lists_take_the_same_queries_for_a_dozen_rows(world, ana, cole, dana):
    client = browser("supervisor")
    urls = [
        *map(reverse, LISTS),
        reverse("intake:request-list") + "?show=all",
        reverse("programs:bed-board") + "?names=full",
        *(reverse(name, args=[world.ordinary.person.pk]) for name in LISTS_OF_A_PERSON),
        reverse("referrals:match", args=[world.ordinary.episode.pk]),
        reverse("programs:bed-hold-for", args=[world.bed.pk]),
        reverse("programs:slot-hold-for", args=[world.day_program.pk]),
        reverse("programs:readiness", args=[world.ordinary.episode.pk]),
        reverse("referrals:referral", args=[world.ordinary.referral.pk]),
    ]
    arrived(accept(world.restricted.offer, ana), ana)
    few = {url: queries_of(client, url) for url in urls}
    for number in range(11):
        made = build_record(ana, cole, dana, world.facility, f"Person {number}")
        if number % 2:
            arrived(accept(made.offer, ana), ana)
        make_request(ana)
        make_failed_message()
        person, recipient = world.ordinary.person, world.facility.recipient
        draft_consent(ana, person, recipient)
        signed_consent(ana, person, recipient, categories=EVERYTHING)
        store(person=person, by=ana, upload=picture(), kind="other")
    many = {url: queries_of(client, url) for url in urls}
    grown = {url: (few[url], many[url]) for url in urls if many[url] != few[url]}
    assert not grown
    assert not {url: count for url, count in many.items() if count > MOST}

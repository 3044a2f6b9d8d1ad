"""Sent to the wrong recipient: stopped at once, told in full, kept in the register."""

import pytest
from django.urls import reverse

from outbox.choices import MessageStatus
from outbox.models import Message
from records import hooks
from records.models import Disclosure, Incident, Review
from referrals.actions import loop
from referrals.actions.links import LINK_MAIL
from referrals.models import PartnerLink
from tests.factories.referrals import accept, one_sent
from tests.referrals.test_links import enter, page, verify

pytestmark = pytest.mark.django_db
GIVEN = {"what_happened": "Wrong hospital", "discovered_at": "2026-01-02T10:00", "encrypted": "no"}


def wrong(offer):
    return reverse("referrals:offer-misdirected", args=[offer.pk])


def test_the_hook_is_registered():
    assert loop.stop_misdirected in hooks.stop_sending


def test_a_link_that_was_not_opened_is_dead_and_its_mail_cancelled(ana, as_user):
    offer, _, _ = one_sent(ana)
    response = as_user(ana).post(wrong(offer), GIVEN)
    made = Incident.objects.get()
    assert response.url == reverse("records:incident", args=[made.pk])
    link = PartnerLink.objects.get(offer=offer)
    assert link.revoked_at is not None and link.revoked_why == "misdirected"
    assert Message.objects.get(kind=LINK_MAIL).status == MessageStatus.CANCELLED
    assert len(made.details["stopped"]) == 2 and made.details["opened"] == []
    assert made.affected.get().person_id == offer.referral.episode.person_id
    assert Review.objects.get().object_id == made.pk


def test_the_packet_is_dead_on_the_next_request(ana, client, as_user):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    accept(offer, ana)
    assert client.get(page(offer)).status_code == 200
    staff = type(client)()
    staff.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    staff.post(wrong(offer), GIVEN)
    dead = client.get(page(offer))
    assert dead.status_code == 404 and b"Jordan" not in dead.content
    made = Incident.objects.get()
    assert any("opened with its code" in one for one in made.details["opened"])


def test_from_a_row_of_the_accounting(ana, as_user, world_offer):
    offer, row = world_offer
    response = as_user(ana).post(reverse("records:misdirected", args=[row.pk]), GIVEN)
    made = Incident.objects.get()
    assert response.url == reverse("records:incident", args=[made.pk])
    assert made.disclosure_id == row.pk and made.subject == f"offer:{offer.pk}"
    assert PartnerLink.objects.get(offer=offer).revoked_why == "misdirected"


@pytest.fixture
def world_offer(ana, as_user):
    offer, _, _ = one_sent(ana)
    accept(offer, ana)
    as_user(ana).post(reverse("referrals:offer-packet", args=[offer.pk]))
    return offer, Disclosure.objects.get(subject=f"offer:{offer.pk}")


def test_another_persons_offer_is_never_stopped_by_a_forged_subject(ana, as_user):
    offer, _, _ = one_sent(ana)
    for subject in (f"offer:{offer.pk}", "offer:nonsense", "print:1", "offer:"):
        assert loop.stop_misdirected(subject=subject, person=ana, by=ana, now=offer.sent_at) == ([], [])
    assert PartnerLink.objects.get(offer=offer).revoked_at is None


def test_the_page_says_what_will_happen(ana, as_user):
    offer, _, _ = one_sent(ana)
    shown = as_user(ana).get(wrong(offer)).content.decode()
    assert "stops working at once" in shown and "Harbor Detox" in shown
    assert as_user(ana).post(wrong(offer), {**GIVEN, "what_happened": ""}).status_code == 422
    assert PartnerLink.objects.get(offer=offer).revoked_at is None


def test_five_wrong_codes_alert_the_owner_of_the_referral(ana, client, as_user):
    _, token, code = one_sent(ana)
    for _ in range(5):
        verify(client, token, "000000" if code != "000000" else "111111")
    today = as_user(ana).get(reverse("desk:today")).content.decode()
    assert "locked after wrong codes" in today


def test_the_page_leads_back_to_the_offer(ana, as_user):
    offer, _token, _code = one_sent(ana)
    page = as_user(ana).get(wrong(offer)).content.decode()
    assert f'href="{reverse("referrals:offer", args=[offer.pk])}"' in page

"""Whom to ask next is named from the stored match when a partner said no, nothing, or was taken back."""

import pytest
from django.urls import reverse

from config import clock
from referrals.actions import answers, loop, offers
from referrals.actions.decisions import store_decision
from referrals.actions.facilities import report_capacity
from referrals.models import Offer
from referrals.queries import next_names, work_list
from referrals.views.match import found_for
from tests.factories.episodes import make_episode
from tests.factories.referrals import accept, consent_for, make_facility, make_referral, sent
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(ana):
    """A referral that was matched and sent to the first of three; return (referral, facilities, offer)."""
    made = [make_facility(name) for name in ("Harbor Detox", "St. Brigid Hospital", "Northgate")]
    made.append(make_facility("Cedar House", payers=["self_pay"]))
    for facility, beds in zip(made, (3, 2, 0, 4), strict=True):
        report_capacity(facility=facility, beds_open=beds, by=ana, now=clock.now())
    referral = make_referral(ana)
    consent_for(ana, referral, made[0])
    (out,) = sent(ana, made[0], referral=referral, consent=False)
    found = found_for(ana, referral.need, clock.now())
    store_decision(referral=referral, found=found, kind="sent", by=ana, chosen=[made[0].pk])
    return referral, made, out.offer


def page_of(client, referral):
    return text_of(client.get(reverse("referrals:referral", args=[referral.pk])))


def end_declined(offer, ana):
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())


def end_expired(offer, ana):
    loop.sweep(offer.answer_due_at)


def end_withdrawn(offer, ana):
    offers.withdraw(offer_id=offer.pk, by=ana, now=clock.now())


def end_by_person(offer, ana):
    offers.person_declines(offer_id=offer.pk, by=ana, now=clock.now())


@pytest.mark.parametrize("end", [end_declined, end_expired, end_withdrawn, end_by_person])
def test_the_next_is_named_with_its_reasons_and_what_is_missing(ana, as_user, world, end):
    referral, (_harbor, brigid, *_), offer = world
    client = as_user(ana)
    assert "Next best" not in page_of(client, referral)
    end(offer, ana)
    page = page_of(client, referral)
    assert "Next best: St. Brigid Hospital" in page
    assert "Why: Offers medical detox; Manages withdrawal from kratom and 7-OH; Takes Aetna" in page
    assert "St. Brigid Hospital is not named in a live consent for treatment" in page
    assert f"recipient={brigid.recipient_id}" in page and "Ask St. Brigid" not in page


def test_with_consent_the_button_leads_into_sending(ana, as_user, world):
    referral, (_harbor, brigid, *_), offer = world
    client = as_user(ana)
    consent_for(ana, referral, brigid)
    end_declined(offer, ana)
    assert "Ask St. Brigid Hospital" in page_of(client, referral)
    there = reverse("referrals:match", args=[referral.episode_id])
    selected = text_of(client.get(f"{there}?ask={brigid.pk}"))
    assert f'id="facility-{brigid.pk}" checked' in selected
    for strange in ("", "x", str(referral.pk), "🌊" * 3000):
        answer = client.get(there, {"ask": strange})
        assert answer.status_code == 200 and " checked" not in answer.content.decode().split("</fieldset>")[0]


def test_who_was_asked_or_taken_out_of_use_is_passed_over(ana, as_user, world):
    referral, (_harbor, brigid, northgate, _cedar), offer = world
    client = as_user(ana)
    end_declined(offer, ana)
    brigid.recipient.active = False
    brigid.recipient.save()
    assert "Next best: Northgate" in page_of(client, referral)
    consent_for(ana, referral, northgate)
    (second,) = sent(ana, northgate, referral=referral, consent=False)
    end_declined(second.offer, ana)
    page = page_of(client, referral)
    assert "Nobody else fit" in page and "Cedar" not in page


def test_nothing_is_named_while_somebody_has_the_person_or_nothing_was_matched(ana, as_user, world):
    referral, (_harbor, brigid, *_), offer = world
    client = as_user(ana)
    consent_for(ana, referral, brigid)
    (second,) = sent(ana, brigid, referral=referral, consent=False)
    accept(second.offer, ana)
    assert Offer.objects.get(pk=offer.pk).status == "withdrawn"
    assert "Next best" not in page_of(client, referral)
    (other,) = sent(ana, make_facility("Elm"))
    end_declined(other.offer, ana)
    assert "Next best" not in page_of(client, other.offer.referral)


def test_today_names_the_next_or_says_that_there_is_none(ana, as_user, world):
    _referral, (_harbor, brigid, northgate, _cedar), offer = world
    client = as_user(ana)
    end_expired(offer, ana)
    today = text_of(client.get("/staff/"))
    assert "Harbor Detox did not answer in time · Next: St. Brigid Hospital" in today
    for one in (brigid, northgate):
        one.recipient.active = False
        one.recipient.save()
    page = text_of(client.get("/staff/"))
    assert "Harbor Detox did not answer in time · Nobody else fits: decide what happens next" in page


def test_naming_the_next_takes_no_more_queries_for_more_referrals(ana, world, django_assert_num_queries):
    referral, made, offer = world
    end_declined(offer, ana)
    other = make_referral(ana, make_episode(ana, "Riley Stone"))
    consent_for(ana, other, made[1])
    (out,) = sent(ana, made[1], referral=other, consent=False)
    found = found_for(ana, other.need, clock.now())
    store_decision(
        referral=other, found=found, kind="sent", by=ana, chosen=[made[1].pk], because="other", note="x"
    )
    end_declined(out.offer, ana)
    rows = list(work_list(ana))
    for some in (rows[:1], rows):
        with django_assert_num_queries(3):
            names = next_names(ana, some)
    assert names == {referral.pk: "St. Brigid Hospital", other.pk: "Harbor Detox"}
    with django_assert_num_queries(0):
        assert next_names(ana, []) == {}

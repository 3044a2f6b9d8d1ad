"""Every page of a referral that shows who it is about is in the trail before it is shown."""

import pytest
from django.urls import reverse

from audit.models import Event
from referrals.views.referrals import AT_ONCE, shown_list
from tests.factories.referrals import accept, one_sent

pytestmark = pytest.mark.django_db


def views(what):
    return Event.objects.filter(name="record.viewed", ids__what=what)


@pytest.mark.parametrize(("name", "what"), [("referral-list", "referrals"), ("out-at-detox", "out at detox")])
def test_a_list_says_who_was_shown_and_an_empty_one_nothing(ana, as_user, name, what):
    client, address = as_user(ana), reverse(f"referrals:{name}")
    client.get(address)
    assert not Event.objects.filter(name="list.viewed").exists()
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    client.get(address)
    event = Event.objects.get(name="list.viewed")
    assert event.ids == {"what": what, "shown": [str(offer.referral.episode_id)]}
    assert (event.actor_kind, event.actor_id) == ("staff", ana.pk)


def test_a_long_list_is_told_in_parts_and_nobody_is_left_out(ana):
    people = [f"id-{number}" for number in range(AT_ONCE + 1)]
    shown_list(ana, "referrals", people)
    parts = [event.ids["shown"] for event in Event.objects.filter(name="list.viewed").order_by("at", "id")]
    assert sorted(map(len, parts)) == [1, AT_ONCE]
    assert sorted(one for part in parts for one in part) == sorted(people)


def test_pages_that_ask_before_a_step_are_recorded(ana, as_user):
    offer, _token, _code = one_sent(ana)
    person, client = offer.referral.episode.person_id, as_user(ana)
    client.get(reverse("referrals:referral-close", args=[offer.referral_id]))
    assert views("referral_close").get().person_id == person
    client.get(reverse("referrals:offer-step", args=[offer.pk, "decline"]))
    seen = views("offer_step").get()
    assert (seen.person_id, seen.object_id, seen.ids["step"]) == (person, offer.pk, "decline")
    client.get(reverse("referrals:offer-step", args=[offer.pk, "arrive"]))
    assert views("offer_step").count() == 1


def test_a_partner_that_looks_at_what_it_holds_is_recorded_as_that_link(ana, client):
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    page = reverse("partner:referral", args=[offer.pk])
    client.get(page)
    assert not views("referral_status").exists()
    accept(offer, ana)
    client.get(page)
    event = views("referral_status").get()
    assert (event.actor_kind, event.actor_id) == ("partner", offer.links.get().pk)
    assert (event.person_id, event.object_id) == (offer.referral.episode.person_id, offer.pk)

"""Three hundred answers at the same second on one referral: exactly one acceptance, and none is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from config import clock
from referrals.models import LateAnswer, Offer, OfferStatusChange, Referral
from tests.factories.referrals import make_facility, one_sent, sent
from tests.referrals.test_partner_pages import typed

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 40
"""As many as hold a connection at one moment; PostgreSQL has 100, and others use it too."""


def visitors(sent_out):
    """A browser for each offer, opened with its code, as (address of the yes, cookie)."""
    found = []
    for one in sent_out:
        client = Client()
        client.post(reverse("partner:verify"), {"token": one.new.token, "code": one.new.code})
        found.append((reverse("partner:accept", args=[one.offer.pk]), client.cookies["visit"].value))
    return found


def yes(key=None):
    now = clock.now()
    return {
        "bed_note": "bed 4",
        "arrival_from": typed(now + timedelta(hours=2)),
        "arrival_until": typed(now + timedelta(hours=6)),
        "read_back": "on",
        "submit_key": str(key or uuid4()),
    }


def all_at_once(answers):
    """Post every (address, cookie, form) at the same moment; return the status of each answer."""
    start = threading.Barrier(min(AT_ONCE, len(answers)))
    first = iter(range(start.parties))

    def post(address, cookie, form):
        if next(first, None) is not None:
            start.wait()
        client = Client()
        client.cookies["visit"] = cookie
        try:
            return client.post(address, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: post(*one), answers))


def test_of_three_hundred_answers_exactly_one_is_the_yes(ana):
    partners = [make_facility(f"Partner {n}", email=f"p{n}@partner.example") for n in range(3)]
    open_pages = visitors(sent(ana, *partners))
    answers = [(*open_pages[number % 3], yes()) for number in range(300)]
    found = all_at_once(answers)
    assert len(found) == 300
    assert found.count(302) == 1
    assert set(found) <= {302, 409, 410}  # a colleague was first; or it is closed, and what they said is kept
    assert OfferStatusChange.objects.filter(step="accept").count() == 1
    assert sorted(Offer.objects.values_list("status", flat=True)) == ["accepted", "withdrawn", "withdrawn"]
    assert LateAnswer.objects.filter(offer__status="withdrawn", kind="yes").exists()
    assert not LateAnswer.objects.filter(offer__status="accepted").exists()
    assert Referral.objects.get().next_step == "late_answer"


def test_a_double_click_at_the_same_moment_is_one_yes_for_both(ana):
    offer, token, code = one_sent(ana)
    client = Client()
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    page, cookie, key = reverse("partner:accept", args=[offer.pk]), client.cookies["visit"].value, uuid4()
    assert all_at_once([(page, cookie, yes(key))] * 8) == [302] * 8
    assert OfferStatusChange.objects.filter(step="accept").count() == 1

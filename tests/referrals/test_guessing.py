"""Guessing codes and tokens at the rate of an attacker: many addresses, many tokens, many at once."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import Event
from referrals.models import Offer, PartnerLink
from tests.factories.referrals import one_sent

VERIFY = "partner:verify"


def guess(token, code, address):
    return Client(REMOTE_ADDR=address).post(reverse(VERIFY), {"token": token, "code": code}).status_code


def wrong_codes(code, count):
    return [one for one in (f"{n:06d}" for n in range(count + 1)) if one != code][:count]


@pytest.mark.django_db
def test_a_hundred_addresses_have_five_tries_together(ana):
    offer, token, code = one_sent(ana)
    found = [guess(token, one, f"198.51.100.{n}") for n, one in enumerate(wrong_codes(code, 100))]
    assert found[:4] == [422] * 4
    assert set(found[4:]) <= {404, 429}
    assert guess(token, code, "203.0.113.9") in {404, 429}
    link, offer = PartnerLink.objects.get(), Offer.objects.get()
    assert (link.tries, link.opened_at, offer.status) == (5, None, "sent")
    assert link.locked_at is not None
    assert offer.referral.next_step == "link_locked"
    assert Event.objects.filter(name="link.code_wrong").count() == 5
    assert Event.objects.filter(name="link.guessed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_the_same_moment_are_five_tries(ana):
    _offer, token, code = one_sent(ana)
    start, found = threading.Barrier(40), []

    def attack(number, one):
        start.wait()
        found.append(guess(token, one, f"198.51.100.{number}"))
        connection.close()

    threads = [threading.Thread(target=attack, args=pair) for pair in enumerate(wrong_codes(code, 40))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40 and 302 not in found
    assert found.count(422) == 4
    assert PartnerLink.objects.get().tries == 5


@pytest.mark.django_db
def test_made_up_tokens_from_many_addresses_are_noticed_and_shut_nobody_out(ana):
    _offer, token, code = one_sent(ana)
    for number in range(130):
        assert guess(uuid4().hex, "000000", f"203.0.{number // 200}.{number % 200}") == 404
    assert Event.objects.filter(name="link.guessed").count() == 1
    assert guess(token, code, "192.0.2.77") == 302


@pytest.mark.django_db
def test_one_address_is_slowed_down_and_it_is_written_down_once(ana):
    found = [guess(uuid4().hex, "000000", "203.0.113.9") for _ in range(40)]
    assert found == [404] * 30 + [429] * 10
    assert Event.objects.filter(name="link.guessed").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_nothing_but_a_post_tries_a_code(ana, method):
    _offer, token, code = one_sent(ana)
    answer = getattr(Client(), method)(reverse(VERIFY), {"token": token, "code": code})
    assert answer.status_code == 405
    assert PartnerLink.objects.get().opened_at is None

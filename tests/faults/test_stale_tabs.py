"""A form that was opened before the world changed gets a clear answer, and sending it twice does it once."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from config import clock
from intake.models import CallAttempt, Episode
from intake.picture import center_zone
from outbox.models import SubmitKey
from programs.models import BedUse
from records.actions import consents
from referrals.models import Offer
from tests.factories.care import make_bed
from tests.factories.contact import make_request
from tests.factories.episodes import make_episode
from tests.factories.referrals import consent_for, make_facility, make_referral
from tests.factories.world import build_world
from tests.faults.test_hostile_input import filled, forms_of
from tests.guards.test_access_matrix import ADDRESSES, BACKEND, browser, may_open, parts_of

GONE = (302, 200, 403, 404, 409, 422)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["clinician", "supervisor"])
def test_every_form_of_a_tab_left_open_gets_an_answer(ana, cole, dana, role):
    """Open every page, let everything move on, then send what the old pages offered."""
    world, client, chance = build_world(ana, cole, dana), browser(role), random.Random(11)
    user = type(ana).objects.get(email=f"visiting{role}@demo.example")
    old = []
    for address in ADDRESSES:
        if address.access.kind == "staff" and may_open(user, address.access):
            url = address.url(parts_of(address, world, world.ordinary))
            old += [(action, filled(form, "1", chance)) for action, form in forms_of(client, url)]
    assert len(old) > 40
    wrong = []
    # Every form is sent twice, and each meets what the ones before it did.
    for url, data in old * 2:
        response = client.post(url, data)
        if response.status_code not in GONE:
            wrong.append(
                f"{url}: {response.status_code} {response.exc_info and response.exc_info[1]!r}"[:300]
            )
    assert not wrong


def press(count: int, user, url: str, data: dict) -> list[int]:
    """Send one form from several tabs at the same moment; return the answers."""
    barrier, answers = threading.Barrier(count), []

    def one() -> None:
        client = browser(None)
        client.force_login(user, backend=BACKEND)
        try:
            barrier.wait(timeout=20)
            answers.append(client.post(url, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


KEY = "5b0d2f0e-5b6f-4c39-9c39-0d8f4d6f0a11"


@pytest.mark.django_db(transaction=True)
def test_logging_a_call_from_four_tabs_logs_one(ana):
    request = make_request(ana)
    url = reverse("intake:request-log-call", args=[request.pk])
    answers = press(4, ana, url, {"outcome": "no_answer", "next_try": "hour", "submit_key": KEY})
    assert len(answers) == 4 and set(answers) <= {302, 409, 422}
    assert CallAttempt.objects.count() <= 1


@pytest.mark.django_db(transaction=True)
def test_starting_an_episode_from_four_tabs_starts_one(ana):
    form = {"name": "Jordan Lee", "language": "en", "submit_key": KEY}
    answers = press(4, ana, reverse("intake:episode-start"), form)
    # One that comes late is asked whether this is the person on file; sent again, it leads to the first.
    assert len(answers) == 4 and set(answers) <= {302, 422}
    assert Episode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_holding_a_bed_from_four_tabs_holds_it_once(ana):
    episode, bed = make_episode(ana), make_bed()
    until = timezone.localtime(clock.now() + timedelta(hours=5), center_zone())
    form = {
        "episode": episode.pk,
        "place": f"bed:{bed.pk}",
        "kind": "hold",
        "until": f"{until:%Y-%m-%d %H:%M}",
        "submit_key": KEY,
    }
    answers = press(4, ana, reverse("programs:bed-hold", args=[episode.pk]), form)
    assert answers == [302] * 4
    assert BedUse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sending_an_offer_from_four_tabs_sends_one(ana):
    facility = make_facility()
    referral = make_referral(ana)
    consent_for(ana, referral, facility)
    url = reverse("referrals:offer-send", args=[referral.episode_id])
    form = {"facilities": [str(facility.pk)], "answer_hours": "4", "submit_key": KEY}
    answers = press(4, ana, url, form)
    assert len(answers) == 4 and set(answers) <= {200, 302}
    assert Offer.objects.count() == 1


@pytest.mark.django_db
def test_a_key_of_somebody_elses_form_leads_nowhere_and_does_nothing(ana, ben, as_user):
    as_user(ana).post(
        reverse("intake:episode-start"), {"name": "Jordan Lee", "language": "en", "submit_key": KEY}
    )
    response = as_user(ben).post(
        reverse("intake:episode-start"), {"name": "Riley Park", "language": "en", "submit_key": KEY}
    )
    assert response.url == "/staff/"
    assert Episode.objects.count() == SubmitKey.objects.count() == 1


@pytest.mark.django_db
def test_a_withdrawn_consent_ends_an_open_partner_page_on_the_next_request(ana, cole, dana, client):
    world = build_world(ana, cole, dana)
    record = world.ordinary
    verify = client.post("/p/verify/", {"token": record.token, "code": record.code})
    page = reverse("partner:referral", args=[record.offer.pk])
    assert (verify.status_code, verify.url) == (302, page)
    assert client.get(page).status_code == 200
    other = reverse("partner:referral", args=[world.restricted.offer.pk])
    assert client.get(other).status_code == 404
    consents.revoke(consent=record.consent, how="oral", received_at=clock.now(), by=ana)
    for step in ("referral", "packet", "accept", "ask"):
        assert client.get(reverse(f"partner:{step}", args=[record.offer.pk])).status_code == 404
    for step in ("packet", "accept"):
        answer = client.post(reverse(f"partner:{step}", args=[record.offer.pk]), {"submit_key": KEY})
        assert answer.status_code == 404

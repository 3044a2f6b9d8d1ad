"""What a partner has typed outlives a new link, a locked one, and a change of the page's language."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config import clock
from programs.models import MedicalClearance
from records.actions import consents
from records.models import Consent
from referrals.actions import loop, offers
from referrals.models import Offer, PartnerLink
from tests.factories.referrals import accept as accept_by
from tests.factories.referrals import arrived, one_sent
from tests.referrals.test_links import wrong
from tests.referrals.test_partner_pages import acceptance, clearance, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def writing(ana, client):
    """A partner whose session is open at an offer; return (offer, client, token)."""
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    return offer, client, token


@pytest.fixture
def examined(ana, writing):
    """The same after the person arrived there."""
    offer, client, _token = writing
    accept_by(offer, ana)
    arrived(offer, ana)
    Offer.objects.update(arrived_at=clock.now() - timedelta(hours=1))
    return offer, client


def new_code(ana, offer):
    return offers.resend_link(offer_id=offer.pk, by=ana, now=clock.now()).code


def lock(token, code):
    for _ in range(5):
        Client().post(reverse("partner:verify"), {"token": token, "code": wrong(code)})


def carried(response):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_clearance_half_typed_goes_on_with_the_code_of_the_new_link(ana, examined):
    offer, client = examined
    code = new_code(ana, offer)
    over = client.post(url("clearance", offer), {**clearance(), "check": ""})
    assert over.status_code == 409 and "Enter the new code" in text_of(over)
    kept = carried(over)
    assert kept["examiner_name"] == "Dr. Gray" and kept["medicines"] == "buprenorphine 8 mg"
    empty = client.post(url("clearance", offer), kept | {"new_code": ""})
    assert (empty.status_code, carried(empty)) == (422, kept)
    bad = client.post(url("clearance", offer), kept | {"new_code": wrong(code)})
    assert (bad.status_code, carried(bad)) == (422, kept) and "4 more times" in text_of(bad)
    check = client.post(url("clearance", offer), kept | {"new_code": code})
    assert check.status_code == 200 and "Check and send" in text_of(check)
    sent = {**carried(check), "send": "", "signed": "on", "right_person": "on"}
    assert client.post(url("clearance", offer), sent | {"submit_key": str(uuid4())}).status_code == 302
    assert MedicalClearance.objects.get().content["examiner_name"] == "Dr. Gray"


def test_what_was_to_be_sent_is_checked_again_since_its_file_could_not_be_kept(ana, examined):
    offer, client = examined
    code = new_code(ana, offer)
    signed = {**clearance(), "send": "", "signed": "on", "right_person": "on", "submit_key": str(uuid4())}
    kept = carried(client.post(url("clearance", offer), signed))
    assert "send" not in kept
    assert "Check and send" in text_of(client.post(url("clearance", offer), kept | {"new_code": code}))
    assert not MedicalClearance.objects.exists()


def test_a_locked_link_takes_nothing_from_who_had_opened_it(ana, writing):
    offer, client, token = writing
    lock(token, "000000")
    typed = acceptance()
    over = client.post(url("accept", offer), typed)
    kept = carried(over)
    assert over.status_code == 409 and kept["bed_note"] == "bed 4"
    early = client.post(url("accept", offer), kept | {"new_code": "123456"})
    assert early.status_code == 422 and "Call us and ask for a new link" in text_of(early)
    code = new_code(ana, offer)
    taken = client.post(url("accept", offer), kept | {"new_code": code})
    assert (taken.status_code, taken.url) == (302, url("referral", offer))
    offer.refresh_from_db()
    assert (offer.status, offer.bed_note) == ("accepted", "bed 4")
    assert client.get(url("referral", offer)).status_code == 200


def test_nothing_is_asked_of_a_stranger_or_after_a_wrong_recipient_or_a_withdrawal(ana, writing):
    offer, client, _token = writing
    code = new_code(ana, offer)
    given = acceptance() | {"new_code": code}
    assert Client().post(url("accept", offer), given).status_code == 404
    assert client.get(url("accept", offer)).status_code == 404
    loop.stop_misdirected(subject=f"offer:{offer.pk}", person=None, by=ana, now=clock.now())
    assert client.post(url("accept", offer), given).status_code == 404
    PartnerLink.objects.filter(revoked_why="misdirected").update(revoked_why="replaced")
    assert client.post(url("accept", offer), acceptance()).status_code == 409
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    assert client.post(url("accept", offer), acceptance()).status_code == 404


def test_guessing_the_new_code_is_slowed_down_and_locks_it(ana, writing):
    offer, client, _token = writing
    code = new_code(ana, offer)
    for _ in range(5):
        client.post(url("accept", offer), acceptance() | {"new_code": wrong(code)})
    locked = client.post(url("accept", offer), acceptance() | {"new_code": code})
    assert locked.status_code == 422 and "opens nothing" in text_of(locked)
    tries = [client.post(url("accept", offer), acceptance() | {"new_code": code}) for _ in range(5)]
    assert "Too many tries" in text_of(tries[-1])
    offer.refresh_from_db()
    assert offer.status == "opened"


def switched(client, name, offer, typed):
    with translation.override("es"):
        return client.post(url(name, offer), typed)


def test_the_language_switch_keeps_what_was_typed_and_judges_nothing(writing):
    offer, client, _token = writing
    page = client.get(url("accept", offer)).content.decode()
    with translation.override("es"):
        assert f'formaction="{url("accept", offer)}"' in page
    seen = client.get(url("accept", offer)).context["form"]["seen"].value()
    half = acceptance(arrival_from="soon", seen=seen) | {"switch": "form"}
    spanish = switched(client, "accept", offer, half)
    assert spanish.context["form"]["read_back"].value()
    shown = spanish.content.decode()
    assert spanish.status_code == 200 and 'value="bed 4"' in shown and 'value="soon"' in shown
    assert "is-invalid" not in shown and "error-summary" not in shown and 'lang="es"' in shown
    offer.refresh_from_db()
    assert offer.status == "opened"


def test_the_language_switch_of_a_clearance_stays_at_its_step(examined):
    offer, client = examined
    half = clearance(stable="", temp_c="warm")
    form = switched(client, "clearance", offer, half | {"switch": "form"})
    assert form.status_code == 200 and 'value="Dr. Gray"' in form.content.decode()
    assert 'value="warm"' in form.content.decode()
    check = switched(client, "clearance", offer, clearance() | {"switch": "check", "signed": "on"})
    assert check.status_code == 200 and carried(check)["licence"] == "VA 0101"
    assert 'name="send"' in check.content.decode()
    assert not MedicalClearance.objects.exists()

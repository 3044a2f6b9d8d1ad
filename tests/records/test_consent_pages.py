"""The staff's pages of consents: who sees what, what they refuse, and where they lead."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from records import hooks
from records.actions import consents, signing
from records.choices import Category, ConsentStatus, Purpose
from records.disclose import ByConsent, disclose
from records.models import Consent, ConsentSignature
from tests.factories.consents import draft_consent, sign_consent, signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def harbor(db):
    return make_recipient()


def url(name, *args):
    return reverse(f"records:{name}", args=args)


def given(harbor, **changes):
    data = {
        "recipient": str(harbor.pk),
        "purposes": ["treatment"],
        "offered": ["identity", "medications"],
        "expires_on": (center_day(clock.now()) + timedelta(days=90)).isoformat(),
        "language": "en",
        "submit_key": str(uuid.uuid4()),
    }
    return {**data, **changes}


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_from_nothing_to_a_copy(ana, person, harbor, as_user):
    client = as_user(ana)
    page = client.get(url("consent-list", person.pk))
    assert "There is no consent" in words(page)
    form_page = client.get(url("consent-prepare", person.pk) + f"?recipient={harbor.pk}&next=/staff/x/")
    text = form_page.content.decode()
    assert f'value="{harbor.pk}" selected' in text
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", text)
    assert len(boxes) > 10 and not [box for box in boxes if "checked" in box]
    made = client.post(url("consent-prepare", person.pk) + "?next=/staff/x/", given(harbor))
    consent = Consent.objects.get()
    assert made.url == url("consent-detail", consent.pk) + "?next=%2Fstaff%2Fx%2F"
    assert "Sign on this screen" in words(client.get(made.url))
    page = client.get(url("consent-sign", consent.pk))
    assert "checked" not in page.content.decode()
    chosen = client.post(url("consent-sign", consent.pk) + "?next=/staff/x/", {"categories": ["identity"]})
    page = client.get(chosen.url)
    assert "My medicines" not in words(page)
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page.content.decode())[1]
    data = {"typed_name": "Jordan Lee", "seen": seen, "submit_key": str(uuid.uuid4())}
    signed = client.post(chosen.url, data)
    assert signed.url == url("consent-detail", consent.pk) + "?next=%2Fstaff%2Fx%2F"
    assert client.post(chosen.url, data).url.startswith(url("consent-detail", consent.pk))
    assert ConsentSignature.objects.get().method == "on_screen"
    page = client.get(signed.url)
    assert 'href="/staff/x/"' in page.content.decode() and "On file" in words(page)
    copy = words(client.get(url("consent-copy", consent.pk)))
    assert "Jordan Lee" in copy and Consent.objects.get().sha256 in copy
    assert "On file" in words(client.get(url("consent-list", person.pk)))
    assert Event.objects.filter(name="record.viewed", person_id=person.pk, actor_id=ana.pk).count() >= 6


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/p/x/", ""]
)
def test_next_leads_only_to_our_own_pages(ana, person, harbor, as_user, wanted):
    consent = signed_consent(ana, person, harbor)
    page = as_user(ana).get(url("consent-detail", consent.pk), {"next": wanted})
    assert "evil.example" not in page.content.decode() and "The consent is on file." not in words(page)


@pytest.mark.parametrize(
    "changes,message",
    [
        ({"recipient": ""}, "Select who may receive it"),
        ({"recipient": str(uuid.uuid4())}, "Select who may receive it"),
        ({"purposes": []}, "Select why it is shared"),
        ({"purposes": ["payment"]}, "This purpose doesn&#x27;t fit"),
        ({"offered": []}, "Select what the person will be asked about"),
        ({"offered": ["counseling_notes"]}, "Select"),
        ({"expires_on": ""}, "Enter the last day"),
        ({"expires_on": "2020-01-01"}, "must be after today"),
        ({"expires_on": "2099-01-01"}, "within one year"),
    ],
)
def test_what_preparing_refuses(ana, person, harbor, as_user, changes, message):
    page = as_user(ana).post(url("consent-prepare", person.pk), given(harbor, **changes))
    assert page.status_code == 422 and message in page.content.decode()
    assert "<title>Error: " in page.content.decode()
    assert not Consent.objects.exists()


def test_preparing_twice_prepares_once(ana, person, harbor, as_user):
    data = given(harbor)
    client = as_user(ana)
    first = client.post(url("consent-prepare", person.pk), data)
    again = client.post(url("consent-prepare", person.pk), data)
    assert again.url == first.url and Consent.objects.count() == 1


def test_several_recipients(ana, person, harbor, as_user):
    other = make_recipient("Elm")
    as_user(ana).post(
        url("consent-prepare", person.pk), given(harbor, others=[str(other.pk), str(harbor.pk)])
    )
    assert {row.recipient_id for row in Consent.objects.get().named.all()} == {harbor.pk, other.pk}


def test_signing_without_choosing_leads_back(ana, person, harbor, as_user):
    consent = draft_consent(ana, person, harbor)
    client = as_user(ana)
    assert client.get(url("consent-sign-confirm", consent.pk)).url == url("consent-sign", consent.pk)
    page = client.post(url("consent-sign", consent.pk), {})
    assert page.status_code == 422 and "Tick at least one" in words(page)


def test_a_changed_text_is_a_conflict(ana, person, harbor, as_user):
    consent = draft_consent(ana, person, harbor)
    consents.choose(consent=consent, categories=["identity"], by=ana)
    page = as_user(ana).post(
        url("consent-sign-confirm", consent.pk), {"typed_name": "Jordan Lee", "seen": "0" * 64}
    )
    assert page.status_code == 409
    assert Consent.objects.get().status == ConsentStatus.DRAFT


def test_the_ceremony_speaks_spanish(ana, harbor, as_user):
    person = make_person(ana, "Ana María Núñez", language="es")
    consent = draft_consent(ana, person, harbor)
    text = as_user(ana).get(url("consent-sign", consent.pk)).content.decode()
    assert '<html lang="es"' in text and "Lea esto." in text and "Mi nombre" in text
    copy_of = sign_consent(ana, consent, language="es")
    copy = words(as_user(ana).get(url("consent-copy", copy_of.pk)))
    assert "Si no firmo" in copy and "If I do not sign" in copy


def test_inviting_shows_word_and_code_until_they_are_used(ana, person, harbor, as_user):
    consent = draft_consent(ana, person, harbor)
    client = as_user(ana)
    assert "Make a word and a code" in words(client.get(url("consent-invite", consent.pk)))
    assert client.get(url("consent-invite-new", consent.pk)).status_code == 405
    assert client.post(url("consent-invite-new", consent.pk)).url == url("consent-invite", consent.pk)
    invitation = consent.invitations.get()
    said = signing.spoken(invitation)
    text = words(client.get(url("consent-invite", consent.pk)))
    assert f"{said.word[:4]} {said.word[4:]}" in text and f"{said.code[:3]} {said.code[3:]}" in text
    assert "testserver/sign" in text
    signing.enter_code(word=said.word, code=said.code, browser="b")
    text = words(client.get(url("consent-invite", consent.pk)))
    assert "Open on their phone" in text and said.word[:4] not in text
    client.post(url("consent-invite-cancel", consent.pk))
    assert "Cancelled by staff" in words(client.get(url("consent-invite", consent.pk)))


def open_door(person, harbor):
    return disclose(
        person=person, recipient=harbor, basis=ByConsent(), purpose=Purpose.TREATMENT, medium="link_page",
        sections={Category.IDENTITY: lambda: "x"}, by=person_actor(), subject="offer:1",
    )  # fmt: skip


def person_actor():
    from audit.actors import Actor

    return Actor.system()


def test_withdrawing_shows_what_was_already_shared(ana, person, harbor, as_user, monkeypatch):
    called = []
    monkeypatch.setattr(hooks, "after_revoke", [lambda **given_: called.append(given_)])
    consent = signed_consent(ana, person, harbor)
    open_door(person, harbor)
    client = as_user(ana)
    page = client.get(url("consent-revoke", consent.pk))
    assert 'type="datetime-local"' in page.content.decode()
    wrong = client.post(url("consent-revoke", consent.pk), {"scope": "whole"})
    assert wrong.status_code == 422 and "Select how the person told us" in words(wrong)
    local = re.search(r'type="datetime-local"[^>]*value="([^"]+)"', page.content.decode())[1]
    data = {"scope": "whole", "how": "oral", "received_at": local, "submit_key": str(uuid.uuid4())}
    done = client.post(url("consent-revoke", consent.pk), data)
    assert done.url == url("consent-receipt", consent.pk)
    assert client.post(url("consent-revoke", consent.pk), data).url == done.url
    assert len(called) == 1
    receipt = words(client.get(done.url))
    assert "be called back" in receipt and "Harbor Detox" in receipt and "Version 1" in receipt
    assert "Withdrawn" in words(client.get(url("consent-list", person.pk)))
    accounting = words(client.get(url("disclosure-list", person.pk)))
    assert "Harbor Detox" in accounting and "Name and date of birth" in accounting


def test_a_time_in_the_future_is_refused_in_the_centers_zone(ana, person, harbor, as_user, settings):
    settings.CENTER_TIME_ZONE = "America/New_York"
    consent = signed_consent(ana, person, harbor)
    utc = (clock.now() + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M")
    page = as_user(ana).post(
        url("consent-revoke", consent.pk), {"scope": "whole", "how": "oral", "received_at": utc}
    )
    assert page.status_code == 422 and "can&#x27;t be in the future" in page.content.decode()


def test_one_of_two_recipients(ana, person, harbor, as_user):
    elm = make_recipient("Elm")
    consent = signed_consent(ana, person, harbor, elm)
    client = as_user(ana)
    page = client.get(url("consent-revoke", consent.pk))
    assert "Only for Elm" in words(page)
    local = re.search(r'type="datetime-local"[^>]*value="([^"]+)"', page.content.decode())[1]
    client.post(
        url("consent-revoke", consent.pk), {"scope": str(elm.pk), "how": "written", "received_at": local}
    )
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.SIGNED
    assert "Elm (withdrawn)" in words(client.get(url("consent-list", person.pk)))


def test_setting_a_draft_aside(ana, person, harbor, as_user):
    consent = draft_consent(ana, person, harbor)
    client = as_user(ana)
    assert client.get(url("consent-discard", consent.pk)).status_code == 405
    assert client.post(url("consent-discard", consent.pk)).url == url("consent-list", person.pk)
    assert client.post(url("consent-discard", consent.pk)).status_code == 409
    assert "There is no consent" in words(client.get(url("consent-list", person.pk)))


STAFF_PAGES = ["consent-list", "consent-prepare", "disclosure-list"]
CONSENT_PAGES = ["consent-detail", "consent-copy", "consent-sign", "consent-invite", "consent-revoke"]


def test_who_may_open_what(ana, person, harbor, as_user, pia, audrey, ada, sam):
    consent = signed_consent(ana, person, harbor)
    client = as_user(pia)
    assert client.get(url("consent-list", person.pk)).status_code == 200
    assert client.get(url("consent-detail", consent.pk)).status_code == 200
    assert client.get(url("disclosure-list", person.pk)).status_code == 200
    assert client.get(url("consent-prepare", person.pk)).status_code == 403
    assert client.get(url("consent-sign", consent.pk)).status_code == 403
    for user in (audrey, ada):
        client = as_user(user)
        for name in STAFF_PAGES:
            assert client.get(url(name, person.pk)).status_code == 403
        for name in CONSENT_PAGES:
            assert client.get(url(name, consent.pk)).status_code == 403


def test_a_colleagues_person_is_a_stranger(ana, ben, harbor, as_user, sam):
    person = make_person(ben, "Riley Park")
    consent = signed_consent(ben, person, harbor)
    nobody = uuid.uuid4()
    for name in STAFF_PAGES:
        hidden, missing = (as_user(ana).get(url(name, one)) for one in (person.pk, nobody))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    for name in CONSENT_PAGES:
        assert as_user(ana).get(url(name, consent.pk)).status_code == 404
    assert "Riley Park" in words(as_user(sam).get(url("consent-detail", consent.pk)))


def test_no_name_in_titles_or_addresses(ana, person, harbor, as_user):
    consent = signed_consent(ana, person, harbor)
    client = as_user(ana)
    pages = [client.get(url(name, person.pk)) for name in STAFF_PAGES]
    pages += [
        client.get(url(name, consent.pk)) for name in ("consent-detail", "consent-copy", "consent-revoke")
    ]
    for page in pages:
        text = page.content.decode()
        assert "Jordan" not in re.search(r"<title>(.*?)</title>", text)[1]
        assert not [href for href in re.findall(r'(?:href|action)="([^"]*)"', text) if "ordan" in href]


def test_pages_do_not_ask_more_with_more_consents(
    ana, person, harbor, as_user, django_assert_max_num_queries
):
    for _ in range(3):
        signed_consent(ana, person, harbor)
    client = as_user(ana)
    client.get(url("consent-list", person.pk))
    with django_assert_max_num_queries(16):
        client.get(url("consent-list", person.pk))

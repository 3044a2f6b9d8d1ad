"""Signing at a distance: word, code, choice, signature, copy; and everything that must not work."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from records.actions import consents, signing
from records.choices import ConsentStatus, InvitationOutcome
from records.consent_seal import altered, fingerprint_of_texts, texts_of
from records.models import Consent, ConsentSignature, SigningInvitation
from tests.factories.consents import draft_consent, sign_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(ana):
    return draft_consent(
        ana, make_person(ana), make_recipient(), offered=["identity", "medications", "health"]
    )


@pytest.fixture
def invitation(ana, draft):
    return signing.invite(consent=draft, by=ana)


@pytest.fixture
def phone():
    """A phone that refuses nothing and knows nobody; CSRF is checked as in life."""
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign/")
    return browser


def post(browser, path, **data):
    data["csrfmiddlewaretoken"] = browser.cookies["form"].value
    return browser.post(path, data)


def enter(browser, invitation, *, code=None, path="/sign/"):
    said = signing.spoken(invitation)
    return post(browser, path, word=said.word, code=code or said.code)


def wrong(invitation):
    said = signing.spoken(invitation)
    return f"{(int(said.code) + 1) % 10**6:06d}"


def seen_on(page):
    return re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page.content.decode())[1]


def sign(browser, path="/sign/confirm/", name="Jordan Lee"):
    page = browser.get(path)
    return post(browser, path, typed_name=name, seen=seen_on(page))


def test_a_caller_signs_on_their_own_phone(ana, draft, invitation, phone):
    assert enter(phone, invitation).url == "/sign/read/"
    page = phone.get("/sign/read/")
    text = page.content.decode()
    assert "Harbor Detox" in text and "checked" not in text
    assert post(phone, "/sign/read/", categories=["identity", "medications"]).url == "/sign/confirm/"
    text = phone.get("/sign/confirm/").content.decode()
    assert "My medicines and allergies" in text and "My physical health" not in text
    assert sign(phone).url == "/sign/done/"
    copy = phone.get("/sign/done/").content.decode()
    consent = Consent.objects.get()
    assert consent.sha256 in copy and "Jordan Lee" in copy
    assert consent.categories == ["identity", "medications"]
    assert altered(consent) == ()
    record = ConsentSignature.objects.get()
    assert (
        record.method == "at_distance" and record.invitation_id == invitation.pk and record.witness_id is None
    )
    assert record.context["session"] == "spoken code" and record.context["invited_by"] == str(ana.pk)
    event = Event.objects.get(name="consent.signed")
    assert (event.actor_kind, event.actor_id) == ("signer", invitation.pk)


def test_in_spanish(ana, phone):
    person = make_person(ana, language="es")
    invitation = signing.invite(consent=draft_consent(ana, person, make_recipient()), by=ana)
    assert enter(phone, invitation, path="/es/sign/").url == "/es/sign/read/"
    text = phone.get("/es/sign/read/").content.decode()
    assert 'lang="es"' in text and "Permiso para compartir mi información" in text and "Mis medicinas" in text
    nothing = post(phone, "/es/sign/read/")
    assert nothing.status_code == 422 and "Marque al menos una" in nothing.content.decode()
    assert post(phone, "/es/sign/read/", categories=["identity"]).url == "/es/sign/confirm/"
    assert sign(phone, "/es/sign/confirm/", "Ana María Núñez").url == "/es/sign/done/"
    consent = Consent.objects.get()
    assert consent.signing.language == "es" and consent.signing.intent.startswith("Firmo")
    copy = phone.get("/es/sign/done/").content.decode()
    assert "Si no firmo" in copy and "Ana María Núñez" in copy
    # The same copy under the other address stays in the language that was signed.
    assert "Si no firmo" in phone.get("/sign/done/").content.decode()


def test_word_and_code_are_not_stored(draft, invitation):
    said = signing.spoken(invitation)
    assert re.fullmatch(f"[{signing.ALPHABET}]{{8}}", said.word) and re.fullmatch(r"\d{6}", said.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_signinginvitation t")
        dumped = cursor.fetchone()[0]
    for secret in (said.word, said.code):
        assert secret not in dumped.replace(str(invitation.pk), "") and secret.encode().hex() not in dumped


@pytest.mark.parametrize("typed", ["{w}", " {w} ", "{W}", "{a} {b}", "{a}-{b}"])
def test_the_word_may_be_typed_loosely(invitation, phone, typed):
    word = signing.spoken(invitation).word
    given = typed.format(w=word, W=word.upper(), a=word[:4], b=word[4:])
    code = signing.spoken(invitation).code
    assert post(phone, "/sign/", word=given, code=f"{code[:3]} {code[3:]}").status_code == 302


def stripped(page):
    """A page without what differs by chance (the protection token) and by what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
    return page.status_code, re.sub(r'value="[^"]*"', "", text)


def test_unknown_wrong_expired_used_and_closed_look_the_same(ana, draft, phone, monkeypatch):
    unknown = post(phone, "/sign/", word="cdfghjkm", code="123456")
    assert unknown.status_code == 422
    first = signing.invite(consent=draft, by=ana)
    assert stripped(enter(phone, first, code=wrong(first))) == stripped(unknown)
    second = signing.invite(consent=draft, by=ana)
    assert stripped(enter(phone, first)) == stripped(unknown), "replaced"
    later = second.expires_at
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: later)
        assert stripped(enter(phone, second)) == stripped(unknown), "expired"
    assert enter(phone, second).status_code == 302
    other = Client(enforce_csrf_checks=True)
    other.get("/sign/")
    assert stripped(enter(other, second)) == stripped(unknown), "used in another browser"
    signing.cancel(consent=draft, by=ana)
    assert stripped(enter(phone, second)) == stripped(unknown), "cancelled"
    known, word = signing.spoken(second).word, "cdfghjkm"
    pages = [stripped(other.get(f"/sign/{one}/"))[1].replace(one, "") for one in (known, word)]
    assert pages[0] == pages[1]


def test_five_wrong_codes_lock_it(invitation, phone):
    for tries in range(1, 6):
        assert enter(phone, invitation, code=wrong(invitation)).status_code == 422
        invitation.refresh_from_db()
        assert invitation.tries == tries
    assert enter(phone, invitation).status_code == 422
    assert SigningInvitation.objects.get().opened_at is None
    assert Event.objects.filter(name="signing.wrong_code").count() == 5
    assert Event.objects.filter(name="signing.refused").count() == 1


def test_four_wrong_codes_do_not(invitation, phone):
    for _try in range(4):
        enter(phone, invitation, code=wrong(invitation))
    assert enter(phone, invitation).status_code == 302


def test_guessing_is_slowed_down(phone):
    pages = [post(phone, "/sign/", word="cdfghjkm", code="123456") for _ in range(11)]
    assert [page.status_code for page in pages] == [422] * 10 + [429]


def test_nothing_shows_before_the_code(draft, invitation, phone):
    for path in ("read", "confirm", "done"):
        assert phone.get(f"/sign/{path}/").url == "/sign/"
        if path != "done":
            assert (
                post(phone, f"/sign/{path}/", categories=["identity"], typed_name="X", seen="").url
                == "/sign/"
            )
    assert Consent.objects.get().status == ConsentStatus.DRAFT


def test_time_runs_out_while_reading(draft, invitation, phone, monkeypatch):
    enter(phone, invitation)
    post(phone, "/sign/read/", categories=["identity"])
    seen = seen_on(phone.get("/sign/confirm/"))
    monkeypatch.setattr(clock, "now", lambda: invitation.expires_at)
    assert post(phone, "/sign/confirm/", typed_name="Jordan Lee", seen=seen).url == "/sign/"
    assert Consent.objects.get().status == ConsentStatus.DRAFT


def test_the_copy_shows_for_thirty_minutes(draft, invitation, phone, monkeypatch):
    enter(phone, invitation)
    post(phone, "/sign/read/", categories=["identity"])
    sign(phone)
    until = SigningInvitation.objects.get().copy_until
    monkeypatch.setattr(clock, "now", lambda: until - timedelta(seconds=1))
    assert phone.get("/sign/done/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: until)
    assert phone.get("/sign/done/").url == "/sign/"


def test_sending_the_code_or_the_signature_twice(draft, invitation, phone):
    assert enter(phone, invitation).status_code == enter(phone, invitation).status_code == 302
    post(phone, "/sign/read/", categories=["identity"])
    seen = seen_on(phone.get("/sign/confirm/"))
    for _twice in range(2):
        assert post(phone, "/sign/confirm/", typed_name="Jordan Lee", seen=seen).url == "/sign/done/"
    assert ConsentSignature.objects.count() == 1


def test_what_is_signed_is_what_was_shown(draft, invitation, phone):
    enter(phone, invitation)
    post(phone, "/sign/read/", categories=["identity"])
    seen = seen_on(phone.get("/sign/confirm/"))
    post(phone, "/sign/read/", categories=["identity", "health"])
    page = post(phone, "/sign/confirm/", typed_name="Jordan Lee", seen=seen)
    assert page.status_code == 409 and "The text changed" in page.content.decode()
    assert Consent.objects.get().status == ConsentStatus.DRAFT
    assert post(phone, "/sign/confirm/", typed_name="Jordan Lee", seen=seen_on(page)).url == "/sign/done/"


def test_a_choice_that_was_not_offered(draft, invitation, phone):
    enter(phone, invitation)
    assert post(phone, "/sign/read/", categories=["pregnancy"]).status_code == 422
    assert Consent.objects.get().categories == []


def test_without_a_name(draft, invitation, phone):
    enter(phone, invitation)
    post(phone, "/sign/read/", categories=["identity"])
    page = post(phone, "/sign/confirm/", typed_name=" ", seen=seen_on(phone.get("/sign/confirm/")))
    assert page.status_code == 422 and "Enter your full name" in page.content.decode()


def test_choosing_not_to_sign(ana, draft, invitation, phone):
    enter(phone, invitation)
    assert post(phone, "/sign/decline/").url == "/sign/declined/"
    assert phone.get("/sign/declined/").status_code == 200
    assert phone.get("/sign/read/").url == "/sign/"
    assert SigningInvitation.objects.get().outcome == InvitationOutcome.DECLINED
    assert Consent.objects.get().status == ConsentStatus.DRAFT
    assert signing.invite(consent=draft, by=ana)


def test_signed_here_while_the_phone_is_open(ana, draft, invitation, phone):
    enter(phone, invitation)
    post(phone, "/sign/read/", categories=["identity"])
    seen = seen_on(phone.get("/sign/confirm/"))
    sign_consent(ana, draft, ["identity"])
    page = post(phone, "/sign/confirm/", typed_name="Jordan Lee", seen=seen)
    assert page.url == "/sign/"
    assert SigningInvitation.objects.get().outcome == InvitationOutcome.SIGNED_HERE
    assert ConsentSignature.objects.get().method == "on_screen"
    with pytest.raises(Conflict):
        signing.invite(consent=draft, by=ana)


def test_get_changes_nothing(draft, invitation, phone):
    word = signing.spoken(invitation).word
    before = SigningInvitation.objects.values().get()
    for path in ("/sign/", f"/sign/{word}/", "/sign/read/", "/sign/decline/", "/es/sign/"):
        phone.get(path)
    assert SigningInvitation.objects.values().get() == before
    assert phone.get("/sign/decline/").status_code == 405


def test_no_cookie_no_entry(invitation):
    bare = Client()
    said = signing.spoken(invitation)
    assert bare.post("/sign/", {"word": said.word, "code": said.code}).status_code == 422
    assert SigningInvitation.objects.get().tries == 0


def test_the_cookie_is_safe(invitation):
    browser = Client()
    cookie = browser.get("/sign/").cookies["page"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert len(cookie.value) >= 32


def test_an_invitation_that_is_over_stays_over(draft, invitation, ana):
    signing.cancel(consent=draft, by=ana)
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as refused:
        cursor.execute("UPDATE records_signinginvitation SET outcome = '', closed_at = NULL")
    assert refusal_code(refused.value) == "records_invitation_closed"


@pytest.mark.django_db(transaction=True)
def test_many_phones_and_one_code(ana):
    draft = draft_consent(ana, make_person(ana), make_recipient())
    invitation = signing.invite(consent=draft, by=ana)
    said = signing.spoken(invitation)
    opened = []

    def attempt(browser):
        try:
            if signing.enter_code(word=said.word, code=said.code, browser=browser):
                opened.append(browser)
        finally:
            connection.close()

    run(attempt, [f"browser {number}" for number in range(6)])
    assert len(opened) == 1


@pytest.mark.django_db(transaction=True)
def test_many_wrong_codes_at_once_count_every_try(ana):
    draft = draft_consent(ana, make_person(ana), make_recipient())
    invitation = signing.invite(consent=draft, by=ana)
    word, code = signing.spoken(invitation).word, wrong(invitation)

    def attempt(browser):
        try:
            assert signing.enter_code(word=word, code=code, browser=browser) is None
        finally:
            connection.close()

    run(attempt, [f"browser {number}" for number in range(8)])
    assert SigningInvitation.objects.get().tries == 5
    assert signing.enter_code(word=word, code=signing.spoken(invitation).code, browser="x") is None


@pytest.mark.django_db(transaction=True)
def test_signing_at_once_here_and_there_signs_once(ana):
    draft = draft_consent(ana, make_person(ana), make_recipient())
    invitation = signing.invite(consent=draft, by=ana)
    said = signing.spoken(invitation)
    signing.enter_code(word=said.word, code=said.code, browser="b")
    chosen = signing.choose(invitation=invitation, browser="b", categories=["identity"])
    seen, outcomes = fingerprint_of_texts(texts_of(chosen, chosen.categories)), []

    def attempt(where):
        given = {"typed_name": "Jordan Lee", "language": "en", "seen": seen}
        try:
            if where == "phone":
                signing.sign_at_distance(invitation=invitation, browser="b", **given)
            else:
                consents.sign_on_screen(consent=draft, by=ana, **given)
            outcomes.append("signed")
        except (Conflict, Refused):
            outcomes.append("refused")
        finally:
            connection.close()

    run(attempt, ["phone", "screen", "phone", "screen"])
    assert len(outcomes) == 4
    assert ConsentSignature.objects.count() == 1
    assert altered(Consent.objects.get()) == ()


def run(target, arguments):
    threads = [threading.Thread(target=target, args=(one,)) for one in arguments]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

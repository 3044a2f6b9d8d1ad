"""Consents on paper: printed text, scan, second person; another organisation's form, element by element."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from records.actions import consents, paper
from records.actions.consents import Details
from records.choices import ConsentStatus
from records.consent_seal import altered, fingerprint_of_texts, texts_of
from records.models import Consent, ConsentPaper
from records.queries import live_consent
from tests.factories.consents import draft_consent
from tests.factories.records import join, make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def harbor(db):
    return make_recipient()


def scan():
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    return SimpleUploadedFile("signed consent of Jordan.png", picture.getvalue(), "image/png")


def today():
    return center_day(clock.now())


def on_paper(name="Jordan Lee", on=None, second=""):
    return paper.Signed(scan(), name, on or today(), second)


def chosen(by, person, harbor, **fields):
    draft = draft_consent(by, person, harbor, **fields)
    return consents.choose(consent=draft, categories=["identity", "health"], by=by)


def seen_of(consent):
    return fingerprint_of_texts(texts_of(consent, consent.categories))


def stored(by, consent, **changes):
    given = {"signed": on_paper(), "seen": seen_of(consent), "attested": True, **changes}
    return paper.store_scan(consent=consent, by=by, **given)


def test_a_scan_counts_when_a_second_person_has_checked_it(ana, ben, person, harbor):
    consent = chosen(ana, person, harbor)
    row = stored(ana, consent)
    assert Consent.objects.get().status == ConsentStatus.NEEDS_REVIEW
    assert live_consent(person, harbor, "treatment", [], clock.now()) is None
    with pytest.raises(Refused) as refused:
        paper.accept(consent=consent, by=ana)
    assert refused.value.code == "needs_second_person"
    paper.accept(consent=consent, by=ben)
    signed = Consent.objects.get()
    assert signed.status == ConsentStatus.SIGNED and altered(signed) == ()
    assert live_consent(person, harbor, "treatment", ["health"], clock.now()) == signed
    assert signed.elements["method"] == "paper"
    assert signed.elements["paper"] == {
        "text": row.text_sha256, "scan": row.document.sha256, "origin": "ours"
    }  # fmt: skip
    (signature,) = signed.signatures.all()
    assert signature.method == "paper" and signature.document_id == row.document_id
    assert (signature.witness_id, signature.checked_by) == (ana.pk, ben.pk)
    with pytest.raises(Conflict):
        paper.accept(consent=consent, by=ben)


def test_the_scan_must_be_of_the_text_that_was_printed(ana, person, harbor):
    consent = chosen(ana, person, harbor)
    before = seen_of(consent)
    changed = consents.choose(consent=consent, categories=["identity"], by=ana)
    with pytest.raises(Conflict):
        stored(ana, changed, seen=before)
    for changes, code in (
        ({"attested": False}, "attest"),
        ({"signed": on_paper(on=today() + timedelta(days=1))}, "signed_future"),
        ({"signed": on_paper(on=today() - timedelta(days=1))}, "signed_early"),
    ):
        with pytest.raises(Refused) as refused:
            stored(ana, changed, **changes)
        assert refused.value.code == code
    assert not ConsentPaper.objects.exists()


def test_a_minor_and_a_parent_sign_one_paper(ana, ben, harbor, settings):
    settings.MINOR_RULE, settings.CENTER_STATE = "minor_and_parent", "VA"
    minor = make_person(ana, date_of_birth=(today() - timedelta(days=16 * 365)).isoformat())
    details = Details(cosigner="parent", signer_name="Alex Lee", signer_evidence="Birth certificate")
    consent = chosen(ana, minor, harbor, details=details)
    with pytest.raises(Refused) as refused:
        stored(ana, consent)
    assert refused.value.code == "second_name"
    stored(ana, consent, signed=on_paper(second="Alex Lee"))
    paper.accept(consent=consent, by=ben)
    signed = Consent.objects.get()
    assert signed.status == ConsentStatus.SIGNED and altered(signed) == ()
    assert {one.role: one.typed_name for one in signed.signatures.all()} == {
        "person": "Jordan Lee", "parent": "Alex Lee"
    }  # fmt: skip


def test_a_scan_that_is_not_usable_is_set_aside_and_kept(ana, ben, person, harbor):
    consent = chosen(ana, person, harbor)
    stored(ana, consent)
    paper.reject(consent=consent, by=ben, lacking=["signature", "made_up"])
    row = ConsentPaper.objects.get()
    assert row.outcome == "rejected" and row.lacking == ["signature"]
    assert Consent.objects.get().status == ConsentStatus.DISCARDED


@pytest.mark.parametrize(
    "change,code",
    [
        ("outcome = 'accepted', reviewed_by = attested_by, reviewed_at = now()",
         "records_consentpaper_second_person"),
        ("outcome = 'accepted'", "records_consentpaper_outcome"),
        ("signed_on = signed_name", "records_paper_frozen"),
        ("attested_by = gen_random_uuid()", "records_paper_frozen"),
    ],
)  # fmt: skip
def test_the_database_keeps_the_scan_and_wants_two_people(ana, person, harbor, change, code):
    stored(ana, chosen(ana, person, harbor))
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE records_consentpaper SET {change}")
    assert refusal_code(error.value) == code


# ------------------------------------------------------------------ another organisation's form


def imported(by, person, harbor):
    draft = draft_consent(by, person, harbor, offered=["identity", "health"])
    paper.store_form(consent=draft, signed=on_paper(on=today() - timedelta(days=20)), by=by)
    return draft


def test_each_element_that_a_form_lacks_is_named_and_nothing_may_be_shared(ana, ben, person, harbor):
    consent = imported(ana, person, harbor)
    elements = paper.to_check(consent)
    assert {"patient_name", "discloser", "recipients", "purposes", "expiry", "signature", "revocation"} <= {
        name for name, _words in elements
    }
    whole = dict.fromkeys([name for name, _words in elements], "yes")
    for name, words in elements:
        for lacking in ({**whole, name: "no"}, {key: "yes" for key in whole if key != name}):
            with pytest.raises(Refused) as refused:
                paper.accept(consent=consent, by=ben, checklist=lacking)
            assert refused.value.reasons == (name,) and words in refused.value.message
        assert live_consent(person, harbor, "treatment", [], clock.now()) is None
    paper.accept(consent=consent, by=ben, checklist=whole)
    signed = Consent.objects.get()
    assert live_consent(person, harbor, "treatment", ["health"], clock.now()) == signed
    assert "sums up a signed form of another organization" in signed.text_en
    assert center_day(signed.signed_at) == today() - timedelta(days=20)


def test_a_form_is_accepted_by_nobody_without_its_checklist(ana, person, harbor):
    imported(ana, person, harbor)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_consentpaper SET outcome = 'accepted', reviewed_at = now(),"
            " reviewed_by = gen_random_uuid()"
        )
    assert refusal_code(error.value) == "records_consentpaper_checked"


# ------------------------------------------------------------------ the screens


def url(name, *args):
    return reverse(f"records:{name}", args=args)


def test_from_print_to_check_on_the_screens(ana, ben, person, harbor, as_user):
    join(person, ben)
    client, consent = as_user(ana), draft_consent(ana, person, harbor, language="es")
    assert client.get(url("consent-print", consent.pk)).status_code == 302
    choose = client.get(url("consent-paper", consent.pk)).content.decode()
    assert "checked" not in choose
    printed = client.post(url("consent-paper", consent.pk), {"categories": ["health"]})
    text = client.get(printed.url).content.decode()
    consent.refresh_from_db()
    assert seen_of(consent) in text and "Firmo. He leído este permiso" in text and "In English" in text
    assert Event.objects.filter(name="consent.printed").count() == 1
    form = client.get(url("consent-scan", consent.pk)).content.decode()
    assert seen_of(consent) in form and "checked" not in form
    data = {"file": scan(), "signed_name": "Jordan Lee", "signed_on": today().isoformat(),
            "seen": seen_of(consent), "submit_key": str(uuid.uuid4())}  # fmt: skip
    wrong = client.post(url("consent-scan", consent.pk), data)
    assert wrong.status_code == 422 and "Compare the scan" in wrong.content.decode()
    done = client.post(url("consent-scan", consent.pk), {**data, "file": scan(), "attested": "on"})
    assert done.status_code == 302
    own = client.get(url("consent-check", consent.pk)).content.decode()
    assert "A second person must check it" in own and 'name="verdict"' not in own
    second = as_user(ben)
    checked = second.post(
        url("consent-check", consent.pk), {"verdict": "accept", "submit_key": str(uuid.uuid4())}
    )
    assert checked.status_code == 302
    page = second.get(checked.url).content.decode()
    assert "On paper" in page and "On file" in page
    assert second.get(url("consent-copy", consent.pk)).status_code == 200


def test_importing_a_form_on_the_screens(ana, ben, person, harbor, as_user):
    join(person, ben)
    client = as_user(ana)
    page = client.get(url("consent-import", person.pk))
    assert page.status_code == 200 and "Enter what the form says" in page.content.decode()
    data = {"recipient": str(harbor.pk), "purposes": ["treatment"], "offered": ["health"], "language": "en",
            "expires_on": (today() + timedelta(days=30)).isoformat(), "signed_name": "Jordan Lee",
            "signed_on": today().isoformat(), "submit_key": str(uuid.uuid4())}  # fmt: skip
    assert client.post(url("consent-import", person.pk), data).status_code == 422
    assert not Consent.objects.exists()
    made = client.post(url("consent-import", person.pk), {**data, "file": scan()})
    assert made.status_code == 302
    consent = Consent.objects.get()
    assert consent.status == ConsentStatus.NEEDS_REVIEW
    second = as_user(ben)
    check = second.get(url("consent-check", consent.pk)).content.decode()
    assert "Does the form show the right to take it back and how?" in check and "checked" not in check
    answers = {f"shows_{name}": "yes" for name, _words in paper.to_check(consent)}
    answers["shows_expiry"] = "no"
    given = {**answers, "verdict": "accept", "submit_key": str(uuid.uuid4())}
    refused = second.post(url("consent-check", consent.pk), given)
    assert refused.status_code == 422 and "Missing: when it ends." in refused.content.decode()
    rejected = second.post(url("consent-check", consent.pk), {**given, "verdict": "reject"})
    assert rejected.status_code == 302
    assert ConsentPaper.objects.get().lacking == ["expiry"]

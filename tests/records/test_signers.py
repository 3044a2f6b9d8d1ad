"""Who signs: the person, a minor alone or with a parent, a representative; never a relative as such."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from records.actions import consents
from records.actions.consents import Details
from records.actions.people import update_person
from records.choices import ConsentStatus
from records.consent_seal import altered
from records.models import Consent
from records.queries import consent_for, live_consent
from tests.factories.consents import draft_consent, sign_consent, signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db

PARENT = Details(cosigner="parent", signer_name="Alex Lee", signer_evidence="Birth certificate 12 seen")


def born(years):
    today = center_day(clock.now())
    return today.replace(year=today.year - years, day=min(today.day, 28)).isoformat()


@pytest.fixture
def minor(ana):
    return make_person(ana, date_of_birth=born(16))


@pytest.fixture
def harbor(db):
    return make_recipient()


@pytest.fixture
def alone(settings):
    settings.MINOR_RULE, settings.CENTER_STATE = "minor_alone", "VA"


@pytest.fixture
def both(settings):
    settings.MINOR_RULE, settings.CENTER_STATE = "minor_and_parent", "VA"


def code_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_no_consent_of_a_minor_until_the_rule_is_set(ana, minor, harbor, as_user):
    assert code_of(lambda: draft_consent(ana, minor, harbor)) == "minor_rule_unset"
    assert code_of(lambda: draft_consent(ana, minor, harbor, details=PARENT)) == "minor_rule_unset"
    client, url = as_user(ana), reverse("records:consent-prepare", args=[minor.pk])
    page = client.get(url)
    assert "No consent can be taken yet" in page.content.decode()
    assert 'name="recipient"' not in page.content.decode()
    data = {"recipient": str(harbor.pk), "purposes": ["treatment"], "offered": ["health"],
            "expires_on": (center_day(clock.now()) + timedelta(days=9)).isoformat(), "language": "en",
            "submit_key": str(uuid.uuid4())}  # fmt: skip
    assert client.post(url, data).status_code == 422
    assert not Consent.objects.exists()


def test_a_minor_who_may_consent_alone_signs_alone(ana, minor, harbor, alone):
    assert code_of(lambda: draft_consent(ana, minor, harbor, details=PARENT)) == "minor_alone"
    consent = signed_consent(ana, minor, harbor)
    assert consent.status == ConsentStatus.SIGNED
    assert consent.minor_rule == "minor_alone, VA, under 18"
    assert live_consent(minor, harbor, "treatment", [], clock.now()) == consent


def test_where_both_must_sign_it_counts_only_when_both_have(ana, minor, harbor, both, as_user):
    assert code_of(lambda: draft_consent(ana, minor, harbor)) == "minor_and_parent"
    half = signed_consent(ana, minor, harbor, details=PARENT)
    assert half.status == ConsentStatus.INCOMPLETE
    found, decision = consent_for(minor, harbor, "treatment", [], clock.now())
    assert found is None and not decision.allowed
    client = as_user(ana)
    page = client.get(reverse("records:consent-detail", args=[half.pk])).content.decode()
    assert "Nothing may be shared until Alex Lee, a parent, has signed too." in page
    url = reverse("records:consent-sign-second", args=[half.pk])
    text = client.get(url).content.decode()
    assert "Alex Lee signs with me, as my parent" in text
    assert client.post(url, {"typed_name": "", "submit_key": str(uuid.uuid4())}).status_code == 422
    assert client.post(url, {"typed_name": "Alex Lee", "submit_key": str(uuid.uuid4())}).status_code == 302
    whole = Consent.objects.get()
    assert whole.status == ConsentStatus.SIGNED and altered(whole) == ()
    assert {one.role for one in whole.signatures.all()} == {"person", "parent"}
    assert whole.minor_rule == "minor_and_parent, VA, under 18"
    assert live_consent(minor, harbor, "treatment", [], clock.now()) == whole
    with pytest.raises(Conflict):
        consents.sign_second(consent=whole, typed_name="Alex Lee", by=ana)


def test_the_database_wants_the_second_signature_itself(ana, minor, harbor, both):
    half = signed_consent(ana, minor, harbor, details=PARENT)
    for change, code in (
        ("status = 'signed', cosigned_at = now()", "records_consent_frozen"),
        ("status = 'signed'", "records_consent_frozen"),
        ("cosigner = ''", "records_consent_frozen"),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE records_consent SET {change} WHERE id = %s", [half.pk])
        assert refusal_code(error.value) == code


def test_a_half_signed_consent_can_be_taken_back_and_ends(ana, minor, harbor, both):
    half = signed_consent(ana, minor, harbor, details=PARENT)
    consents.revoke(consent=half, how="oral", received_at=clock.now(), by=ana)
    assert Consent.objects.get().status == ConsentStatus.REVOKED
    other = signed_consent(ana, minor, harbor, details=PARENT)
    consents.expire_due(other.expires_at)
    assert Consent.objects.get(pk=other.pk).status == ConsentStatus.EXPIRED


def test_a_birthday_that_becomes_known_later_counts(ana, harbor, settings):
    person = make_person(ana, date_of_birth=None)
    draft = draft_consent(ana, person, harbor)
    signed = signed_consent(ana, person, harbor)
    update_person(person=person, by=ana, date_of_birth=born(16))
    person.refresh_from_db()
    assert code_of(lambda: sign_consent(ana, draft)) == "minor_rule_unset"
    found, decision = consent_for(person, harbor, "treatment", [], clock.now())
    assert found is None and decision.code == "signer_not_valid" and signed.pk


@pytest.mark.parametrize("signer,role", [("representative", "personal representative"), ("court", "court")])
def test_whoever_signs_for_an_adult_is_named_with_evidence(ana, harbor, signer, role):
    person = make_person(ana)
    for name, evidence, code in (("", "Order 5", "signer_name"), ("Alex Lee", " ", "signer_evidence")):
        details = Details(signer=signer, signer_name=name, signer_evidence=evidence)
        with pytest.raises(Refused) as refused:
            draft_consent(ana, person, harbor, details=details)
        assert refused.value.code == code
    details = Details(signer=signer, signer_name="Alex Lee", signer_evidence="Order 5 of 1 May seen")
    signed = signed_consent(ana, person, harbor, details=details)
    assert "Alex Lee signs for me" in signed.text_en and role in signed.text_en
    assert "Alex Lee firma por mí" in signed.text_es
    assert signed.signing.role == signer
    assert live_consent(person, harbor, "treatment", [], clock.now()) == signed


@pytest.mark.parametrize("signer", ["spouse", "family", "parent", "guardian", ""])
def test_a_relative_is_no_signer(ana, harbor, as_user, signer):
    person = make_person(ana)
    details = Details(signer=signer, signer_name="Alex Lee", signer_evidence="Says so")
    assert code_of(lambda: draft_consent(ana, person, harbor, details=details)) == "signer_unknown"
    url = reverse("records:consent-prepare", args=[person.pk])
    asked = as_user(ana).get(url + "?signer=other").content.decode()
    assert 'value="representative"' in asked and 'value="court"' in asked
    assert f'value="{signer or "spouse"}"' not in asked
    assert 'name="signers"' not in as_user(ana).get(url).content.decode()


def test_an_interpreter_stands_in_the_text(ana, harbor):
    person = make_person(ana, language="es")
    signed = signed_consent(ana, person, harbor, details=Details(interpreter="Line 7, number 4411"))
    assert "Line 7, number 4411 interpreted this page for me." in signed.text_en
    assert "Line 7, number 4411 interpretó esta página" in signed.text_es

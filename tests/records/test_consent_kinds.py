"""Every type of consent: its own fields, each missing element named, nothing joined, also in the database."""

import re
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
from records.actions.receivers import confirm, end_confirmation
from records.choices import Category, ConsentKind, ConsentStatus, Purpose
from records.consent_seal import altered
from records.consent_texts import blocks
from records.disclose import ByConsent, NotPermitted, disclose
from records.forms.prepare import USES
from records.models import Consent
from records.queries import live_consent
from tests.factories.consents import sign_consent
from tests.factories.records import make_helper, make_person, make_recipient

pytestmark = pytest.mark.django_db

COURT = {"kind": "court", "legal_status": "other_lawful_holder"}


@pytest.fixture
def person(ana):
    return make_person(ana)


def day(after=30):
    return center_day(clock.now()) + timedelta(days=after)


def receiver(kind, person):
    if kind == ConsentKind.CONFIRM_PRESENCE:
        return [make_helper(person)]
    made = {
        ConsentKind.SPECIFIC: {},
        ConsentKind.COUNSELING_NOTES: {},
        ConsentKind.INTERMEDIARY: {"name": "Tidewater Exchange", "kind": "exchange"},
        ConsentKind.PROCEEDINGS: {"name": "County Court", **COURT},
        ConsentKind.CRIMINAL_JUSTICE: {"name": "Probation Office", **COURT},
        ConsentKind.RESEARCH: {"name": "State University", "kind": "researcher"},
    }.get(kind)
    return [] if made is None else [make_recipient(**made)]


def prepared(by, person, kind, **changes):
    details = {"matter": "Case 12", "event": "", "participants": ("Harbor Detox", "Elm Clinic")}
    if kind == ConsentKind.CRIMINAL_JUSTICE:
        details["event"] = "The end of probation in case 12"
    details.update(changes.pop("details", {}))
    given = {
        "recipients": receiver(kind, person) if "recipients" not in changes else [],
        "purposes": [Purpose.TREATMENT],
        "offered": [Category.IDENTITY, Category.HEALTH],
        "expires_on": day(),
        "kind": kind,
        **changes,
    }
    return consents.prepare(person=person, by=by, details=Details(**details), **given)


def words_of(consent, language="en"):
    return " ".join(line for block in blocks(getattr(consent, f"text_{language}")) for line in block.lines)


@pytest.mark.parametrize("kind", ConsentKind.values)
def test_every_type_can_be_signed_and_says_what_it_is(ana, person, kind):
    draft = prepared(ana, person, kind)
    signed = sign_consent(ana, draft, draft.offered)
    stored = Consent.objects.get(pk=signed.pk)
    assert stored.status == ConsentStatus.SIGNED and altered(stored) == ()
    english, spanish = words_of(stored), words_of(stored, "es")
    if kind in (ConsentKind.PROCEEDINGS, ConsentKind.CRIMINAL_JUSTICE, ConsentKind.RESEARCH):
        assert "Case 12" in english and "Case 12" in spanish
    if kind == ConsentKind.TPO_SINGLE:
        assert "My treating providers, health plans, third-party payers" in english
        assert "Quienes me atienden" in spanish
    if kind == ConsentKind.INTERMEDIARY:
        assert "through Tidewater Exchange" in english and "Elm Clinic" in spanish
    if kind == ConsentKind.COUNSELING_NOTES:
        assert "does not depend on this permission" in english
    if kind == ConsentKind.CRIMINAL_JUSTICE:
        assert "When this happens: The end of probation in case 12. At the latest" in english
        assert "A más tardar" in spanish and "supervisarme" in spanish


MISSING = [
    (ConsentKind.SPECIFIC, {"recipients": None}, "recipients", "recipient"),
    (ConsentKind.SPECIFIC, {"purposes": []}, "purposes", "purposes"),
    (ConsentKind.SPECIFIC, {"offered": []}, "information", "offered"),
    (ConsentKind.SPECIFIC, {"expires_on": None}, "expiry", "expires_on"),
    (ConsentKind.SPECIFIC, {"expires_on": None, "details": {"event": "none"}}, "expiry_event", "event"),
    (ConsentKind.CONFIRM_PRESENCE, {"recipients": None}, "recipients", "helper_name"),
    (ConsentKind.CONFIRM_PRESENCE, {"expires_on": None}, "expiry", "expires_on"),
    (ConsentKind.TPO_SINGLE, {"expires_on": None}, "expiry", "expires_on"),
    (ConsentKind.INTERMEDIARY, {"details": {"participants": ()}}, "participants", "participants"),
    (ConsentKind.COUNSELING_NOTES, {"purposes": []}, "purposes", "purposes"),
    (ConsentKind.PROCEEDINGS, {"details": {"matter": " "}}, "matter", "matter"),
    (ConsentKind.CRIMINAL_JUSTICE, {"details": {"event": ""}}, "duration", "event"),
    (ConsentKind.CRIMINAL_JUSTICE, {"details": {"event": "Until revoked"}}, "expiry_event", "event"),
    (ConsentKind.CRIMINAL_JUSTICE, {"expires_on": None}, "expiry", "expires_on"),
    (ConsentKind.RESEARCH, {"details": {"matter": ""}}, "matter", "matter"),
    (ConsentKind.RESEARCH, {"expires_on": None}, "expiry", "expires_on"),
]


@pytest.mark.parametrize("kind,changes,code,field", MISSING)
def test_what_is_missing_is_named(ana, person, kind, changes, code, field):
    with pytest.raises(Refused) as refused:
        prepared(ana, person, kind, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "kind,event",
    [
        (ConsentKind.TPO_SINGLE, "none"),
        (ConsentKind.TPO_SINGLE, "end of the treatment"),
        (ConsentKind.RESEARCH, "end of the research study"),
    ],
)
def test_only_some_types_may_end_without_a_last_day(ana, person, kind, event):
    draft = prepared(ana, person, kind, expires_on=None, details={"event": event})
    assert sign_consent(ana, draft, draft.offered).status == ConsentStatus.SIGNED


@pytest.mark.parametrize(
    "kind,purpose,to",
    [
        (ConsentKind.COUNSELING_NOTES, [Purpose.TREATMENT, Purpose.REQUEST], {}),
        (ConsentKind.SPECIFIC, [Purpose.PROCEEDINGS], COURT),
        (ConsentKind.SPECIFIC, [Purpose.RESEARCH], {"kind": "researcher"}),
    ],
)
def test_what_stands_alone_is_not_joined(ana, person, kind, purpose, to):
    with pytest.raises(Refused) as refused:
        consents.prepare(
            person=person, by=ana, recipients=[make_recipient(**to)], purposes=purpose, kind=kind,
            offered=[Category.HEALTH], expires_on=day(),
        )  # fmt: skip
    assert refused.value.code == "consent_combined" and refused.value.reasons == ("purposes",)


# ------------------------------------------------------------------ the database, as the app's role


def refuses(sql, *params):
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return refusal_code(error.value)


NAMED = ", signer_name = patient_name, signer_evidence = patient_name"
RAW = [
    ("specific", "purposes = '{proceedings}'", "records_consent_proceedings_alone"),
    ("specific", "purposes = '{treatment,research}'", "records_consent_research_alone"),
    ("specific", "purposes = '{criminal_justice}'", "records_consent_criminal_justice_alone"),
    ("proceedings", "purposes = '{proceedings,treatment}'", "records_consent_proceedings_alone"),
    ("proceedings", "matter = NULL", "records_consent_matter_named"),
    ("criminal_justice", "expires_event = NULL", "records_consent_duration_named"),
    ("specific", "categories = '{counseling_notes}'", "records_consent_notes_alone"),
    ("specific", "offered = '{counseling_notes}'", "records_consent_notes_alone"),
    ("counseling_notes", "offered = '{counseling_notes,health}'", "records_consent_notes_alone"),
    ("counseling_notes", "purposes = '{treatment,request}'", "records_consent_notes_alone"),
    ("confirm_presence", "categories = '{presence,health}'", "records_consent_presence_alone"),
    ("confirm_presence", "purposes = '{family,request}'", "records_consent_presence_alone"),
    ("tpo_single", "recipient_class = ''", "records_consent_tpo_class"),
    ("tpo_single", "purposes = '{treatment,request}'", "records_consent_tpo_class"),
    ("intermediary", "participants = '{}'", "records_consent_exchange_named"),
    ("intermediary", "intermediary = ''", "records_consent_exchange_named"),
    ("specific", "expires_on = NULL, expires_event = patient_name", "records_consent_last_day"),
    ("specific", "kind = 'spouse'", "records_consent_kind_known"),
    ("specific", "signer = 'spouse'" + NAMED, "records_consent_signer_known"),
    ("specific", "signer = 'parent'" + NAMED, "records_consent_signer_known"),
    ("specific", "signer = 'court'", "records_consent_signer_evidence"),
    ("specific", "cosigner = 'parent'", "records_consent_signer_evidence"),
    ("specific", "minor_rule = 'minor_and_parent, VA, under 18'", "records_consent_minor_rule"),
    (
        "specific",
        "minor_rule = 'minor_alone, VA', signer = 'court', signer_name = patient_name,"
        " signer_evidence = patient_name",
        "records_consent_minor_rule",
    ),
    ("specific", "status = 'signed'", "records_consent_signed_is_complete"),
]  # fmt: skip


@pytest.mark.parametrize("kind,change,code", RAW)
def test_the_database_refuses(ana, person, kind, change, code):
    draft = prepared(ana, person, kind)
    assert refuses(f"UPDATE records_consent SET {change} WHERE id = %s", draft.pk) == code


def test_the_database_refuses_a_signed_consent_without_its_statements_or_its_receiver(ana, person):
    draft = prepared(ana, person, ConsentKind.SPECIFIC)
    signs = (
        "UPDATE records_consent SET status = 'signed', signed_at = now(), sha256 = repeat('a', 64),"
        " signature = patient_name, signer = 'person', text_en = patient_name, text_es = patient_name,"
        " elements = patient_name, categories = '{health}', statements = %s WHERE id = %s"
    )
    code = refuses(signs, ["revocation"], draft.pk)
    assert code == "records_consent_statements_made"
    said = ["revocation", "potential_redisclosure", "refusal_consequences"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_consentrecipient WHERE consent_id = %s", [draft.pk])
    assert refuses(signs, said, draft.pk) == "records_consent_names_somebody"


# ------------------------------------------------------------------ the class of a single consent


def test_the_class_covers_nobody_until_confirmed_and_nobody_after(ana, person):
    harbor = make_recipient()
    signed = sign_consent(ana, prepared(ana, person, ConsentKind.TPO_SINGLE), ["identity"])

    def share():
        return disclose(
            person=person, recipient=harbor, basis=ByConsent(), purpose="treatment", medium="print", by=ana,
            sections={"identity": lambda: "x"}, subject="packet",
        )  # fmt: skip

    with pytest.raises(NotPermitted) as refused:
        share()
    assert refused.value.code == "recipient_not_confirmed" and "Harbor Detox" in refused.value.message
    row = confirm(person=person, recipient=harbor, role="treating", reason="Wrote the script.", by=ana)
    assert share().consent_copy.consent_id == signed.pk
    assert live_consent(person, harbor, "treatment", [], clock.now()) == signed
    assert live_consent(make_person(ana, "Quinn Ashby"), harbor, "treatment", [], clock.now()) is None
    with pytest.raises(Conflict):
        confirm(person=person, recipient=harbor, role="treating", reason="Again.", by=ana)
    end_confirmation(confirmation=row, by=ana)
    with pytest.raises(NotPermitted):
        share()


def test_a_confirmation_needs_a_fitting_role_and_a_reason(ana, person):
    payer = make_recipient("Plan", kind="payer")
    for role, reason, code in (("treating", "x", "role"), ("payer", " ", "reason")):
        with pytest.raises(Refused) as refused:
            confirm(person=person, recipient=payer, role=role, reason=reason, by=ana)
        assert refused.value.code == code
    row = confirm(person=person, recipient=payer, role="payer", reason="On the card.", by=ana)
    for change in ("reason = NULL", "role = 'treating'", "ended_at = now()"):
        sql = f"UPDATE records_confirmation SET {change} WHERE id = %s"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [row.pk])


# ------------------------------------------------------------------ the screens


def page_of(client, person, use):
    return client.get(reverse("records:consent-prepare", args=[person.pk]) + f"?use={use}")


def test_what_it_is_for_comes_first_in_plain_words(ana, person, as_user):
    client = as_user(ana)
    page = client.get(reverse("records:consent-use", args=[person.pk])).content.decode()
    assert "What is this for?" in page
    assert page.index(USES["specific"].words) < page.index(USES["notes"].words)
    for code in USES:
        assert f"use={code}" in page


@pytest.mark.parametrize("use", USES)
def test_each_use_shows_its_own_fields_and_ticks_nothing(ana, person, as_user, use):
    make_recipient("Two"), make_recipient("Three", **COURT), make_recipient("Four", **COURT)
    text = page_of(as_user(ana), person, use).content.decode()
    shown = set(re.findall(r'<(?:input|select|textarea)[^>]*name="(\w+)"', text))
    shown -= {"csrfmiddlewaretoken", "submit_key"}
    allowed = set(USES[use].fields)
    assert shown <= allowed and allowed - shown <= {"others"}
    boxes = re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]*>', text)
    assert not [one for one in boxes if "checked" in one and 'name="language"' not in one]


POSTED = {
    "specific": {"purposes": ["treatment"], "offered": ["health"]},
    "presence": {"helper_name": "Fay Rowan"},
    "family": {"helper_name": "Fay Rowan", "offered": ["presence", "health"]},
    "tpo": {"offered": ["health"], "ends": "none"},
    "exchange": {"purposes": ["treatment"], "offered": ["health"], "participants": "Harbor\nElm"},
    "proceedings": {"matter": "Case 12", "offered": ["health"]},
    "supervision": {"matter": "Case 12", "event": "End of probation", "offered": ["health"]},
    "research": {"matter": "Study 7", "offered": ["health"], "ends": "end of the research study"},
    "notes": {"purposes": ["treatment"]},
}


@pytest.mark.parametrize("use", USES)
def test_each_use_can_be_prepared_and_every_field_is_asked_for(ana, person, as_user, use):
    client, url = as_user(ana), reverse("records:consent-prepare", args=[person.pk]) + f"?use={use}"
    data = {"expires_on": day().isoformat(), "language": "en", **POSTED[use]}
    kinds = USES[use].receivers
    if kinds:
        data["recipient"] = str(make_recipient("Named", kind=kinds[0]).pk)
    for left_out in POSTED[use]:
        less = {name: value for name, value in data.items() if name != left_out}
        assert client.post(url, {**less, "submit_key": str(uuid.uuid4())}).status_code == 422, left_out
    made = client.post(url, {**data, "submit_key": str(uuid.uuid4())})
    assert made.status_code == 302
    consent = Consent.objects.get()
    assert consent.kind == USES[use].kind and client.get(made.url).status_code == 200
    assert client.get(reverse("records:consent-list", args=[person.pk])).status_code == 200

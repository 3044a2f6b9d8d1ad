"""Drafting a consent: what it will say, who will sign it, what the person chooses; and setting it aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from outbox.models import SubmitKey
from outbox.submit import once
from records.choices import (
    Category,
    ConsentKind,
    ConsentStatus,
    InvitationOutcome,
    Language,
    Purpose,
    RecipientKind,
    Signer,
)
from records.consent_seal import facts_of, is_minor_now, minor_rule, recipient_facts
from records.consent_texts import END_NONE, END_STUDY, END_TREATMENT, VERSION, tpo_class
from records.models import Consent, ConsentRecipient, Document, Person, Recipient, SigningInvitation
from records.rules import consent as rules
from records.rules import signers

LONGEST = timedelta(days=366)
# The only purposes that some kinds can have, and the only category.
FIXED_PURPOSES = {
    ConsentKind.CONFIRM_PRESENCE: [Purpose.FAMILY],
    ConsentKind.TPO_SINGLE: [Purpose.OPERATIONS, Purpose.PAYMENT, Purpose.TREATMENT],
    ConsentKind.PROCEEDINGS: [Purpose.PROCEEDINGS],
    ConsentKind.CRIMINAL_JUSTICE: [Purpose.CRIMINAL_JUSTICE],
    ConsentKind.RESEARCH: [Purpose.RESEARCH],
}
FIXED_CATEGORIES = {
    ConsentKind.CONFIRM_PRESENCE: [Category.PRESENCE],
    ConsentKind.COUNSELING_NOTES: [Category.COUNSELING_NOTES],
}
# Ends without a last day, by kind (42 CFR 2.31(a)(7)).
OPEN_ENDS = {
    ConsentKind.TPO_SINGLE: (END_NONE, END_TREATMENT),
    ConsentKind.RESEARCH: (END_STUDY,),
}


@dataclass(frozen=True)
class Details:
    """What only some consents say.

    `event` is what ends it (besides the last day); `matter` the proceeding, case or study; `participants` who
    receives it through an exchange. `signer` and `cosigner` as in `records.models.Consent`; `signer_name` and
    `signer_evidence` are of whichever is not the person.
    """

    event: str = ""
    matter: str = ""
    participants: tuple[str, ...] = ()
    signer: str = Signer.PERSON
    cosigner: str = ""
    signer_name: str = ""
    signer_evidence: str = ""
    evidence_document: Document | None = None
    interpreter: str = ""


def end_of_day(day: date) -> datetime:
    """Return the instant at which `day` ends in the center's zone."""
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    return datetime.combine(day + timedelta(days=1), time.min, zone)


@transaction.atomic
def prepare(
    *,
    person: Person,
    recipients: Sequence[Recipient],
    purposes: Sequence[str],
    offered: Sequence[str],
    expires_on: date | None,
    by: Any,
    language: str | None = None,
    kind: str = ConsentKind.SPECIFIC,
    details: Details | None = None,
    submit_key: UUID | None = None,
) -> Consent:
    """Draft a consent that names `recipients`; `offered` are the categories the person will be asked about.

    Purposes and categories that the kind fixes stand in for what is given. Raises Refused, with the field
    that is wrong, and AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.prepare", by=by) if submit_key else None
    details = details or Details()
    consent = _drafted(person, kind, purposes, offered, expires_on, details)
    _check_receivers(consent, recipients, details)
    _check_content(consent, details)
    _check_end(consent, details)
    _check_signers(consent, details)
    consent.language = language or person.language
    consent.intermediary = recipients[0].called if kind == ConsentKind.INTERMEDIARY else ""
    consent.created_by = by.pk
    consent.save(force_insert=True)
    ConsentRecipient.objects.bulk_create(
        [ConsentRecipient(consent=consent, recipient=one) for one in dict.fromkeys(recipients)]
    )
    record(
        "consent.prepared", by=by, obj=consent, person=person,
        kind=str(kind), recipients=[one.pk for one in recipients], purposes=list(consent.purposes),
    )  # fmt: skip
    remember(key, consent)
    return consent


def _drafted(
    person: Person,
    kind: str,
    purposes: Sequence[str],
    offered: Sequence[str],
    expires_on: date | None,
    details: Details,
) -> Consent:
    asked = FIXED_CATEGORIES.get(ConsentKind(kind), offered)
    return Consent(
        person=person,
        data_key=person.data_key,
        kind=kind,
        text_version=VERSION,
        patient_name=person.name,
        discloser=settings.CENTER_NAME,
        recipient_class=tpo_class(Language.ENGLISH) if kind == ConsentKind.TPO_SINGLE else "",
        participants=[one.strip() for one in details.participants if one.strip()],
        purposes=sorted(set(FIXED_PURPOSES.get(ConsentKind(kind), purposes))),
        offered=[one for one in Category.values if one in set(asked)],
        categories=[],
        expires_on=expires_on,
        expires_at=end_of_day(expires_on) if expires_on else None,
        expires_event=details.event.strip() or None,
        matter=details.matter.strip() or None,
        signer=details.signer,
        cosigner=details.cosigner,
        signer_name=details.signer_name.strip() or None,
        signer_evidence=details.signer_evidence.strip() or None,
        evidence_document=details.evidence_document,
        interpreter=details.interpreter.strip() or None,
    )


def _check_receivers(consent: Consent, recipients: Sequence[Recipient], details: Details) -> None:
    field = "helper_name" if consent.kind == ConsentKind.CONFIRM_PRESENCE else "recipient"
    if consent.kind == ConsentKind.TPO_SINGLE:
        if recipients:
            raise Refused("recipients", "This consent names a class, not single receivers", field=field)
        return
    if not recipients:
        raise Refused("recipients", "Select who may receive it", field=field)
    for one in recipients:
        if not one.active or not one.legal_status:
            raise Refused(
                "recipient_status",
                "This recipient can't receive records yet: its legal status isn't recorded.",
                field=field,
            )
        if one.person_id and one.person_id != consent.person_id:
            raise Refused("recipients", "Select who may receive it", field=field)
        if any(rules.unfit_purpose(recipient_facts(one), purpose) for purpose in consent.purposes):
            raise Refused(
                "purpose_unfit",
                "This purpose doesn't fit this kind of recipient. Choose another.",
                field="purposes",
            )
    if consent.kind == ConsentKind.INTERMEDIARY:
        _check_exchange(consent, recipients)


def _check_exchange(consent: Consent, recipients: Sequence[Recipient]) -> None:
    if len(recipients) != 1 or recipients[0].kind != RecipientKind.EXCHANGE:
        raise Refused("intermediary", "Select the exchange", field="recipient")
    if not consent.participants:
        raise Refused("participants", "Enter who receives it through the exchange", field="participants")


def _check_content(consent: Consent, details: Details) -> None:
    if not consent.purposes:
        raise Refused("purposes", "Select why it is shared", field="purposes")
    if not consent.offered:
        raise Refused("information", "Select what the person will be asked about", field="offered")
    combined = rules.combined(facts_of(consent, categories=consent.offered, named=()))
    if combined:
        raise Refused(
            "consent_combined",
            "This needs a consent of its own. Prepare one for each.",
            field="purposes" if "purposes" in combined else "offered",
            reasons=combined,
        )
    needs = {one.name for one in rules.ELEMENTS[consent.kind]}
    if "matter" in needs and not consent.matter:
        raise Refused("matter", "Enter which proceeding, case or study it is about", field="matter")
    if "duration" in needs and not consent.expires_event:
        raise Refused("duration", "Enter the event until which it is needed", field="event")


def _check_end(consent: Consent, details: Details) -> None:
    open_ends = OPEN_ENDS.get(ConsentKind(consent.kind), ())
    if consent.expires_event and consent.expires_event not in open_ends:
        probe = facts_of(consent, categories=consent.offered, named=())
        if not rules.is_event(probe):
            raise Refused(
                "expiry_event", "Enter an event that everybody can recognise, or a last day", field="event"
            )
    if consent.expires_on is None:
        if consent.expires_event in open_ends:
            return
        raise Refused("expiry", "Enter the last day", field="expires_on")
    today = center_day(clock.now())
    if consent.expires_on <= today:
        raise Refused("expiry_past", "The last day must be after today", field="expires_on")
    if consent.expires_on > today + LONGEST:
        raise Refused("expiry_far", "The last day must be within one year", field="expires_on")


def _check_signers(consent: Consent, details: Details) -> None:
    rule = minor_rule()
    minor = is_minor_now(consent.person, center_day(clock.now()))
    refused = signers.refusal(signers.Signers(str(details.signer), str(details.cosigner)), minor, rule)
    if refused:
        raise Refused(refused[0], refused[1], field="signers")
    if minor:
        consent.minor_rule = rule.version
    if details.signer == Signer.PERSON and not details.cosigner:
        return
    if not consent.signer_name:
        raise Refused("signer_name", "Enter the full name of who signs", field="signer_name")
    if not consent.signer_evidence:
        raise Refused("signer_evidence", "Enter how we know that they may sign", field="signer_evidence")


def remember(key: SubmitKey | None, consent: Consent) -> None:
    """Note the consent as the result of this submit."""
    if key:
        key.done(reverse("records:consent-detail", args=[consent.pk]))


def lock(consent_id: UUID) -> Consent:
    """Lock a consent's person and then the consent itself, in the order in which everyone does; return it."""
    person_id = Consent.objects.values_list("person_id", flat=True).get(pk=consent_id)
    lock_person(person_id)
    return (
        Consent.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person__data_key", "data_key")
        .get(pk=consent_id)
    )


def lock_person(person_id: UUID) -> None:
    """Lock a person's row until the transaction ends. Whatever opens or closes the door locks this first."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)


@transaction.atomic
def choose(*, consent: Consent, categories: Sequence[str], by: Any) -> Consent:
    """Store what the person chose to share, while the consent is a draft. Raises Refused or Conflict."""
    locked = lock(consent.pk)
    must_be_draft(locked)
    if set(categories) - set(locked.offered):
        raise Refused("category_not_offered", "Select from the choices on this page", field="categories")
    if not categories:
        raise Refused("categories_none", say("none", locked.language), field="categories")
    locked.categories = [one for one in locked.offered if one in set(categories)]
    locked.save(update_fields=["categories"])
    record("consent.chosen", by=by, obj=locked, person=locked.person, categories=list(locked.categories))
    return locked


def say(what: str, language: str) -> str:
    """Return a refusal to the person who signs, in their language."""
    spanish = language == Language.SPANISH
    return {
        "none": (
            "Select at least one kind of information, or choose not to sign",
            "Elija al menos un tipo de información, o elija no firmar",
        ),
        "name": ("Enter your full name", "Escriba su nombre completo"),
    }[what][spanish]


def must_be_draft(consent: Consent) -> None:
    """Raise Conflict unless the consent can still change."""
    if consent.status != ConsentStatus.DRAFT:
        raise Conflict("This consent is already signed or set aside. A change needs a new one.")


@transaction.atomic
def discard(*, consent: Consent, by: Any) -> Consent:
    """Set a draft aside, or one that waits for its check. Raises Conflict when it was signed."""
    locked = lock(consent.pk)
    if locked.status != ConsentStatus.NEEDS_REVIEW:
        must_be_draft(locked)
    close_invitations(locked, InvitationOutcome.CANCELLED, clock.now())
    locked.status = ConsentStatus.DISCARDED
    locked.save(update_fields=["status"])
    record("consent.discarded", by=by, obj=locked, person=locked.person)
    return locked


def close_invitations(consent: Consent, outcome: str, now: datetime, *, but: Any = None) -> int:
    """Close the open invitations of a consent whose row is locked; return how many there were."""
    found = SigningInvitation.objects.filter(consent=consent, outcome=InvitationOutcome.OPEN)
    if but is not None:
        found = found.exclude(pk=but.pk)
    return found.update(outcome=outcome, closed_at=now)


def still_may_sign(consent: Consent, now: datetime) -> None:
    """Ask again at the signature: a birthday may have become known since the draft. Raises Refused."""
    refused = signers.refusal(
        signers.Signers(consent.signer or Signer.PERSON, consent.cosigner),
        is_minor_now(consent.person, center_day(now)),
        minor_rule(),
    )
    if refused:
        raise Refused(*refused)

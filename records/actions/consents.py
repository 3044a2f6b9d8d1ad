"""Preparing, signing, withdrawing and ending consents: the only writers of consents."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from outbox.models import SubmitKey
from outbox.submit import once
from records import hooks
from records.choices import (
    Category,
    ConsentKind,
    ConsentStatus,
    InvitationOutcome,
    Language,
    RevokedHow,
    SigningMethod,
)
from records.consent_seal import facts_of, fingerprint_of_texts, freeze, recipient_facts, texts_of
from records.consent_texts import VERSION
from records.models import (
    Consent,
    ConsentRecipient,
    ConsentRevocation,
    ConsentSignature,
    Person,
    Recipient,
    SigningInvitation,
)
from records.rules import consent as rules

LONGEST = timedelta(days=366)
PERSON = "person"
INTENT = {
    Language.ENGLISH: "I sign. I have read this permission and I agree to it.",
    Language.SPANISH: "Firmo. He leído este permiso y estoy de acuerdo.",
}


def end_of_day(day: date) -> datetime:
    """Return the instant at which `day` ends in the center's zone."""
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def center_day(now: datetime) -> date:
    """Return the day it is in the center's zone."""
    return now.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE)).date()


@transaction.atomic
def prepare(
    *,
    person: Person,
    recipients: Sequence[Recipient],
    purposes: Sequence[str],
    offered: Sequence[str],
    expires_on: date,
    by: Any,
    language: str | None = None,
    kind: str = ConsentKind.SPECIFIC,
    submit_key: UUID | None = None,
) -> Consent:
    """Draft a consent that names `recipients`; `offered` are the categories the person will be asked about.

    Raises Refused, with the field that is wrong, and AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.prepare", by=by) if submit_key else None
    _check_draft(recipients, purposes, offered, expires_on)
    consent = Consent(
        person=person,
        data_key=person.data_key,
        kind=kind,
        language=language or person.language,
        text_version=VERSION,
        patient_name=person.name,
        discloser=settings.CENTER_NAME,
        purposes=sorted(set(purposes)),
        offered=[one for one in Category.values if one in set(offered)],
        categories=[],
        expires_on=expires_on,
        expires_at=end_of_day(expires_on),
        created_by=by.pk,
    )
    consent.save(force_insert=True)
    ConsentRecipient.objects.bulk_create(
        [ConsentRecipient(consent=consent, recipient=one) for one in dict.fromkeys(recipients)]
    )
    record(
        "consent.prepared", by=by, obj=consent, person=person,
        kind=kind, recipients=[one.pk for one in recipients], purposes=list(consent.purposes),
    )  # fmt: skip
    _remember(key, consent)
    return consent


def _check_draft(
    recipients: Sequence[Recipient], purposes: Sequence[str], offered: Sequence[str], expires_on: date
) -> None:
    if not recipients:
        raise Refused("recipients", "Select who may receive it", field="recipient")
    for one in recipients:
        if not one.active or not one.legal_status:
            raise Refused(
                "recipient_status",
                "This recipient can't receive records yet: its legal status isn't recorded.",
                field="recipient",
            )
        if any(rules.unfit_purpose(recipient_facts(one), purpose) for purpose in purposes):
            raise Refused(
                "purpose_unfit",
                "This purpose doesn't fit this kind of recipient. Choose another.",
                field="purposes",
            )
    if not purposes:
        raise Refused("purposes", "Select why it is shared", field="purposes")
    if not offered:
        raise Refused("information", "Select what the person will be asked about", field="offered")
    today = center_day(clock.now())
    if expires_on <= today:
        raise Refused("expiry_past", "The last day must be after today", field="expires_on")
    if expires_on > today + LONGEST:
        raise Refused("expiry_far", "The last day must be within one year", field="expires_on")


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
    _must_be_draft(locked)
    if set(categories) - set(locked.offered):
        raise Refused("category_not_offered", "Select from the choices on this page", field="categories")
    if not categories:
        raise Refused("categories_none", _say("none", locked.language), field="categories")
    locked.categories = [one for one in locked.offered if one in set(categories)]
    locked.save(update_fields=["categories"])
    record("consent.chosen", by=by, obj=locked, person=locked.person, categories=list(locked.categories))
    return locked


def _say(what: str, language: str) -> str:
    spanish = language == Language.SPANISH
    return {
        "none": (
            "Select at least one kind of information, or choose not to sign",
            "Elija al menos un tipo de información, o elija no firmar",
        ),
        "name": ("Enter your full name", "Escriba su nombre completo"),
    }[what][spanish]


def _must_be_draft(consent: Consent) -> None:
    if consent.status != ConsentStatus.DRAFT:
        raise Conflict("This consent is already signed or set aside. A change needs a new one.")


@transaction.atomic
def sign_on_screen(
    *, consent: Consent, typed_name: str, language: str, seen: str, by: Any, submit_key: UUID | None = None
) -> Consent:
    """Sign with a member of staff (`by`) present. `seen` is the fingerprint of the text the page showed.

    Raises as `sign` does, and AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.sign", by=by) if submit_key else None
    context = {
        "session": "staff",
        "witness": str(by.pk),
        "how": "staff handed over the screen or read it aloud",
    }
    signed = sign(
        consent_id=consent.pk, typed_name=typed_name, language=language, seen=seen, by=by,
        method=SigningMethod.ON_SCREEN, context=context, witness_id=by.pk,
    )  # fmt: skip
    _remember(key, signed)
    return signed


def _remember(key: SubmitKey | None, consent: Consent) -> None:
    if key:
        key.done(reverse("records:consent-detail", args=[consent.pk]))


def sign(
    *, consent_id: UUID, typed_name: str, language: str, seen: str, by: Any, method: str,
    context: dict[str, str], witness_id: UUID | None = None, invitation: Any = None,
) -> Consent:  # fmt: skip
    """Freeze and sign a draft, inside the caller's transaction.

    Raises Conflict when it is no draft any more or its text is not the one that was shown, and Refused when
    an element is missing.
    """
    consent = lock(consent_id)
    _must_be_draft(consent)
    now = clock.now()
    texts = texts_of(consent, consent.categories)
    if seen != fingerprint_of_texts(texts):
        raise Conflict("The text has changed since this page was opened. Read it again before signing.")
    if not typed_name.strip():
        raise Refused("signature", _say("name", language), field="typed_name")
    consent.signature, consent.signer, consent.signed_at = " ".join(typed_name.split()), PERSON, now
    freeze(consent, texts, language=language, method=method)
    _must_be_complete(consent, now)
    consent.status = ConsentStatus.SIGNED
    consent.save()
    close_invitations(consent, InvitationOutcome.SIGNED_HERE, now, but=invitation)
    ConsentSignature(
        consent=consent, data_key=consent.data_key, invitation=invitation, method=method,
        typed_name=consent.signature, intent=INTENT[Language(language)], context=context, language=language,
        sha256=consent.sha256, witness_id=witness_id, signed_at=now,
    ).save(force_insert=True)  # fmt: skip
    record(
        "consent.signed", by=by, obj=consent, person=consent.person, method=str(method), language=language,
        sha256=consent.sha256, categories=list(consent.categories),
    )  # fmt: skip
    return consent


def close_invitations(consent: Consent, outcome: str, now: datetime, *, but: Any = None) -> int:
    """Close the open invitations of a consent whose row is locked; return how many there were."""
    found = SigningInvitation.objects.filter(consent=consent, outcome=InvitationOutcome.OPEN)
    if but is not None:
        found = found.exclude(pk=but.pk)
    return found.update(outcome=outcome, closed_at=now)


def _must_be_complete(consent: Consent, now: datetime) -> None:
    facts = facts_of(consent)
    lacking = rules.missing_words(facts)
    if lacking:
        raise Refused(
            "consent_incomplete",
            "This consent can't be signed yet. Missing: " + ", ".join(lacking) + ".",
            reasons=rules.missing_elements(facts),
        )
    if rules.combined(facts):
        raise Refused("consent_combined", "This consent combines what must be kept apart.")
    if consent.expires_at is not None and now >= consent.expires_at:
        raise Refused("expiry_past", "The last day of this consent has passed. Prepare a new one.")


@transaction.atomic
def discard(*, consent: Consent, by: Any) -> Consent:
    """Set a draft aside. Raises Conflict when it was signed."""
    locked = lock(consent.pk)
    _must_be_draft(locked)
    close_invitations(locked, InvitationOutcome.CANCELLED, clock.now())
    locked.status = ConsentStatus.DISCARDED
    locked.save(update_fields=["status"])
    record("consent.discarded", by=by, obj=locked, person=locked.person)
    return locked


@transaction.atomic
def revoke(
    *,
    consent: Consent,
    how: str,
    received_at: datetime,
    by: Any,
    recipient: Recipient | None = None,
    note: str = "",
    submit_key: UUID | None = None,
) -> ConsentRevocation:
    """Record a withdrawal, whole or for one recipient; it takes effect with this transaction.

    A second record for the same withdrawal (the written one after a spoken one) is kept as well. Raises
    Refused when nothing was signed, or when the time lies in the future or before the signature, and
    AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.revoke", by=by) if submit_key else None
    locked = lock(consent.pk)
    now = clock.now()
    _check_revocation(locked, recipient, how, received_at, now)
    row = ConsentRevocation(
        consent=locked, data_key=locked.data_key, recipient=recipient, how=how, received_at=received_at,
        note=note.strip() or None, recorded_by=by.pk, recorded_at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    _close(locked, recipient, how, now)
    record(
        "consent.revoked", by=by, obj=locked, person=locked.person, how=str(how),
        scope="one" if recipient else "whole", recipient=recipient.pk if recipient else None,
    )  # fmt: skip
    for hook in hooks.after_revoke:
        hook(consent=locked, by=by, now=now)
    if key:
        key.done(reverse("records:consent-receipt", args=[locked.pk]))
    return row


def _check_revocation(
    consent: Consent, recipient: Recipient | None, how: str, received_at: datetime, now: datetime
) -> None:
    if consent.signed_at is None:
        raise Refused("not_signed", "This consent was never signed, so there is nothing to take back.")
    if how not in RevokedHow.values:
        raise Refused("how", "Select how the person told us", field="how")
    if received_at > now + timedelta(minutes=1):
        raise Refused("received_future", "The time can't be in the future", field="received_at")
    if received_at < consent.signed_at.replace(second=0, microsecond=0):
        raise Refused(
            "received_early", "The time can't be before the consent was signed", field="received_at"
        )
    if recipient and not consent.named.filter(recipient=recipient).exists():
        raise Refused("recipient", "This consent doesn't name that recipient", field="scope")


def _close(consent: Consent, recipient: Recipient | None, how: str, now: datetime) -> None:
    """Mark the recipient, and the consent when nobody is left on it. What is closed stays as it is."""
    if recipient:
        consent.named.filter(recipient=recipient, revoked_at=None).update(revoked_at=now)
        if consent.named.filter(revoked_at=None).exists():
            return
    if consent.status == ConsentStatus.SIGNED:
        consent.status, consent.revoked_at, consent.revoked_how = ConsentStatus.REVOKED, now, how
        consent.save(update_fields=["status", "revoked_at", "revoked_how"])


def expire_due(now: datetime) -> int:
    """Mark consents whose last day is over and tell the upper apps, as for a withdrawal; return how many."""
    due = list(
        Consent.objects.filter(status=ConsentStatus.SIGNED, expires_at__lte=now)
        .order_by("expires_at", "id")
        .values_list("pk", flat=True)[:200]
    )
    by, ended = Actor.system(), 0
    for consent_id in due:
        consent = lock(consent_id)
        if consent.status != ConsentStatus.SIGNED:
            continue
        consent.status, consent.expired_at = ConsentStatus.EXPIRED, now
        consent.save(update_fields=["status", "expired_at"])
        record("consent.expired", by=by, obj=consent, person=consent.person)
        for hook in hooks.after_revoke:
            hook(consent=consent, by=by, now=now)
        ended += 1
    return ended

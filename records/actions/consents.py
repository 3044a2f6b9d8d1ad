"""Signing, withdrawing and ending consents. Drafting them is in `records.actions.drafting`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from outbox.submit import once
from records import hooks
from records.actions.drafting import (
    Details,
    choose,
    close_invitations,
    discard,
    end_of_day,
    lock,
    lock_person,
    must_be_draft,
    prepare,
    remember,
    say,
    still_may_sign,
)
from records.actions.withdrawals import draft_notices
from records.choices import (
    ConsentStatus,
    InvitationOutcome,
    Language,
    RevokedHow,
    Signer,
    SigningMethod,
)
from records.consent_seal import (
    facts_of,
    fingerprint_of_texts,
    freeze,
    texts_of,
)
from records.models import Consent, ConsentRevocation, ConsentSignature, Recipient
from records.rules import consent as rules

__all__ = [
    "Details", "choose", "close_invitations", "discard", "end_of_day", "expire_due", "lock",
    "lock_person", "prepare", "revoke", "sign", "sign_on_screen", "sign_second",
]  # fmt: skip

INTENT = {
    Language.ENGLISH: "I sign. I have read this permission and I agree to it.",
    Language.SPANISH: "Firmo. He leído este permiso y estoy de acuerdo.",
}
_OPEN = (ConsentStatus.SIGNED, ConsentStatus.INCOMPLETE)
ON_SCREEN = {"session": "staff", "how": "staff handed over the screen or read it aloud"}


@transaction.atomic
def sign_on_screen(
    *, consent: Consent, typed_name: str, language: str, seen: str, by: Any, submit_key: UUID | None = None
) -> Consent:
    """Sign with a member of staff (`by`) present. `seen` is the fingerprint of the text the page showed.

    Raises as `sign` does, and AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.sign", by=by) if submit_key else None
    signed = sign(
        consent_id=consent.pk, typed_name=typed_name, language=language, seen=seen, by=by,
        method=SigningMethod.ON_SCREEN, context={**ON_SCREEN, "witness": str(by.pk)}, witness_id=by.pk,
    )  # fmt: skip
    remember(key, signed)
    return signed


def sign(
    *, consent_id: UUID, typed_name: str, language: str, seen: str, by: Any, method: str,
    context: dict[str, str], witness_id: UUID | None = None, invitation: Any = None,
) -> Consent:  # fmt: skip
    """Freeze and sign a draft, inside the caller's transaction. It counts at once, or when both have signed.

    Raises Conflict when it is no draft any more or its text is not the one that was shown, and Refused when
    an element is missing.
    """
    consent = lock(consent_id)
    must_be_draft(consent)
    now = clock.now()
    texts = texts_of(consent, consent.categories)
    if seen != fingerprint_of_texts(texts):
        raise Conflict("The text has changed since this page was opened. Read it again before signing.")
    if not typed_name.strip():
        raise Refused("signature", say("name", language), field="typed_name")
    still_may_sign(consent, now)
    close_invitations(consent, InvitationOutcome.SIGNED_HERE, now, but=invitation)
    set_signature(
        consent, typed_name=typed_name, language=language, texts=texts, method=method, signed_at=now, now=now
    )
    add_signature(
        consent, role=consent.signer, typed_name=typed_name, language=language, method=method,
        context=context, witness_id=witness_id, invitation=invitation, signed_at=now,
    )  # fmt: skip
    record(
        "consent.signed", by=by, obj=consent, person=consent.person, method=str(method), language=language,
        sha256=consent.sha256, categories=list(consent.categories), status=str(consent.status),
    )  # fmt: skip
    return consent


def set_signature(
    consent: Consent, *, typed_name: str, language: str, texts: dict[str, str], method: str,
    signed_at: datetime, now: datetime, paper: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Freeze a locked consent with its first signature and save it. Raises Refused if it lacks something."""
    consent.signature, consent.signed_at = " ".join(typed_name.split()), signed_at
    consent.signer = consent.signer or Signer.PERSON
    freeze(consent, texts, language=language, method=method, paper=paper)
    _must_be_complete(consent, now)
    consent.status = ConsentStatus.INCOMPLETE if consent.cosigner else ConsentStatus.SIGNED
    consent.save()


def add_signature(
    consent: Consent, *, role: str, typed_name: str, language: str, method: str, context: dict[str, str],
    signed_at: datetime, witness_id: UUID | None = None, **more: Any,
) -> None:  # fmt: skip
    """Write the record of one signature over the consent's fingerprint."""
    ConsentSignature(
        consent=consent, data_key=consent.data_key, role=role, method=method,
        typed_name=" ".join(typed_name.split()), intent=INTENT[Language(language)], context=context,
        language=language, sha256=consent.sha256, witness_id=witness_id, signed_at=signed_at, **more,
    ).save(force_insert=True)  # fmt: skip


@transaction.atomic
def sign_second(*, consent: Consent, typed_name: str, by: Any, submit_key: UUID | None = None) -> Consent:
    """Add the parent's or guardian's signature at our screen; the consent counts from now.

    Raises Conflict when none is missing, Refused when the name or time for it is.
    """
    key = once(submit_key, scope="consent.sign_second", by=by) if submit_key else None
    locked = lock(consent.pk)
    language = locked.language
    if locked.status != ConsentStatus.INCOMPLETE:
        raise Conflict("No signature is missing on this consent.")
    if not typed_name.strip():
        raise Refused("signature", say("name", language), field="typed_name")
    now = clock.now()
    if locked.expires_at is not None and now >= locked.expires_at:
        raise Refused("expiry_past", "The last day of this consent has passed. Prepare a new one.")
    add_signature(
        locked, role=locked.cosigner, typed_name=typed_name, language=language,
        method=SigningMethod.ON_SCREEN, context={**ON_SCREEN, "witness": str(by.pk)}, witness_id=by.pk,
        signed_at=now,
    )  # fmt: skip
    both_signed(locked, now, by)
    remember(key, locked)
    return locked


def both_signed(consent: Consent, now: datetime, by: Any) -> None:
    """Put a locked consent in force once the second signature is written."""
    consent.status, consent.cosigned_at = ConsentStatus.SIGNED, now
    consent.save(update_fields=["status", "cosigned_at"])
    record("consent.cosigned", by=by, obj=consent, person=consent.person, role=consent.cosigner)


def _must_be_complete(consent: Consent, now: datetime) -> None:
    facts = facts_of(consent)
    if facts.cosigner:  # what is signed now is the first of two
        facts = replace(facts, cosigned_at=now)
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

    Everybody who was given something on it gets a drafted notice. A second record for the same withdrawal
    (the written one after a spoken one) is kept as well. Raises Refused when nothing was signed, or when the
    time lies in the future or before the signature, and AlreadyDone when this submit was done before.
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
    draft_notices(row)
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
    if consent.status in _OPEN:
        consent.status, consent.revoked_at, consent.revoked_how = ConsentStatus.REVOKED, now, how
        consent.save(update_fields=["status", "revoked_at", "revoked_how"])


def expire_due(now: datetime) -> int:
    """Mark consents whose last day is over and tell the upper apps, as for a withdrawal; return how many."""
    due = list(
        Consent.objects.filter(status__in=_OPEN, expires_at__lte=now)
        .order_by("expires_at", "id")
        .values_list("pk", flat=True)[:200]
    )
    by, ended = Actor.system(), 0
    for consent_id in due:
        consent = lock(consent_id)
        if consent.status not in _OPEN:
            continue
        consent.status, consent.expired_at = ConsentStatus.EXPIRED, now
        consent.save(update_fields=["status", "expired_at"])
        record("consent.expired", by=by, obj=consent, person=consent.person)
        for hook in hooks.after_revoke:
            hook(consent=consent, by=by, now=now)
        ended += 1
    return ended

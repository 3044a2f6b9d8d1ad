"""From a consent's row to the facts that rules judge, and to the fingerprint frozen at its signing."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from config.clock import center_day
from records.choices import ConsentStatus, Language
from records.consent_texts import information, render, statements_for
from records.models import Consent, Person, Recipient
from records.rules.consent import ConsentFacts, RecipientFacts
from records.rules.signers import MinorRule, is_minor


def recipient_facts(
    recipient: Recipient, *, revoked: bool = False, confirmed: bool = False
) -> RecipientFacts:
    """Return what rules need to know about a recipient."""
    return RecipientFacts(
        id=str(recipient.pk),
        name=recipient.called,
        aliases=tuple(recipient.aliases),
        kind=recipient.kind,
        legal_status=recipient.legal_status,
        revoked=revoked,
        confirmed=confirmed,
    )


def facts_of(
    consent: Consent,
    *,
    categories: Sequence[str] | None = None,
    named: tuple[RecipientFacts, ...] | None = None,
) -> ConsentFacts:
    """Return a consent's elements as plain values; `categories` stands in for the choice while drafting.

    `named` stands in for whom it names while it is not stored yet.

    A signed consent names its recipients as they were called when it was signed.
    """
    return ConsentFacts(
        kind=consent.kind,
        patient_name=consent.patient_name,
        discloser=consent.discloser,
        categories=tuple(consent.categories if categories is None else categories),
        information=information(consent.categories if categories is None else categories),
        recipients=_named(consent) if named is None else named,
        recipient_class=consent.recipient_class,
        intermediary=consent.intermediary,
        participants=tuple(consent.participants),
        purposes=tuple(consent.purposes),
        statements=frozenset(consent.statements),
        expires_on=consent.expires_on,
        expires_event=consent.expires_event or "",
        expires_at=consent.expires_at,
        signature=consent.signature or "",
        signer=consent.signer,
        signed_at=consent.signed_at,
        signer_name=consent.signer_name or "",
        signer_evidence=consent.signer_evidence or "",
        cosigner=consent.cosigner,
        cosigned_at=consent.cosigned_at,
        minor=_was_minor(consent),
        minor_rule=consent.minor_rule,
        interpreter=consent.interpreter or "",
        matter=consent.matter or "",
        revoked=consent.status == ConsentStatus.REVOKED,
        expired=consent.status == ConsentStatus.EXPIRED,
    )


def minor_rule() -> MinorRule:
    """Return the center's rule for minors."""
    return MinorRule(settings.MINOR_RULE, settings.CENTER_STATE, settings.MINOR_AGE)


def is_minor_now(person: Person, day: date) -> bool | None:
    """Say whether a person is a minor on a day of the center; None when the birthday is not known."""
    born = date.fromisoformat(person.date_of_birth) if person.date_of_birth else None
    return is_minor(born, day, minor_rule())


def _was_minor(consent: Consent) -> bool | None:
    if consent.signed_at is None:
        return None
    return is_minor_now(consent.person, center_day(consent.signed_at))


def _named(consent: Consent) -> tuple[RecipientFacts, ...]:
    rows = sorted(consent.named.all(), key=lambda row: (row.recipient.called, str(row.recipient_id)))
    if not consent.elements:
        return tuple(recipient_facts(row.recipient) for row in rows)
    frozen = {one["id"]: one for one in consent.elements["recipients"]}
    return tuple(
        RecipientFacts(
            id=str(row.recipient_id),
            name=frozen[str(row.recipient_id)]["name"],
            aliases=tuple(frozen[str(row.recipient_id)]["aliases"]),
            kind=frozen[str(row.recipient_id)]["kind"],
            legal_status=frozen[str(row.recipient_id)]["legal_status"],
            revoked=row.revoked_at is not None,
        )
        for row in rows
        if str(row.recipient_id) in frozen
    )


def texts_of(consent: Consent, categories: Sequence[str]) -> dict[str, str]:
    """Return the full text in every language, as it would be frozen with this choice."""
    facts = facts_of(consent, categories=categories)
    return {language: render(facts, language, settings.CENTER_PHONE) for language in Language.values}


def text_to_choose_from(consent: Consent, language: str) -> str:
    """Return the text as it stands before the choice, with everything that was offered."""
    facts = facts_of(consent, categories=consent.offered)
    return render(facts, language, settings.CENTER_PHONE, choosing=True)


def fingerprint_of_texts(texts: dict[str, str]) -> str:
    """Return what a page carries, so that what is signed is what was shown."""
    return hashlib.sha256(_canonical(texts).encode()).hexdigest()


def freeze(
    consent: Consent,
    texts: dict[str, str],
    *,
    language: str,
    method: str,
    paper: dict[str, str] | None = None,
) -> None:
    """Set texts, statements, elements and fingerprint on a consent that has its signature; save nothing.

    `paper` holds the fingerprints of the printed text and of the scan.
    """
    consent.text_en, consent.text_es = texts[Language.ENGLISH], texts[Language.SPANISH]
    consent.statements = sorted(statements_for(facts_of(consent)))
    recipients = [
        {"id": one.id, "name": one.name, "aliases": list(one.aliases), "kind": one.kind,
         "legal_status": one.legal_status}
        for one in _named(consent)
    ]  # fmt: skip
    consent.elements = {
        **_columns(consent),
        "recipients": recipients,
        "signed_language": language,
        "method": method,
        "salt": secrets.token_hex(16),
        **({"paper": paper} if paper else {}),
    }
    consent.sha256 = _fingerprint(consent)


def _columns(consent: Consent) -> dict[str, Any]:
    """Return the elements that stand in columns, as they are frozen."""
    return {
        "id": str(consent.pk),
        "person": str(consent.person_id),
        "kind": consent.kind,
        "language": consent.language,
        "text_version": consent.text_version,
        "patient_name": consent.patient_name,
        "discloser": consent.discloser,
        "recipient_class": consent.recipient_class,
        "intermediary": consent.intermediary,
        "participants": list(consent.participants),
        "purposes": list(consent.purposes),
        "offered": list(consent.offered),
        "categories": list(consent.categories),
        "statements": list(consent.statements),
        "expires_on": consent.expires_on.isoformat() if consent.expires_on else None,
        "expires_event": consent.expires_event or "",
        "expires_at": consent.expires_at.isoformat() if consent.expires_at else None,
        "signature": consent.signature,
        "signer": consent.signer,
        "signed_at": consent.signed_at.isoformat() if consent.signed_at else None,
        # Since version 2. Empty is None, as in what was frozen before.
        "signer_name": consent.signer_name,
        "signer_evidence": consent.signer_evidence,
        "evidence_document": str(consent.evidence_document_id) if consent.evidence_document_id else None,
        "cosigner": consent.cosigner or None,
        "minor_rule": consent.minor_rule or None,
        "interpreter": consent.interpreter,
        "matter": consent.matter,
    }


def _fingerprint(consent: Consent) -> str:
    whole = {"text_en": consent.text_en, "text_es": consent.text_es, "elements": consent.elements}
    return hashlib.sha256(_canonical(whole).encode()).hexdigest()


def altered(consent: Consent) -> tuple[str, ...]:
    """Return what no longer fits the fingerprint of a signed consent; empty when all is as it was signed."""
    wrong = []
    if _fingerprint(consent) != consent.sha256:
        wrong.append("sha256")
    now = _columns(consent)
    wrong += [name for name, value in now.items() if (consent.elements or {}).get(name) != value]
    named = {str(row.recipient_id) for row in consent.named.all()}
    if named != {one["id"] for one in (consent.elements or {}).get("recipients", ())}:
        wrong.append("recipients")
    signatures = list(consent.signatures.all())
    if not signatures or any(one.sha256 != consent.sha256 for one in signatures):
        wrong.append("signature record")
    return tuple(wrong)


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

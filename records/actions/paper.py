"""Consents on paper: our printed text or another organisation's form, scanned, and checked by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from outbox.submit import once
from records.actions import consents, documents
from records.actions.drafting import close_invitations, lock, must_be_draft, still_may_sign
from records.choices import (
    ConsentStatus,
    DocumentKind,
    InvitationOutcome,
    Language,
    PaperOrigin,
    PaperOutcome,
    SigningMethod,
)
from records.consent_seal import facts_of, fingerprint_of_texts, texts_of
from records.models import Consent, ConsentPaper
from records.rules import consent as rules

YES = "yes"
SUMMED_UP = {
    Language.ENGLISH: "This page sums up a signed form of another organization. The form is kept with it.",
    Language.SPANISH: "Esta página resume un formulario firmado de otra organización. El formulario se "
    "guarda con ella.",
}


@dataclass(frozen=True)
class Signed:
    """What stands on the paper: the file, who signed, who signed with them, and the day."""

    upload: UploadedFile
    name: str
    on: date
    second_name: str = ""


def paper_texts(consent: Consent, origin: str) -> dict[str, str]:
    """Return the texts that are frozen for a consent on paper."""
    texts = texts_of(consent, consent.categories)
    if origin == PaperOrigin.OURS:
        return texts
    return {language: f"{text}\n\n{SUMMED_UP[Language(language)]}" for language, text in texts.items()}


@transaction.atomic
def store_scan(
    *, consent: Consent, signed: Signed, seen: str, attested: bool, by: Any, submit_key: UUID | None = None
) -> ConsentPaper:
    """Store the scan of our own printed text; `by` vouches that it is whole and the text shown (`seen`).

    It waits for a second person. Raises Refused, Conflict when the draft has changed since it was printed,
    and AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="consent.paper", by=by) if submit_key else None
    locked = lock(consent.pk)
    must_be_draft(locked)
    if not locked.categories or seen != fingerprint_of_texts(texts_of(locked, locked.categories)):
        raise Conflict("The text has changed since it was printed. Print and sign it again.")
    if not attested:
        raise Refused("attest", "Compare the scan with the text, then confirm", field="attested")
    if signed.on < center_day(locked.created_at):
        raise Refused("signed_early", "The day can't be before the text was prepared", field="signed_on")
    paper = _keep(locked, signed, PaperOrigin.OURS, by, seen)
    if key:
        key.done(reverse("records:consent-detail", args=[locked.pk]))
    return paper


@transaction.atomic
def store_form(*, consent: Consent, signed: Signed, by: Any) -> ConsentPaper:
    """Store another organisation's signed form for a draft that repeats what it says; not usable yet."""
    locked = lock(consent.pk)
    must_be_draft(locked)
    locked.categories = list(locked.offered)
    return _keep(locked, signed, PaperOrigin.THEIRS, by, None)


def _keep(consent: Consent, signed: Signed, origin: str, by: Any, text_sha256: str | None) -> ConsentPaper:
    if signed.on > center_day(clock.now()):
        raise Refused("signed_future", "The day can't be in the future", field="signed_on")
    if consent.cosigner and not signed.second_name.strip():
        raise Refused("second_name", "Enter the second name on the paper", field="second_name")
    document = documents.store(person=consent.person, by=by, upload=signed.upload, kind=DocumentKind.CONSENT)
    close_invitations(consent, InvitationOutcome.CANCELLED, clock.now())
    consent.status = ConsentStatus.NEEDS_REVIEW
    consent.save(update_fields=["status", "categories"])
    paper = ConsentPaper(
        consent=consent, data_key=consent.data_key, document=document, origin=origin,
        language=consent.language, text_sha256=text_sha256, signed_on=signed.on.isoformat(),
        signed_name=" ".join(signed.name.split()),
        second_name=" ".join(signed.second_name.split()) or None, attested_by=by.pk, attested_at=clock.now(),
    )  # fmt: skip
    paper.save(force_insert=True)
    record(
        "consent.scanned", by=by, obj=consent, person=consent.person, document=document.pk, origin=str(origin)
    )
    return paper


def to_check(consent: Consent) -> list[tuple[str, str]]:
    """Return the elements that a form of another organisation must show, with their words."""
    facts = facts_of(consent)
    return [(one.name, one.words) for one in rules.ELEMENTS[consent.kind] if one.needed(facts)]


@transaction.atomic
def accept(
    *, consent: Consent, by: Any, checklist: Mapping[str, str] | None = None, submit_key: UUID | None = None
) -> Consent:
    """Check a scan as the second person; the consent is in force from now, signed on the paper's day.

    `checklist` maps each element of another organisation's form to "yes" or "no". Raises Refused for who
    vouched for it, and when an element is not on the form, naming each; Conflict when it was checked before.
    """
    key = once(submit_key, scope="consent.paper_check", by=by) if submit_key else None
    locked, paper = _waiting(consent, by)
    given = dict(checklist or {})
    if paper.origin == PaperOrigin.THEIRS:
        _all_shown(locked, given)
        paper.checklist = given
    now = clock.now()
    still_may_sign(locked, now)
    _close(paper, PaperOutcome.ACCEPTED, by, [])
    _put_in_force(locked, paper, by, now)
    if key:
        key.done(reverse("records:consent-detail", args=[locked.pk]))
    return locked


def _all_shown(consent: Consent, given: Mapping[str, str]) -> None:
    lacking = [(name, words) for name, words in to_check(consent) if given.get(name) != YES]
    if lacking:
        raise Refused(
            "consent_deficient",
            "This form can't be used. Missing: " + ", ".join(words for _name, words in lacking) + ".",
            reasons=tuple(name for name, _words in lacking),
        )


def _put_in_force(consent: Consent, paper: ConsentPaper, by: Any, now: datetime) -> None:
    texts = paper_texts(consent, paper.origin)
    seals = {"text": paper.text_sha256 or "", "scan": paper.document.sha256, "origin": str(paper.origin)}
    signed_at = _instant(paper)
    consents.set_signature(
        consent, typed_name=paper.signed_name, language=paper.language, texts=texts,
        method=SigningMethod.PAPER, signed_at=signed_at, now=now, paper=seals,
    )  # fmt: skip
    context = {"session": "paper", "scan_sha256": paper.document.sha256, "signed_on": paper.signed_on}
    signers = [(consent.signer, paper.signed_name)]
    if consent.cosigner:
        signers.append((consent.cosigner, paper.second_name))
    for role, name in signers:
        consents.add_signature(
            consent, role=role, typed_name=name, language=paper.language, method=SigningMethod.PAPER,
            context=context, signed_at=signed_at, witness_id=paper.attested_by, checked_by=by.pk,
            document=paper.document,
        )  # fmt: skip
    record(
        "consent.signed", by=by, obj=consent, person=consent.person, method=str(SigningMethod.PAPER),
        language=paper.language, sha256=consent.sha256, categories=list(consent.categories),
        status=str(consent.status),
    )  # fmt: skip
    if consent.cosigner:
        consents.both_signed(consent, now, by)


def _instant(paper: ConsentPaper) -> datetime:
    """Return noon of the paper's day, or when it was scanned if that was earlier."""
    noon = datetime.combine(
        date.fromisoformat(paper.signed_on), time(12), ZoneInfo(settings.CENTER_TIME_ZONE)
    )
    return min(noon, paper.attested_at).astimezone(UTC)


@transaction.atomic
def reject(*, consent: Consent, by: Any, lacking: list[str]) -> Consent:
    """Set a scan aside that can't be used, with what it lacks. The scan stays on file."""
    locked, paper = _waiting(consent, by)
    known = {name for name, _words in to_check(locked)}
    _close(paper, PaperOutcome.REJECTED, by, [one for one in lacking if one in known])
    locked.status = ConsentStatus.DISCARDED
    locked.save(update_fields=["status"])
    record("consent.scan_rejected", by=by, obj=locked, person=locked.person, lacking=paper.lacking)
    return locked


def _waiting(consent: Consent, by: Any) -> tuple[Consent, ConsentPaper]:
    locked = lock(consent.pk)
    if locked.status != ConsentStatus.NEEDS_REVIEW:
        raise Conflict("This consent was checked already.")
    paper = ConsentPaper.objects.select_related("document__data_key").get(consent=locked)
    if paper.attested_by == by.pk:
        raise Refused("needs_second_person", "You stored this scan. A second person must check it.")
    return locked, paper


def _close(paper: ConsentPaper, outcome: str, by: Any, lacking: list[str]) -> None:
    paper.outcome, paper.reviewed_by, paper.reviewed_at = outcome, by.pk, clock.now()
    paper.lacking = lacking
    paper.save(update_fields=["outcome", "reviewed_by", "reviewed_at", "lacking", "checklist"])

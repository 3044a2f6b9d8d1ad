"""Scoped reads of consents and disclosures, and the search for a consent that covers a disclosure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from records.choices import Category, ConsentKind, ConsentStatus
from records.consent_seal import facts_of, recipient_facts
from records.models import (
    Confirmation,
    Consent,
    ConsentPaper,
    ConsentRevocation,
    Disclosure,
    Person,
    Recipient,
    SigningInvitation,
    WithdrawalNotice,
)
from records.queries.people import people_for, same_person
from records.rules.consent import Decision, covers, explain

_ONCE_SIGNED = (ConsentStatus.SIGNED, ConsentStatus.REVOKED, ConsentStatus.EXPIRED)


def consents_for(user: Any) -> QuerySet[Consent]:
    """Return the consents of the people whose records `user` may open; the privacy officer sees all."""
    consents = Consent.objects.select_related("person__data_key", "data_key")
    if user.has_perm("records.consent_oversee"):
        return consents
    if not user.has_perm("records.consent_read"):
        return consents.none()
    return consents.filter(person__in=people_for(user))


def people_with_consents_for(user: Any) -> QuerySet[Person]:
    """Return the people whose consents and accounting `user` may open."""
    return Person.objects.all() if user.has_perm("records.consent_oversee") else people_for(user)


def drafts_for(user: Any) -> QuerySet[Consent]:
    """Return the consents that still wait for a signature."""
    return consents_for(user).filter(status=ConsentStatus.DRAFT)


def disclosures_for(user: Any) -> QuerySet[Disclosure]:
    """Return the accounting rows `user` may read, newest first, without the packets themselves."""
    rows = Disclosure.objects.select_related("recipient", "data_key").defer("content")
    if not user.has_perm("records.disclosure_read"):
        return rows.none()
    if not user.has_perm("records.consent_oversee"):
        rows = rows.filter(person__in=people_for(user))
    return rows.order_by("-at", "-id")


def disclosed_by(consent: Consent) -> QuerySet[Disclosure]:
    """Return what was already shared on this consent, oldest first."""
    rows = Disclosure.objects.filter(consent=consent).select_related("recipient", "data_key").defer("content")
    return rows.order_by("at", "id")


def revocations_of(consent: Consent) -> QuerySet[ConsentRevocation]:
    """Return the withdrawals recorded for a consent, oldest first."""
    rows = ConsentRevocation.objects.filter(consent=consent).select_related("recipient", "data_key")
    return rows.order_by("recorded_at", "id")


def notices_of(consent: Consent) -> QuerySet[WithdrawalNotice]:
    """Return the notices of withdrawal that belong to a consent, oldest first."""
    rows = WithdrawalNotice.objects.filter(revocation__consent=consent)
    return rows.select_related("recipient__data_key", "data_key").order_by("created_at", "id")


def notices_for(user: Any) -> QuerySet[WithdrawalNotice]:
    """Return the notices of withdrawal of the consents that `user` may open."""
    mine = WithdrawalNotice.objects.filter(revocation__consent__in=consents_for(user))
    return mine.select_related("data_key", "person__data_key", "recipient__data_key", "revocation")


def latest_invitation(consent: Consent) -> SigningInvitation | None:
    """Return the newest invitation to sign this consent."""
    return SigningInvitation.objects.filter(consent=consent).order_by("-created_at", "-id").first()


def recipients_to_name() -> QuerySet[Recipient]:
    """Return the organisations that a new consent can name: in use, and with a legal status."""
    return Recipient.objects.filter(active=True, person=None).exclude(legal_status="").order_by("name", "id")


def paper_of(consent: Consent) -> ConsentPaper | None:
    """Return the scan of a consent on paper, or None."""
    return ConsentPaper.objects.filter(consent=consent).select_related("document").first()


def confirmations_for(user: Any) -> QuerySet[Confirmation]:
    """Return the confirmations of the people whose records `user` may open."""
    return Confirmation.objects.filter(person__in=people_for(user))


def confirmations_of(person: Person) -> QuerySet[Confirmation]:
    """Return who is confirmed as a treating provider or payer of a person now, newest first."""
    rows = Confirmation.objects.filter(person=person, ended_at=None)
    return rows.select_related("recipient", "data_key").order_by("-confirmed_at", "id")


def consent_for(
    person: Person, recipient: Recipient, purpose: str, categories: Collection[str], now: datetime
) -> tuple[Consent | None, Decision]:
    """Return the consent that lets `recipient` have most of `categories` now, or None and the nearest reason.

    A consent that covers only some of the categories still counts: the door cuts the rest.
    """
    signed = _once_signed(person)
    confirmed = recipient.pk in _confirmed(person, signed)
    return _nearest(signed, recipient, purpose, categories, now, confirmed)


def notes_consent_for(
    person: Person, recipient: Recipient, purpose: str, now: datetime
) -> tuple[Consent | None, Decision]:
    """Return the consent for counseling notes that names `recipient` now, or None and the nearest reason."""
    signed = [one for one in _once_signed(person) if one.kind == ConsentKind.COUNSELING_NOTES]
    return _nearest(signed, recipient, purpose, [Category.COUNSELING_NOTES], now, confirmed=False)


def named_for_notes(person: Person) -> list[tuple[Recipient, str]]:
    """Return whom the signed consents for counseling notes name, and for which purpose; newest first."""
    return [
        (named.recipient, purpose)
        for consent in _once_signed(person)
        if consent.kind == ConsentKind.COUNSELING_NOTES
        for named in consent.named.all()
        for purpose in consent.purposes
    ]


def _nearest(
    consents: Collection[Consent],
    recipient: Recipient,
    purpose: str,
    categories: Collection[str],
    now: datetime,
    confirmed: bool,
) -> tuple[Consent | None, Decision]:
    wanted, refusals, found = frozenset(categories), [], []
    to = recipient_facts(recipient, confirmed=confirmed)
    for consent in consents:
        facts = replace(facts_of(consent), earlier_care=consent.earlier_care)
        decision = covers(facts, to, purpose, (), now)
        if decision.allowed:
            found.append((len(wanted & set(consent.categories)), consent.signed_at, consent, decision))
        else:
            refusals.append(decision)
    if not found:
        return None, explain(refusals)
    _covered, _signed, consent, decision = max(found, key=lambda one: one[:2])
    return consent, decision


def live_consent(
    person: Person, recipient: Recipient, purpose: str, categories: Collection[str], now: datetime
) -> Consent | None:
    """Return a consent that covers all of `categories` for `recipient` and `purpose` now, or None."""
    return live_consents(person, [recipient], purpose, categories, now).get(recipient.pk)


def live_consents(
    person: Person,
    recipients: Collection[Recipient],
    purpose: str,
    categories: Collection[str],
    now: datetime,
) -> dict[UUID, Consent]:
    """Return, by recipient, a consent that covers all of `categories`; in one read for a whole list."""
    signed, found = _once_signed(person), {}
    confirmed = _confirmed(person, signed)
    for recipient in recipients:
        consent, _decision = _nearest(signed, recipient, purpose, categories, now, recipient.pk in confirmed)
        if consent is not None and set(categories) <= set(consent.categories):
            found[recipient.pk] = consent
    return found


def _confirmed(person: Person, signed: Collection[Consent]) -> set[UUID]:
    single = any(one.kind == ConsentKind.TPO_SINGLE for one in signed)
    return confirmed_for(person) if single else set()


def confirmed_for(person: Person) -> set[UUID]:
    """Return the recipients that staff confirmed as treating providers or payers of this person."""
    found = Confirmation.objects.filter(person__in=same_person(person), ended_at=None)
    return set(found.values_list("recipient_id", flat=True))


def _once_signed(person: Person) -> list[Consent]:
    """Return the consents of a person, also of records merged with it, each with its own person.

    `earlier_care` says that the newest episode began after it was signed.
    """
    newer = Person.objects.filter(whole=OuterRef("person__whole"), care_since__gt=OuterRef("signed_at"))
    consents = Consent.objects.filter(person__in=same_person(person), status__in=_ONCE_SIGNED)
    consents = consents.annotate(earlier_care=Exists(newer.order_by()))
    consents = consents.select_related("person__data_key", "data_key").prefetch_related("named__recipient")
    return list(consents.order_by("-signed_at", "id"))

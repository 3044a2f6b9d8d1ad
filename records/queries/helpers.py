"""Reads about relatives and friends: who may be told what, and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from records.choices import Category, Medium, Purpose
from records.display import category_labels
from records.models import Disclosure, Person, Recipient, TrustedContact
from records.models.trusted import PASSPHRASE_TRIES
from records.queries.consents import consent_for
from records.queries.people import people_for, same_person


def helper_scope(person: Person, helper: Recipient, now: datetime) -> list[str]:
    """Return the categories that this helper may be told now, by one live consent; empty without one."""
    consent, _decision = consent_for(person, helper, Purpose.FAMILY, list(Category.values), now)
    return [] if consent is None else list(consent.categories)


def helpers_for(user: Any) -> QuerySet[Recipient]:
    """Return the helpers of the people whose records `user` may open."""
    return Recipient.objects.filter(person__in=people_for(user)).select_related(
        "person__data_key", "data_key"
    )


def live_contact(contact_id: UUID) -> TrustedContact | None:
    """Return a contact whose passphrase still counts, for a caller who has said it."""
    live = TrustedContact.objects.filter(pk=contact_id, ended_at=None, tries__lt=PASSPHRASE_TRIES)
    return live.select_related("data_key", "person__data_key", "recipient__data_key").first()


def told_in_call(call: str, disclosure_id: UUID, user: Any) -> Disclosure | None:
    """Return what this member of staff told in this call."""
    rows = Disclosure.objects.filter(
        by_id=user.pk, medium=Medium.PHONE, subject=f"call:{call}", pk=disclosure_id
    )
    return rows.select_related("data_key").first()


def helpers_of(person: Person, now: datetime) -> list[dict[str, Any]]:
    """Return the person's helpers with what each may be told now, until when, and about the passphrase."""
    found = Recipient.objects.filter(person__in=same_person(person), active=True).order_by("created_at", "id")
    live = TrustedContact.objects.filter(person__in=same_person(person), ended_at=None)
    contacts = {one.recipient_id: one for one in live}
    rows = []
    for helper in found:
        consent, decision = consent_for(person, helper, Purpose.FAMILY, list(Category.values), now)
        contact = contacts.get(helper.pk)
        rows.append(
            {
                "helper": helper,
                "consent": consent,
                "what": category_labels(consent.categories) if consent else [],
                "why_not": "" if consent else decision.sentence,
                "contact": contact,
                "locked": bool(contact and contact.locked),
            }
        )
    return rows

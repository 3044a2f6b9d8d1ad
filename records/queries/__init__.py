"""Scoped reads of records."""

from records.queries.consents import (
    consent_for,
    consents_for,
    disclosures_for,
    drafts_for,
    live_consent,
    live_consents,
    recipients_to_name,
)
from records.queries.documents import documents_for
from records.queries.people import find_people, people_for, same_person
from records.queries.reviews import open_reviews, reviews_for

__all__ = [
    "consent_for",
    "consents_for",
    "disclosures_for",
    "documents_for",
    "drafts_for",
    "find_people",
    "live_consent",
    "live_consents",
    "open_reviews",
    "people_for",
    "recipients_to_name",
    "reviews_for",
    "same_person",
]

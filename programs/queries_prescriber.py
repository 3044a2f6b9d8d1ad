"""Reads of calls to prescribers, each with the consent that lets something be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from intake.queries import episodes_for
from programs.models import Admission, PrescriberCall
from records.choices import Category, Purpose
from records.models import Consent, Person
from records.queries.consents import live_consent, live_consents
from records.queries.people import same_person

COVERS = (Category.IDENTITY, Category.MEDICATIONS)
"""What a consent covers that lets a prescriber be told something: who it is about, and medicines."""
FAMILIES = {
    "confirmed": "success", "changed": "attention", "no_consent": "neutral", "not_needed": "neutral",
    "ended": "neutral",
}  # fmt: skip


@dataclass(frozen=True)
class CallRow:
    """One call, the consent in force that names the prescriber (or None), and how an outcome is shown."""

    call: PrescriberCall
    consent: Consent | None

    @property
    def family(self) -> str:
        """The look of the outcome."""
        return FAMILIES.get(self.call.outcome, "")


def prescriber_calls_for(user: Any) -> QuerySet[PrescriberCall]:
    """Return calls of people whose record `user` may open, soonest due first, each with `tried`."""
    if not user.has_perm("programs.prepare"):
        return PrescriberCall.objects.none()
    return (
        PrescriberCall.objects.filter(admission__episode__in=episodes_for(user))
        .select_related(
            "data_key", "owner", "done_by", "contact__data_key", "contact__recipient__data_key",
            "admission__episode__person__data_key",
        )
        .annotate(tried=Count("tries"))
        .order_by("due_at", "id")
    )  # fmt: skip


def prescriber_calls_due(user: Any) -> QuerySet[PrescriberCall]:
    """Return the calls of stays under way that have no outcome yet."""
    return prescriber_calls_for(user).filter(done_at=None, admission__discharged_at=None)


def rows_of_stay(user: Any, stay: Admission, now: datetime) -> list[CallRow]:
    """Return every call of a stay."""
    return _rows(stay.episode.person, prescriber_calls_for(user).filter(admission=stay), now)


def rows_of_person(user: Any, person: Person, now: datetime) -> list[CallRow]:
    """Return every call of the stay that a person is in now; none without one."""
    calls = prescriber_calls_for(user).filter(
        admission__episode__person__in=same_person(person), admission__discharged_at=None
    )
    return _rows(person, calls, now)


def _rows(person: Person, calls: QuerySet[PrescriberCall], now: datetime) -> list[CallRow]:
    found = list(calls)
    named = {one.contact.recipient_id: one.contact.recipient for one in found if one.contact.recipient}
    live = live_consents(person, list(named.values()), Purpose.TREATMENT, COVERS, now) if named else {}
    return [CallRow(one, live.get(one.contact.recipient_id)) for one in found]


def consent_for_call(call: PrescriberCall, now: datetime) -> Consent | None:
    """Return the consent in force that lets this prescriber be told about the medicines, or None."""
    to = call.contact.recipient
    if to is None:
        return None
    return live_consent(call.admission.episode.person, to, Purpose.TREATMENT, COVERS, now)

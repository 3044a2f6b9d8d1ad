"""Agreed limits at the door: looked at in the moment of use, under the person's lock."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from records.choices_door import EndedHow, RestrictionStatus
from records.door.grant import Grant, NotPermitted
from records.models import Person, Recipient, Restriction
from records.queries.people import same_person
from records.rules.limits import Held, Limit, hold


def limits_of(person: Person) -> list[Limit]:
    """Return the limits that hold for this person now: agreed, or ended by our notice alone.

    Those of a record that is merged with this one hold too: whichever holds more back wins.
    """
    kept = Q(status=RestrictionStatus.AGREED) | Q(ended_how=EndedHow.NOTICE)
    rows = Restriction.objects.filter(kept, person__in=same_person(person)).order_by(
        "-paid_in_full", "asked_at", "id"
    )
    return [
        Limit(
            categories=frozenset(row.categories),
            recipients=frozenset(str(one) for one in row.recipients),
            kinds=frozenset(row.kinds),
            paid_in_full=row.paid_in_full,
            wish=row.wish,
            noticed_at=row.ended_at,
        )
        for row in rows
    ]


def _held(
    person: Person, recipient: Recipient, categories: Collection[str], consented_at: datetime | None
) -> Held:
    return hold(
        categories, limits_of(person), recipient=str(recipient.pk), kind=recipient.kind,
        consented_at=consented_at,
    )  # fmt: skip


def unlimited(
    person: Person, recipient: Recipient, categories: Collection[str], consent: Any = None
) -> frozenset[str]:
    """Return which categories no limit holds back; for what is shown of a record before the door opens."""
    held = _held(person, recipient, categories, consent.signed_at if consent else None)
    return frozenset() if held.whole else held.allowed


def apply(person: Person, recipient: Recipient | None, grant: Grant) -> Grant:
    """Cut a grant to what the person's limits let through.

    Bases that a limit doesn't bind keep everything; an emergency then carries the request not to pass it on
    (2.26; P2-83). Raises NotPermitted, with what the limit says, when nothing may leave.
    """
    if not grant.binds:
        if grant.overridden and limits_of(person):
            return replace(grant, notices=(*grant.notices, grant.overridden))
        return grant
    if recipient is None:
        return grant
    held = _held(person, recipient, grant.categories, grant.consent.signed_at if grant.consent else None)
    if held.whole and held.by is not None:
        raise NotPermitted("restricted", _says(held.by))
    return replace(grant, categories=held.allowed)


def _says(limit: Limit) -> str:
    said = f"The person asked us to limit this, and we agreed: “{limit.wish}”"
    if limit.noticed_at is not None:
        return f"{said} What was recorded before our notice stays limited. Ask the person for a new consent."
    if limit.paid_in_full:
        return f"{said} It was paid in full, so nothing that holds it goes to a health plan."
    return f"{said} Leave it out, or ask the person to end the limit."

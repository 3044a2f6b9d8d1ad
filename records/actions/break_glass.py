"""Opening one record in an emergency, and keeping a record to named colleagues."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from config import clock
from config.errors import Refused
from records.actions.reviews import open_review
from records.choices import EmergencyReason, RestrictReason, ReviewKind
from records.models import BreakGlass, Person
from records.models.break_glass import LASTS
from records.queries.people import is_on_team, same_person

AT_LEAST = 20


@transaction.atomic
def open_in_emergency(*, by: Any, person: Person, reason: str, words: str) -> BreakGlass:
    """Open one record to `by` for 30 minutes, for reading; another one that is open closes.

    Puts it on the review list. Raises Refused for a role that may not, a reason that is not known, fewer than
    20 characters of words, or a record that is on one's list anyway.
    """
    if not by.has_perm("records.break_glass"):
        raise Refused("not_permitted", "Admissions and clinicians open records in an emergency.")
    if reason not in EmergencyReason.values:
        raise Refused("reason", "Select the reason", field="reason")
    if len(words.strip()) < AT_LEAST:
        raise Refused("words", f"Write at least {AT_LEAST} characters about what is going on", field="words")
    if is_on_team(by, person):
        raise Refused("on_team", "This record is on your list. Open it from there.")
    now = clock.now()
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    _close_open(by, now)
    row = BreakGlass(
        person=person, data_key=person.data_key, user=by, reason=reason, words=words.strip(),
        opened_at=now, ends_at=now + LASTS,
    )  # fmt: skip
    row.save(force_insert=True)
    record("break_glass.opened", by=by, obj=row, person=person, reason=str(reason))
    open_review(kind=ReviewKind.BREAK_GLASS, by=by, person=person, obj=row)
    return row


def _close_open(by: Any, now: datetime) -> bool:
    row = BreakGlass.objects.select_for_update(of=("self",)).filter(user=by, closed_at__isnull=True).first()
    if row is None:
        return False
    lapsed = row.ends_at <= now
    row.closed_at = row.ends_at if lapsed else now
    row.save(update_fields=["closed_at"])
    if not lapsed:
        record("break_glass.closed", by=by, obj=row, person=row.person_id)
    return not lapsed


@transaction.atomic
def close_emergency(*, by: Any) -> bool:
    """Close what `by` has open in an emergency; say whether there was anything."""
    return _close_open(by, clock.now())


@transaction.atomic
def set_restricted(*, person: Person, by: Any, restricted: bool, reason: str = "") -> Person:
    """Keep a record to the colleagues named on its care team, with a reason, or let roles count again.

    Raises Refused for anybody but a supervisor, and for marking without a reason that is known.
    """
    if not by.has_perm("records.restrict"):
        raise Refused("not_permitted", "A supervisor restricts records.")
    if restricted and reason not in RestrictReason.values:
        raise Refused("reason", "Select why", field="reason")
    locked = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    locked.restricted = restricted
    locked.restriction = (
        {"reason": str(reason), "by": str(by), "at": clock.now().isoformat()} if restricted else None
    )
    locked.save(update_fields=["restricted", "restriction"])
    for other in (
        Person.objects.filter(pk__in=same_person(locked))
        .exclude(pk=locked.pk)
        .select_for_update(of=("self",), no_key=True)
    ):
        other.restricted, other.restriction = restricted, locked.restriction
        other.save(update_fields=["restricted", "restriction"])
    if restricted:
        record("person.restricted", by=by, obj=locked, person=locked, reason=str(reason))
    else:
        record("person.unrestricted", by=by, obj=locked, person=locked)
    return locked

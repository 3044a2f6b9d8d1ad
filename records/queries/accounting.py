"""The accounting of one person's disclosures, by keyset and for any window."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from records.models import Disclosure, Person
from records.queries.consents import disclosures_for
from records.queries.people import same_person
from records.rules.accounting import TPO, Window

PAGE = 50


@dataclass(frozen=True)
class AccountingPage:
    """Rows, newest first, and the address part that leads on ("" at the end)."""

    rows: list[Disclosure]
    after: str


def accounting_for(user: Any, person: Person, window: Window, *, tpo: bool = True) -> QuerySet[Disclosure]:
    """Return what was disclosed within the days of the window in the center's zone, newest first.

    `tpo=False` leaves out treatment, payment and operations.
    """
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    begin = datetime.combine(window.first, time.min, zone)
    end = datetime.combine(window.last + timedelta(days=1), time.min, zone)
    rows = (
        disclosures_for(user)
        .select_related("consent")
        .filter(person__in=same_person(person), at__gte=begin, at__lt=end)
    )
    return rows if tpo else rows.exclude(purpose__in=TPO)


def accounting_page(rows: QuerySet[Disclosure], after: str = "") -> AccountingPage:
    """Return a page of an accounting; a mangled `after` begins anew."""
    stamp, _, last = after.partition("~")
    at, row = _moment(stamp), _uuid(last)
    if at is not None and row is not None:
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=row))
    found = list(rows[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return AccountingPage(found, f"{found[-1].at.isoformat()}~{found[-1].pk}" if more else "")


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

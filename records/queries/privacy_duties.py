"""What the privacy officer and supervisors owe and are late with."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from config.clock import center_day
from records.queries.incidents import due_duties
from records.queries.restrictions import undecided_restrictions
from records.queries.rights_requests import open_rights_requests


def late_duties(user: Any, now: datetime) -> tuple[int, date | None]:
    """Return how many reports and requests are past their day, and the earliest such day.

    Nothing for who does not work at the privacy desk. Three queries, however many there are.
    """
    if not user.has_perm("records.privacy_desk"):
        return 0, None
    today = center_day(now)
    sums = [
        _late(due_duties(user).filter(due_on__lt=today), "due_on"),
        _late(open_rights_requests(user).filter(due_on__lt=today), "due_on"),
        _late(undecided_restrictions(user).filter(due_at__lt=now), "due_at"),
    ]
    firsts = [one["first"] for one in sums if one["first"] is not None]
    days = [center_day(first) if isinstance(first, datetime) else first for first in firsts]
    return sum(one["number"] for one in sums), min(days, default=None)


def _late(rows: QuerySet[Any], due: str) -> dict[str, Any]:
    return rows.order_by().aggregate(number=Count("pk"), first=Min(due))

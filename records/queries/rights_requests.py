"""Scoped reads of what people ask for about their records."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from records.choices_door import BasisCode
from records.choices_rights import STILL_OPEN, RequestKind
from records.models import Disclosure, RightsRequest
from records.queries.consents import people_with_consents_for
from records.queries.people import same_person


def rights_requests_for(user: Any) -> QuerySet[RightsRequest]:
    """Return the requests of the people whose records `user` may open; the privacy officer sees all."""
    if not user.has_perm("records.rights_read"):
        return RightsRequest.objects.none()
    rows = RightsRequest.objects.select_related("data_key", "person__data_key", "disclosure")
    return rows.filter(person__in=people_with_consents_for(user)).order_by("-received_on", "-id")


def open_rights_requests(user: Any) -> QuerySet[RightsRequest]:
    """Return the requests that wait for an answer, what is due first on top."""
    return rights_requests_for(user).filter(status__in=STILL_OPEN).order_by("due_on", "id")


def copy_for(request: RightsRequest, since: date) -> Disclosure | None:
    """Return the newest copy, or accounting, that left for the person of a request since a day."""
    subject = "accounting:" if request.kind == RequestKind.ACCOUNTING else "copy:"
    begin = datetime.combine(since, time.min, ZoneInfo(settings.CENTER_TIME_ZONE))
    found = Disclosure.objects.filter(
        person__in=same_person(request.person),
        basis=BasisCode.OWN_ACCESS,
        subject__startswith=subject,
        at__gte=begin,
    )
    return found.order_by("-at", "-id").first()

"""Scoped reads of contact requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from intake.choices_contact import OPEN_STATUSES, AmendmentKind, RequestKind, RequestStatus, Suspicion
from intake.models import ContactAmendment, ContactRequest, Episode, RequestNotPerson
from records.queries import people_for

PAGE = 50
SHOWN = ("open", "mine", "overdue", "reached", "closed", "information", "set_aside", "all")


def contact_requests_for(user: Any) -> QuerySet[ContactRequest]:
    """Return the requests that `user` may see; none for roles that don't work with people.

    A request that led to a person's record is seen by those who see that record.
    """
    if not user.has_perm("intake.request_view"):
        return ContactRequest.objects.none()
    cancels = ContactAmendment.objects.filter(request=OuterRef("pk"), kind=AmendmentKind.CANCEL)
    requests = ContactRequest.objects.select_related("data_key", "assigned_to").annotate(
        cancelled=Exists(cancels)
    )
    if user.has_perm("records.restricted_read"):
        return requests
    others = Episode.objects.filter(contact_request=OuterRef("pk")).exclude(person__in=people_for(user))
    return requests.exclude(Exists(others))


def waiting_requests(user: Any) -> QuerySet[ContactRequest]:
    """Return the calls that still wait, in the order in which to make them: danger first, then by time."""
    return (
        contact_requests_for(user)
        .filter(kind=RequestKind.CALL, status__in=OPEN_STATUSES)
        .exclude(suspicion=Suspicion.TRAP)
        .order_by("-urgent", "next_call_at", "id")
    )


@dataclass(frozen=True)
class Listing:
    """Which requests a list shows: a saved view, a language, and where the page begins."""

    show: str = "open"
    language: str = ""
    after: str = ""


def listed_requests(user: Any, listing: Listing, now: datetime) -> QuerySet[ContactRequest]:
    """Return the requests of a saved view. Waiting ones come in call order, the others newest first."""
    found = contact_requests_for(user)
    newest = ("-received_at", "-id")
    choices = {
        "open": lambda: waiting_requests(user),
        "mine": lambda: waiting_requests(user).filter(assigned_to=user),
        "overdue": lambda: waiting_requests(user).filter(next_call_at__lt=now),
        "reached": lambda: found.filter(status=RequestStatus.REACHED).order_by(*newest),
        "closed": lambda: found.filter(status=RequestStatus.CLOSED).order_by(*newest),
        "information": lambda: found.filter(kind=RequestKind.INFORMATION).order_by(*newest),
        "set_aside": lambda: found.filter(suspicion=Suspicion.TRAP).order_by(*newest),
        "all": lambda: found.order_by(*newest),
    }
    chosen = choices[listing.show]()
    if _in_call_order(listing.show):
        chosen = one_a_number(chosen)
    return chosen.filter(language=listing.language) if listing.language else chosen


def one_a_number(waiting: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    """Of several waiting requests from one number keep the first to call; `same` says how many they are."""
    others = waiting.filter(phone_index=OuterRef("phone_index")).order_by()
    sooner = Q(urgent=True) & Q(urgent__gt=OuterRef("urgent")) | Q(urgent=OuterRef("urgent")) & (
        Q(next_call_at__lt=OuterRef("next_call_at"))
        | Q(next_call_at=OuterRef("next_call_at"), pk__lt=OuterRef("pk"))
    )
    counted = others.values("phone_index").annotate(many=Count("pk")).values("many")
    return waiting.exclude(Exists(others.filter(sooner))).annotate(same=Coalesce(Subquery(counted), 1))


def _in_call_order(show: str) -> bool:
    return show in ("open", "mine", "overdue")


def page_of(rows: QuerySet[ContactRequest], listing: Listing) -> tuple[list[ContactRequest], str]:
    """Return one page after the listing's key, and the key of the next page ("" when there is none)."""
    position = _read_key(listing.after)
    if position:
        rows = rows.filter(_beyond(position, _in_call_order(listing.show)))
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    return found[:PAGE], _key_of(found[PAGE - 1], listing.show) if more else ""


def _key_of(row: ContactRequest, show: str) -> str:
    moment = row.next_call_at if _in_call_order(show) else row.received_at
    return f"{int(row.urgent)}_{moment.timestamp():.6f}_{row.pk}"


def _read_key(text: str) -> tuple[bool, datetime, UUID] | None:
    from_text = text.split("_")
    try:
        urgent, moment, row = from_text
        return urgent == "1", datetime.fromtimestamp(float(moment)).astimezone(), UUID(row)
    except (ValueError, OverflowError, OSError):
        return None


def _beyond(position: tuple[bool, datetime, UUID], in_call_order: bool) -> Q:
    urgent, moment, row = position
    if not in_call_order:
        return Q(received_at__lt=moment) | Q(received_at=moment, id__lt=row)
    later = Q(next_call_at__gt=moment) | Q(next_call_at=moment, id__gt=row)
    return Q(urgent=False) | Q(urgent=True) & later if urgent else Q(urgent=False) & later


def same_number(user: Any, request: ContactRequest) -> list[ContactRequest]:
    """Return up to 5 other requests from the same number, for staff only."""
    if request.phone_index is None:
        return []
    others = contact_requests_for(user).filter(phone_index=bytes(request.phone_index))
    return list(others.exclude(pk=request.pk).order_by("-received_at")[:5])


def not_from_whom(request: ContactRequest) -> set[UUID]:
    """Return the ids of the people whom staff said that a request is not from."""
    return set(RequestNotPerson.objects.filter(request=request).values_list("person_id", flat=True))

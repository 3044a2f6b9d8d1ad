"""What needs somebody now: every waiting thing as one row, most urgent first."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from intake.choices import AssessmentStatus
from intake.contact_rows import rows_of
from intake.models import Assessment
from intake.queries import episodes_for
from intake.queries_contact import waiting_requests
from outbox.queries import failed_messages_for
from programs.queries import ended_holds, expiring_clearances, reviews_for, waiting_clearances
from records.queries.privacy_duties import late_duties
from records.queries.reviews import waiting_reviews
from referrals.queries import work_list

# Each kind of work is read with a limit; whoever has more opens the list itself.
LIMIT = 50
UNFINISHED = (
    AssessmentStatus.NOT_STARTED,
    AssessmentStatus.IN_PROGRESS,
    AssessmentStatus.ON_HOLD,
    AssessmentStatus.NEEDS_ANSWERS,
)
SOON = timedelta(minutes=10)
CLEARANCE_WARNING = timedelta(hours=24)


@dataclass(frozen=True)
class Item:
    """One row of Today: when it is due (None: no promise), about whom, why, and the one thing to do."""

    due_at: datetime | None
    who: str
    reference: str
    why: str
    action: str
    url: str
    kind: str
    urgent: bool = False
    rules: tuple[str, ...] = ()


def _requests(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=row.request.next_call_at,
            who=row.name,
            reference=row.request.reference,
            why=" · ".join(part for part in (row.why, row.for_whom) if part),
            action="Log the call" if row.request.status == "calling" else "Call",
            url=reverse("intake:request-detail", args=[row.request.pk]),
            kind="request",
            urgent=row.request.urgent,
            rules=(row.rules, row.language),
        )
        for row in rows_of(list(waiting_requests(user)[:LIMIT]), user, now)
        if not row.cancelled
    ]


def _reviews(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=one.submitted_at + timedelta(hours=2),
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="Waits for a clinician",
            action="Review",
            url=reverse("programs:review", args=[one.episode_id]),
            kind="clinician",
        )
        for one in reviews_for(user)[:LIMIT]
    ]


def _assessments(user: Any, now: datetime) -> list[Item]:
    waiting = (
        Assessment.objects.filter(
            episode__in=episodes_for(user).filter(status="open", owner=user),
            status__in=UNFINISHED,
        )
        .select_related("episode__person__data_key", "data_key")
        .order_by("created_at", "id")[:LIMIT]
    )
    return [
        Item(
            due_at=one.hold_until,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=f"Assessment: {one.get_status_display().lower()}",
            action="Resume",
            url=reverse("intake:assessment", args=[one.episode_id]),
            kind="mine",
        )
        for one in waiting
    ]


def _referrals(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=one.next_due_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=one.get_next_step_display(),
            action="Open",
            url=reverse("referrals:referral", args=[one.pk]),
            kind="partner",
            urgent=one.escalated_at is not None,
        )
        for one in work_list(user)[:LIMIT]
    ]


def _clearances(user: Any, now: datetime) -> list[Item]:
    rows = []
    for one in waiting_clearances(user)[:LIMIT]:
        verb = "Accept" if one.status == "received" else "Verify"
        rows.append((one.received_at + timedelta(hours=2), one, f"Medical clearance to {verb.lower()}", verb))
    for one in expiring_clearances(user, now + CLEARANCE_WARNING)[:LIMIT]:
        rows.append((one.valid_until, one, "Medical clearance ends", "Open"))
    return [
        Item(
            due_at=due,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=why,
            action=action,
            url=reverse("programs:clearance", args=[one.pk]),
            kind="clearance",
        )
        for due, one, why, action in rows
    ]


def _holds(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=use.period.upper,
            who="",
            reference=use.episode.reference,
            why=f"The hold on bed {use.bed} ended",
            action="Bed board",
            url=reverse("programs:bed-board"),
            kind="bed",
        )
        for use in ended_holds(user, now)[:LIMIT]
    ]


def _messages(user: Any, now: datetime) -> list[Item]:
    count = failed_messages_for(user)[:LIMIT].count()
    if not count:
        return []
    number = f"{count} or more" if count == LIMIT else str(count)
    return [
        Item(
            due_at=None,
            who="",
            reference="Messages",
            why=f"{number} message{'' if count == 1 else 's'} could not be delivered",
            action="Open",
            url=reverse("desk:messages"),
            kind="message",
            urgent=True,
        )
    ]


def _privacy_reviews(user: Any, now: datetime) -> list[Item]:
    waiting, overdue, first_due = waiting_reviews(user, now)
    if not waiting:
        return []
    late = f", {overdue} overdue" if overdue else ""
    return [
        Item(
            due_at=first_due,
            who="",
            reference="Privacy reviews",
            why=f"{waiting} to review{late}",
            action="Open",
            url=reverse("records:review-list"),
            kind="privacy_review",
        )
    ]


def _privacy_duties(user: Any, now: datetime) -> list[Item]:
    late, first = late_duties(user, now)
    if first is None:
        return []
    return [
        Item(
            due_at=datetime.combine(first, time.max, ZoneInfo(settings.CENTER_TIME_ZONE)),
            who="",
            reference="Privacy",
            why="1 report or request is overdue" if late == 1 else f"{late} reports and requests are overdue",
            action="Open",
            url=reverse("records:privacy"),
            kind="privacy_duty",
            urgent=True,
        )
    ]


SOURCES = (
    _requests, _privacy_duties, _privacy_reviews, _reviews, _assessments, _referrals, _clearances, _holds,
    _messages,
)  # fmt: skip


def items_for(user: Any, now: datetime) -> list[Item]:
    """Return everything that waits for `user`, urgent first, then by time; what has no time comes last."""
    items = [item for source in SOURCES for item in source(user, now)]
    far = now + timedelta(days=3650)
    return sorted(items, key=lambda item: (not item.urgent, item.due_at or far, item.reference))


@dataclass(frozen=True)
class Count:
    """One number above the list, and which rows it counts."""

    label: str
    number: int
    key: str
    family: str = ""


def counts_of(items: list[Item], now: datetime) -> list[Count]:
    """Return the five numbers: overdue, due soon, mine, with a clinician, with a partner."""

    def number(test: Any) -> int:
        return sum(1 for item in items if test(item))

    overdue = number(lambda item: is_overdue(item, now))
    return [
        Count("Overdue", overdue, "overdue", "urgent" if overdue else ""),
        Count("Due in 10 min", number(lambda item: is_soon(item, now)), "soon"),
        Count("Mine, unfinished", number(lambda item: item.kind == "mine"), "mine"),
        Count("With a clinician", number(lambda item: item.kind == "clinician"), "clinician"),
        Count("With a partner", number(lambda item: item.kind == "partner"), "partner"),
    ]


def is_overdue(item: Item, now: datetime) -> bool:
    """Return whether the item's time has passed."""
    return item.due_at is not None and item.due_at < now


def is_soon(item: Item, now: datetime) -> bool:
    """Return whether the item is due within ten minutes."""
    return item.due_at is not None and now <= item.due_at <= now + SOON


def only(items: list[Item], key: str, now: datetime) -> list[Item]:
    """Return the items that one of the counts counts; all of them for any other key."""
    tests = {
        "overdue": lambda item: is_overdue(item, now),
        "soon": lambda item: is_soon(item, now),
        "mine": lambda item: item.kind == "mine",
        "clinician": lambda item: item.kind == "clinician",
        "partner": lambda item: item.kind == "partner",
    }
    return [item for item in items if tests[key](item)] if key in tests else items

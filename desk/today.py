"""What needs somebody now: every waiting thing as one row, most urgent first."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse

from desk.today_care import of_follow_ups, of_next_steps, of_prescriber_calls, of_step_reviews
from desk.today_coverage import of_coverage, of_paying
from desk.today_partners import of_papers, of_partner_asks, of_person_calls, of_referrals
from desk.today_rows import LIMIT, Item
from desk.today_waiting import of_not_reached, of_pauses, of_place_offers, of_waiting_checks
from intake.callback_rows import waiting_rows
from intake.choices import AssessmentStatus, CallbackReason
from intake.contact_rows import rows_of
from intake.models import Assessment, ReviewQuestion
from intake.queries import episodes_for, follow_ups_for, ob_contacts_due, waiting_emergencies
from intake.queries_contact import waiting_requests
from intake.queries_review import with_open_questions
from outbox.queries import failed_messages_for
from programs.models import OpenItem
from programs.queries import (
    ended_holds,
    expiring_clearances,
    reviews_for,
    waiting_clearances,
    waiting_second_views,
)
from programs.queries_slots import ended_slot_holds
from programs.rules.clearance import WARN_HOURS, warned_hours
from programs.should_have import open_items_for
from records.queries.privacy_duties import late_duties
from records.queries.reviews import waiting_reviews

UNFINISHED = (
    AssessmentStatus.NOT_STARTED,
    AssessmentStatus.IN_PROGRESS,
    AssessmentStatus.ON_HOLD,
    AssessmentStatus.NEEDS_ANSWERS,
)
SOON = timedelta(minutes=10)
CLEARANCE_WARNING = timedelta(hours=max(WARN_HOURS))


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
            due_at=one.review_due_at or one.submitted_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="Waits for a clinician",
            action="Review",
            url=reverse("programs:review", args=[one.episode_id]),
            kind="clinician",
        )
        for one in reviews_for(user)[:LIMIT]
    ]


def _follow_ups(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=one.due_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="Safety follow-up"
            + (" · yours" if one.owner_id == user.pk else f" · {one.owner.display_name}"),
            action="Open",
            url=reverse("intake:safety-follow-up", args=[one.episode_id, one.pk]),
            kind="clinician",
            urgent=True,
        )
        for one in follow_ups_for(user)[:LIMIT]
    ]


def _questions(user: Any, now: datetime) -> list[Item]:
    """What clinicians asked, for those who have the caller."""
    if user.has_perm("programs.decide"):
        return []
    return [
        Item(
            due_at=one.due_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="A clinician asks" if one.waiting == 1 else f"A clinician asks {one.waiting} questions",
            action="Answer",
            url=reverse("intake:assessment", args=[one.episode_id]),
            kind="question",
        )
        for one in with_open_questions(user)[:LIMIT]
    ]


def _second_views(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=one.signed_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="A decision below the rules waits for a second clinician",
            action="Give your view",
            url=reverse("programs:second-view", args=[one.episode_id]),
            kind="clinician",
        )
        for one in waiting_second_views(user)[:LIMIT]
    ]


def _assessments(user: Any, now: datetime) -> list[Item]:
    waiting = (
        Assessment.objects.filter(
            episode__in=episodes_for(user).filter(status="open", owner=user),
            status__in=UNFINISHED,
        )
        .filter(~Exists(ReviewQuestion.objects.filter(assessment=OuterRef("pk"), answered_at=None)))
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


def _callbacks(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=row.callback.due_at,
            who=row.callback.episode.person.called,
            reference=row.callback.episode.reference,
            why=row.why,
            action="Call back",
            url=reverse("intake:callback", args=[row.callback.episode_id, row.callback.pk]),
            kind="callback",
            urgent=row.callback.reason == CallbackReason.EMERGENCY,
            rules=(row.rules, row.callback.episode.person.get_language_display()),
        )
        for row in waiting_rows(user, now, LIMIT)
    ]


def _emergencies(user: Any, now: datetime) -> list[Item]:
    """A yes to a safety question, until somebody wrote what was done."""
    return [
        Item(
            due_at=one.asked_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why="Emergency: nobody wrote down yet what was done",
            action="Open",
            url=reverse("intake:safety-stop", args=[one.episode_id, one.pk]),
            kind="emergency",
            urgent=True,
        )
        for one in waiting_emergencies(user)[:LIMIT]
    ]


def _ob_contacts(user: Any, now: datetime) -> list[Item]:
    """Whom obstetric care has to hear of: due at once, and until the contact is recorded."""
    return [
        Item(
            due_at=now,
            who=one.person.called,
            reference=one.reference,
            why="Urgent consultation is due now",
            action="Record the contact",
            url=f"{reverse('programs:readiness', args=[one.pk])}#ob-contact",
            kind="consultation",
            urgent=True,
        )
        for one in ob_contacts_due(user)[:LIMIT]
    ]


def _clearances(user: Any, now: datetime) -> list[Item]:
    rows = []
    for one in waiting_clearances(user)[:LIMIT]:
        verb = "Accept" if one.status == "received" else "Verify"
        why = f"Medical clearance to {verb.lower()}"
        rows.append((one.received_at + timedelta(hours=2), one, why, verb, False))
    for one in expiring_clearances(user, now + CLEARANCE_WARNING)[:LIMIT]:
        hours = warned_hours(one.valid_until, now)
        why = f"Medical clearance ends within {hours} h" if hours else "Medical clearance ended"
        rows.append((one.valid_until, one, why, "Open", hours != max(WARN_HOURS)))
    return [
        Item(
            due_at=due,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=why,
            action=action,
            url=reverse("programs:clearance", args=[one.pk]),
            kind="clearance",
            urgent=urgent,
        )
        for due, one, why, action, urgent in rows
    ]


def _holds(user: Any, now: datetime) -> list[Item]:
    return [
        Item(
            due_at=use.period.upper,
            who="",
            reference=use.episode.reference,
            why=f"The hold on {use.place} ended",
            action="Release or extend",
            url=reverse("programs:bed-board") + f"#hold-{use.pk}",
            kind="bed",
        )
        for use in [*ended_holds(user, now)[:LIMIT], *ended_slot_holds(user, now)[:LIMIT]]
    ]


def _open_items(user: Any, now: datetime) -> list[Item]:
    """What an admission should have had, until it is finished: one row of each admission."""
    by_admission: dict[UUID, list[OpenItem]] = {}
    for one in open_items_for(user)[:LIMIT]:
        by_admission.setdefault(one.admission_id, []).append(one)
    return [
        Item(
            due_at=items[0].due_at,
            who=items[0].admission.episode.person.called,
            reference=items[0].admission.episode.reference,
            why="Left open at the admission: " + ", ".join(one.get_item_display().lower() for one in items),
            action="Finish",
            url=reverse("programs:readiness", args=[items[0].admission.episode_id]),
            kind="admission",
        )
        for items in by_admission.values()
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
    _emergencies,
    _ob_contacts, _follow_ups, _requests, _callbacks, _privacy_duties, _privacy_reviews, _reviews,
    _second_views, _questions, _assessments,
    of_partner_asks, of_referrals, of_person_calls, of_papers,
    _clearances, _holds, _open_items, of_next_steps, of_coverage, of_paying, _messages,
    of_pauses, of_place_offers, of_waiting_checks, of_not_reached,
    of_follow_ups, of_step_reviews, of_prescriber_calls,
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

"""Rows of Today about care after an admission: what should follow a stay, and whether it went on."""

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from desk.today_rows import LIMIT, Item
from programs.follow_up_rows import FollowUpRow, rows_for
from programs.models import PrescriberCall
from programs.queries_follow_up import follow_ups_due
from programs.queries_next_step import next_steps_due
from programs.queries_prescriber import prescriber_calls_due
from programs.queries_step_down import step_reviews_due


def of_next_steps(user: Any, now: datetime) -> list[Item]:
    """Whether what should follow a stay began, from the day on that was set."""
    zone, rows, why = ZoneInfo(settings.CENTER_TIME_ZONE), [], "Did the next step after the stay begin?"
    for one in next_steps_due(user, now.astimezone(zone).date())[:LIMIT]:
        due, episode = datetime.combine(one.review_on or now, time(9), zone), one.admission.episode
        url = reverse("programs:stay", args=[one.admission_id])
        rows.append(Item(due, episode.person.called, episode.reference, why, "Open", url, "next_step"))
    return rows


def of_follow_ups(user: Any, now: datetime) -> list[Item]:
    """Calls after a stay with nights, from some hours before they are due."""
    rows = rows_for(list(follow_ups_due(user, now)[:LIMIT]), user, now)
    return [_of_follow_up(row) for row in rows]


def _of_follow_up(row: FollowUpRow) -> Item:
    call, episode = row.follow_up, row.follow_up.admission.episode
    tried = f" · tried {call.tried}x" if call.tried else ""
    return Item(
        due_at=call.due_at,
        who=episode.person.called,
        reference=episode.reference,
        why=f"Call {call.get_step_display()} after leaving{tried}",
        action="Call",
        url=reverse("programs:follow-up-call", args=[call.pk]),
        kind="follow_up",
        rules=(row.rules, episode.person.get_language_display()),
    )


def of_step_reviews(user: Any, now: datetime) -> list[Item]:
    """Stays whose step-down review a clinician signs within a day."""
    return [
        Item(
            due_at=one.due_at,
            who=one.admission.episode.person.called,
            reference=one.admission.episode.reference,
            why="Step-down review of the stay",
            action="Review",
            url=reverse("programs:step-review", args=[one.admission_id]),
            kind="clinician",
        )
        for one in step_reviews_due(user, now)[:LIMIT]
    ]


def of_prescriber_calls(user: Any, now: datetime) -> list[Item]:
    """Prescribers to call about the medicines of people who are here: one row for each person."""
    people: dict[UUID, list[PrescriberCall]] = {}
    for one in prescriber_calls_due(user)[:LIMIT]:
        people.setdefault(one.admission.episode.person_id, []).append(one)
    return [
        Item(
            due_at=calls[0].due_at,
            who=calls[0].admission.episode.person.called,
            reference=calls[0].admission.episode.reference,
            why=_calls_in_words(calls),
            action="Call",
            url=reverse("programs:care-contacts", args=[calls[0].admission.episode_id]),
            kind="prescriber",
        )
        for calls in people.values()
    ]


def _calls_in_words(calls: list[PrescriberCall]) -> str:
    whom = "Call the prescriber" if len(calls) == 1 else f"Call {len(calls)} prescribers"
    return f"{whom} · {calls[0].owner.display_name}"

"""Rows of Today about people who wait, or who stopped for now."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst

from desk.today_rows import LIMIT, Item
from intake.queries_pause import pause_calls_due
from programs.queries_waiting import checks_due, not_reached, open_place_offers


def of_pauses(user: Any, now: datetime) -> list[Item]:
    """Calls that people asked for when they stopped for now, from their day on."""
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    rows = []
    for one in pause_calls_due(user, now.astimezone(zone).date())[:LIMIT]:
        due = datetime.combine(one.follow_up_on or now, time(9), zone)
        who, url = one.episode.person.called, reverse("intake:pause", args=[one.episode_id])
        why = "Asked for a call after a pause"
        rows.append(Item(due, who, one.episode.reference, why, "Call", url, "pause"))
    return rows


def of_place_offers(user: Any, now: datetime) -> list[Item]:
    """Free beds and slots that are offered and held: the person is called before the time is over."""
    rows = []
    for one in open_place_offers(user)[:LIMIT]:
        episode, url = one.entry.episode, reverse("programs:place-offer", args=[one.pk])
        why = f"{capfirst(one.place)} is offered: call before the time"
        rows.append(
            Item(one.expires_at, episode.person.called, episode.reference, why, "Answer", url, "bed", True)
        )
    return rows


def of_waiting_checks(user: Any, now: datetime) -> list[Item]:
    """Calls by schedule to people who wait for a place."""
    rows = []
    for one in checks_due(user, now)[:LIMIT]:
        episode, url = one.entry.episode, reverse("programs:waitlist-call", args=[one.entry_id])
        why = "Waits for a place: how are they?"
        rows.append(Item(one.due_at, episode.person.called, episode.reference, why, "Call", url, "waiting"))
    return rows


def of_not_reached(user: Any, now: datetime) -> list[Item]:
    """For supervisors: people who wait and were not reached twice in a row."""
    rows = []
    for one in not_reached(user)[:LIMIT]:
        who, url = one.episode.person.called, reverse("programs:waitlist-entry", args=[one.pk])
        why = "Waits for a place and was not reached twice"
        rows.append(Item(one.escalated_at, who, one.episode.reference, why, "Open", url, "waiting", True))
    return rows

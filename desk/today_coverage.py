"""Rows of Today about who pays: plans to be asked again, last days, authorizations that end."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from config.templatetags.ui import day
from desk.today_rows import LIMIT, Item
from intake.choices_coverage import BenefitState
from intake.queries_coverage import to_ask_again
from intake.queries_paying import ending_authorizations, ways_due

_AGAIN = {
    BenefitState.VERIFIED: "Verify benefits again",
    BenefitState.PRIOR_AUTH: "Ask about the prior authorization",
    BenefitState.ASKED: "Ask the plan for its answer",
}


def of_coverage(user: Any, now: datetime) -> list[Item]:
    """Plans to be asked again, from the morning of the day that was set."""
    zone, rows = ZoneInfo(settings.CENTER_TIME_ZONE), []
    for one in to_ask_again(user, now.astimezone(zone).date())[:LIMIT]:
        due, url = (
            datetime.combine(one.again_on, time(9), zone),
            reverse("intake:coverage", args=[one.episode_id]),
        )
        episode, why = one.episode, _AGAIN[BenefitState(one.state)]
        rows.append(Item(due, episode.person.called, episode.reference, why, "Open", url, "coverage"))
    return rows


def of_paying(user: Any, now: datetime) -> list[Item]:
    """Last days of appeals and reviews, and authorizations with few days or units left."""
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    today, rows = now.astimezone(zone).date(), []
    for way in ways_due(user)[:LIMIT]:
        late = way.due_on < today
        why = f"{way.get_kind_display()}: last day {'was ' if late else ''}{day(way.due_on)}"
        rows.append(
            _row(way.episode, datetime.combine(way.due_on, time(17), zone), why, urgent=way.due_on <= today)
        )
    for one in ending_authorizations(user, today)[:LIMIT]:
        left = one.units_granted - one.used
        why = f"Prior authorization: {left} {one.asked['unit']} left, until {day(one.ends_on)}"
        urgent = left <= 0 or one.ends_on <= today
        rows.append(
            _row(one.policy.episode, datetime.combine(one.ends_on, time(9), zone), why, urgent=urgent)
        )
    return rows


def _row(episode: Any, due: datetime, why: str, *, urgent: bool) -> Item:
    url = reverse("intake:coverage", args=[episode.pk])
    return Item(due, episode.person.called, episode.reference, why, "Open", url, "coverage", urgent=urgent)

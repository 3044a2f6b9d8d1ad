"""Scoped reads of paying: authorizations that end, ways with a last day, prices."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from intake.choices_coverage import AuthorizationState
from intake.models import Authorization, Episode, OtherWay, SelfPayEstimate, SelfPayRate
from intake.queries import episodes_for
from intake.rules.coverage import WARN_DAYS, WARN_UNITS


def authorizations_of(episode: Episode) -> QuerySet[Authorization]:
    """Return the authorizations of an episode's plans, each with `used`; the newest first."""
    rows = Authorization.objects.filter(policy__episode=episode)
    return _with_used(rows).select_related("data_key", "policy__data_key").order_by("-made_at", "-id")


def _with_used(rows: QuerySet[Authorization]) -> QuerySet[Authorization]:
    return rows.annotate(used=Coalesce(Sum("uses__units"), 0))


def authorizations_for(user: Any) -> QuerySet[Authorization]:
    """Return the authorizations of people whose record `user` may open."""
    return _with_used(Authorization.objects.filter(policy__episode__in=episodes_for(user)))


def ending_authorizations(user: Any, today: date) -> QuerySet[Authorization]:
    """Return the granted ones with few days or units left, until a newer one of the plan is asked."""
    newer = Authorization.objects.filter(policy=OuterRef("policy"), made_at__gt=OuterRef("made_at"))
    rows = authorizations_for(user).filter(
        state=AuthorizationState.GRANTED,
        closed_at=None,
        policy__ended_at=None,
        policy__episode__status="open",
    )
    soon = Q(ends_on__lte=today + timedelta(days=WARN_DAYS))
    few = Q(units_granted__lte=F("used") + WARN_UNITS)
    return (
        rows.filter(soon | few)
        .filter(~Exists(newer))
        .select_related("data_key", "policy__episode__person__data_key")
        .order_by("ends_on", "id")
    )


def ways_of(episode: Episode) -> QuerySet[OtherWay]:
    """Return the ways to pay that were offered, the newest first."""
    rows = episode.other_ways.select_related("data_key", "offered_by", "done_by")
    return rows.order_by("-offered_at", "-id")


def ways_for(user: Any) -> QuerySet[OtherWay]:
    """Return the ways to pay of people whose record `user` may open."""
    return OtherWay.objects.filter(episode__in=episodes_for(user))


def ways_due(user: Any) -> QuerySet[OtherWay]:
    """Return the open ones with a last day, in open episodes, the soonest first."""
    rows = ways_for(user).filter(done_at=None, due_on__isnull=False, episode__status="open")
    return rows.select_related("data_key", "episode__person__data_key").order_by("due_on", "id")


def rate_of(level: str) -> SelfPayRate | None:
    """Return the newest price of a level, also one that ended; None when there never was one."""
    return SelfPayRate.objects.filter(level=level).order_by("-made_at", "-id").first()


def rates_now() -> dict[str, SelfPayRate]:
    """Return the newest price of every level that ever had one."""
    rows = SelfPayRate.objects.order_by("level", "-made_at", "-id").distinct("level")
    return {one.level: one for one in rows}


def rate_history() -> QuerySet[SelfPayRate]:
    """Return the prices that were ever set, the newest first."""
    return SelfPayRate.objects.select_related("made_by").order_by("-made_at", "-id")


def estimate_of(episode: Episode) -> SelfPayEstimate | None:
    """Return the newest estimate of an episode."""
    rows = episode.estimates.select_related("data_key", "made_by")
    return rows.order_by("-made_at", "-id").first()

"""The partners that this center works with, out of a directory that may hold the whole country."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import ASin, Cast, Least, Sqrt

from config.clock import center_day
from records.models import StatusEvidence
from records.rules.standing import SOON
from referrals.models import Facility, FacilityAgreement, Offer, ZipCentroid
from referrals.queries import facilities_for
from referrals.queries_matching import RADIUS
from referrals.rules.confirmed import oldest_day

ASKED_WITHIN = timedelta(days=365)


def worked_with(facilities: QuerySet[Facility], now: datetime) -> QuerySet[Facility]:
    """Keep those with an agreement in force, or asked within a year."""
    today = center_day(now)
    agreed = FacilityAgreement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        facility=OuterRef("pk"), ended_at=None, begins_on__lte=today,
    )  # fmt: skip
    asked = Offer.objects.filter(facility=OuterRef("pk"), made_at__gte=now - ASKED_WITHIN)
    return facilities.filter(Exists(agreed) | Exists(asked))


def usable(user: Any, now: datetime, *, zip_code: str, miles: int) -> QuerySet[Facility]:
    """Return the partners in use that we work with, at most so far from a ZIP, the nearest first.

    Each has its distance as `miles`. One whose place is not known stays, at the end; without a ZIP that is
    known nobody is left out for the distance.
    """
    found = worked_with(facilities_for(user), now)
    here = ZipCentroid.objects.filter(pk=zip_code).first()
    if here is None:
        return found.annotate(miles=Value(None, output_field=FloatField()))
    chord = (F("x") - here.x) * (F("x") - here.x)
    chord += (F("y") - here.y) * (F("y") - here.y) + (F("z") - here.z) * (F("z") - here.z)
    half = Least(Value(1.0), Cast(Sqrt(chord) / 2, FloatField()))
    # least() passes over NULL, so a place that is not known needs a case of its own.
    distance = Case(When(x__isnull=False, then=2 * RADIUS * ASin(half)), output_field=FloatField())
    near = found.annotate(miles=distance).filter(Q(miles=None) | Q(miles__lte=miles + 0.5))
    return near.order_by(F("miles").asc(nulls_last=True), "recipient__name", "id")


def to_confirm(facilities: QuerySet[Facility], now: datetime) -> QuerySet[Facility]:
    """Keep those whose facts nobody confirmed within a year, the longest ago first."""
    old = Q(checked_on=None) | Q(checked_on__lt=oldest_day(center_day(now)))
    return facilities.filter(old).order_by(F("checked_on").asc(nulls_first=True), "id")


def to_show_again(facilities: QuerySet[Facility], now: datetime) -> QuerySet[Facility]:
    """Keep those whose legal status no paper shows for a month from now; `until` is its last day."""
    live = StatusEvidence.objects.filter(recipient=OuterRef("recipient"), ended_at=None)
    lasting = live.filter(Q(valid_until=None) | Q(valid_until__gt=center_day(now) + SOON))
    found = facilities.filter(~Exists(lasting)).annotate(until=Subquery(live.values("valid_until")[:1]))
    return found.order_by(F("until").asc(nulls_last=True), "recipient__name", "id")

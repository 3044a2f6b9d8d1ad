"""Scoped reads of coverage: how an episode stands, and which plans have to be asked again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from config.clock import center_day
from config.templatetags.ui import day
from intake.choices_coverage import AuthorizationState, BenefitState
from intake.models import Authorization, BenefitCheck, Episode, Policy
from intake.queries import episodes_for
from intake.rules.coverage import Said, Standing, standing


@dataclass(frozen=True)
class Coverage:
    """How an episode stands with who pays, in words; "" when nothing is recorded. Nothing clinical."""

    standing: Standing
    words: str
    newest: dict[UUID, BenefitCheck]
    policies: list[Policy]
    decided: BenefitCheck | None
    """The row that decides how it stands."""

    @property
    def state(self) -> str:
        """Return verified, waived, denied or open."""
        return self.standing.state

    @property
    def settled(self) -> bool:
        """Return whether benefits are verified, or waived with a reason."""
        return self.standing.settled


def policies_of(episode: Episode) -> QuerySet[Policy]:
    """Return the plans of an episode that were not ended, in the order in which they pay."""
    return episode.policies.filter(ended_at=None).select_related("data_key", "made_by").order_by("position")


def checks_of(episode: Episode) -> QuerySet[BenefitCheck]:
    """Return everything that was learned, and the waivers, the newest first."""
    rows = episode.benefit_checks.select_related("data_key", "policy__data_key", "made_by")
    return rows.order_by("-made_at", "-id")


def coverage(episode: Episode, now: datetime) -> Coverage:
    """Return how an episode stands with who pays for it."""
    today = center_day(now)
    policies = list(policies_of(episode).annotate(granted_until=_granted_until(today)))
    rows = list(checks_of(episode))
    newest: dict[UUID, BenefitCheck] = {}
    for row in rows:
        if row.policy_id is not None:
            newest.setdefault(row.policy_id, row)
    waiver = next((row for row in rows if row.state == BenefitState.WAIVED), None)
    known = [_said(newest[one.pk], one.granted_until) for one in policies if one.pk in newest]
    stands = standing(
        known,
        plans=len(policies),
        waived=_said(waiver) if waiver else None,
        today=today,
    )
    decided = next((row for row in rows if stands.said and row.made_at == stands.said.at), None)
    return Coverage(stands, _words(stands, waiver), newest, policies, decided)


def verified_plan(covered: Coverage, today: date) -> Policy | None:
    """Return the first plan that said yes and need not be asked again, or None."""
    for policy in covered.policies:
        last = covered.newest.get(policy.pk)
        if last and last.state == BenefitState.VERIFIED and (last.again_on is None or today <= last.again_on):
            return policy
    return None


def _granted_until(today: date) -> Subquery:
    """Return the last day of a plan's grant that has days and units left."""
    rows = (
        Authorization.objects.filter(
            policy=OuterRef("pk"), state=AuthorizationState.GRANTED, closed_at=None, ends_on__gte=today
        )
        .annotate(used=Coalesce(Sum("uses__units"), 0))
        .filter(used__lt=F("units_granted"))
        .order_by("-ends_on")
    )
    return Subquery(rows.values("ends_on")[:1])


def _said(row: BenefitCheck, until: date | None = None) -> Said:
    """Where a plan wants to be asked first, its grant decides until its last day."""
    if until is not None and row.state == BenefitState.PRIOR_AUTH:
        return Said(row.state, row.made_at, until, authorized=True)
    return Said(row.state, row.made_at, row.again_on)


def _words(stands: Standing, waiver: BenefitCheck | None) -> str:
    again = day(stands.said.again_on) if stands.said and stands.said.again_on else ""
    if stands.why == "waived" and waiver is not None:
        return f"Waived by {waiver.made_by.display_name}"
    words = {
        "nothing": "",
        "not_asked": "Plan recorded, not asked yet",
        "verified": f"Verified, ask again on {again}",
        "authorized": f"Prior authorization granted until {again}",
        "again": f"Was verified, to be asked again since {again}",
    }
    return words[stands.why] if stands.why in words else str(BenefitState(stands.why).label)


def policies_for(user: Any) -> QuerySet[Policy]:
    """Return the plans of people whose record `user` may open."""
    return Policy.objects.filter(episode__in=episodes_for(user))


def to_ask_again(user: Any, today: date) -> QuerySet[BenefitCheck]:
    """Return the newest answers of plans that are due to be asked again, in open episodes, longest first."""
    later = BenefitCheck.objects.filter(made_at__gt=OuterRef("made_at"))
    newer, waived = (
        later.filter(policy=OuterRef("policy")),
        later.filter(episode=OuterRef("episode"), state=BenefitState.WAIVED),
    )
    granted = Authorization.objects.filter(
        policy=OuterRef("policy"), state=AuthorizationState.GRANTED, closed_at=None, ends_on__gte=today
    )
    return (
        BenefitCheck.objects.filter(
            episode__in=episodes_for(user).filter(status="open"), again_on__lte=today, policy__ended_at=None
        )
        .filter(~Exists(newer), ~Exists(waived))
        .filter(~Exists(granted) | ~Q(state=BenefitState.PRIOR_AUTH))
        .select_related("data_key", "episode__person__data_key", "policy__data_key")
        .order_by("again_on", "id")
    )

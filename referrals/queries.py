"""Scoped reads: what staff may see of referrals and partners, and what a partner's link opens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from intake.queries import episodes_for
from programs.choices import UseKind
from programs.models import BedUse
from referrals.choices import OUT, WAITING, ReferralStatus
from referrals.models import CapacityReport, Facility, Offer, PartnerLink, Referral
from referrals.rules.matching import Candidate, Capacity


def referrals_for(user: Any) -> QuerySet[Referral]:
    """The referrals of episodes that `user` may open; none for roles that don't work with people."""
    if not user.has_perm("referrals.view"):
        return Referral.objects.none()
    return Referral.objects.filter(episode__in=episodes_for(user)).select_related(
        "episode__person__data_key", "owner"
    )


def offers_for(user: Any) -> QuerySet[Offer]:
    """The offers of those referrals, with their facility and person."""
    return Offer.objects.filter(referral__in=referrals_for(user)).select_related(
        "facility__recipient", "referral__episode__person__data_key", "referral__owner"
    )


def open_referral_of(user: Any, episode: Any) -> Referral | None:
    """The open referral of an episode, if there is one and `user` may see it."""
    return referrals_for(user).filter(episode=episode, status=ReferralStatus.OPEN).first()


def work_list(user: Any) -> QuerySet[Referral]:
    """Open referrals, what is due first on top."""
    offers = Offer.objects.filter(status__in=WAITING | OUT | {"accepted", "no_show"})
    return (
        referrals_for(user)
        .filter(status=ReferralStatus.OPEN)
        .prefetch_related(Prefetch("offers", offers.select_related("facility__recipient"), "shown_offers"))
        .order_by("next_due_at", "id")
    )


def out_at_partners(user: Any) -> QuerySet[Offer]:
    """Offers whose person is at a partner's, or should have arrived; the longest silence first."""
    return (
        offers_for(user)
        .filter(status__in=OUT | {"accepted", "no_show"}, referral__status=ReferralStatus.OPEN)
        .order_by("last_heard_at", "id")
    )


def return_places(episode_ids: list[UUID], now: datetime) -> dict[UUID | None, BedUse]:
    """The bed held here for each of these episodes, now or later; the earliest when there are several."""
    held = (
        BedUse.objects.filter(
            episode_id__in=episode_ids, kind__in=[UseKind.HOLD, UseKind.RETURN], released_at=None
        )
        .filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("bed")
        .order_by("-period")
    )
    return {use.episode_id: use for use in held}


def facilities_for(user: Any) -> QuerySet[Facility]:
    """Partners in use, by name; they hold nothing about people, so every directory reader sees all."""
    if not user.has_perm("referrals.directory_view"):
        return Facility.objects.none()
    return with_capacity(Facility.objects.filter(recipient__active=True)).order_by("recipient__name", "id")


def with_capacity(facilities: QuerySet[Facility]) -> QuerySet[Facility]:
    """Add the latest capacity report as `beds_open`, `beds_at`, `beds_source` and `beds_said_by`."""
    latest = CapacityReport.objects.filter(facility=OuterRef("pk")).order_by("-reported_at", "-id")
    return facilities.select_related("recipient").annotate(
        beds_open=Subquery(latest.values("beds_open")[:1]),
        beds_at=Subquery(latest.values("reported_at")[:1]),
        beds_source=Subquery(latest.values("source")[:1]),
        beds_said_by=Subquery(latest.values("said_by")[:1]),
    )


def capacity_of(facility: Any) -> Capacity | None:
    """The annotated latest capacity of a facility as input of matching."""
    if facility.beds_at is None:
        return None
    return Capacity(facility.beds_open, facility.beds_at, facility.beds_source)


def candidate(facility: Facility) -> Candidate:
    """A facility from `facilities_for` as input of matching."""
    return Candidate(
        id=str(facility.pk),
        name=facility.recipient.name,
        levels=frozenset(facility.levels),
        withdrawal_yes=frozenset(facility.withdrawal_yes),
        withdrawal_no=frozenset(facility.withdrawal_no),
        medications=frozenset(facility.medications),
        payers=frozenset(facility.payers),
        pregnancy=facility.pregnancy,
        unit=facility.unit,
        age_min=facility.age_min,
        age_max=facility.age_max,
        languages=frozenset(facility.languages),
        hours_24=facility.hours_24,
        caution=facility.caution,
        capacity=capacity_of(facility),
    )


def live_link(link_id: Any, marker: Any, offer_id: Any, now: datetime) -> PartnerLink | None:
    """The link of a partner's session, if it is alive and still of this session and this offer."""
    link = (
        PartnerLink.objects.filter(pk=link_id, session_marker=marker, offer_id=offer_id)
        .select_related("offer__facility__recipient", "offer__referral__episode__person__data_key")
        .first()
    )
    return link if link is not None and link.is_alive(now) else None


def usable_link(token_hash: str, now: datetime) -> PartnerLink | None:
    """The live link of a token; None alike for unknown, expired, revoked and locked ones."""
    link = PartnerLink.objects.filter(token_hash=token_hash).first()
    return link if link is not None and link.is_alive(now) else None


def office_email(recipient: Any) -> str:
    """Hook of records: return the e-mail address of a partner's office, or an empty text."""
    found = Facility.objects.filter(recipient=recipient).values_list("email", flat=True).first()
    return found or ""

"""Scoped reads of programs: what a user may see, before anything else is asked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from intake.models import Assessment, Episode
from intake.queries import episodes_for
from programs.choices import ClearanceStatus, UseKind
from programs.models import (
    Admission,
    Bed,
    BedUse,
    Determination,
    MedicalClearance,
    Program,
    Recommendation,
)
from programs.rules.readiness import ClearanceFacts, DecisionFacts, Facts, PlaceFacts, UseFacts
from programs.workflow import LIVE, WAITED_FOR

LIST_LIMIT = 200


def reviews_for(user: Any) -> QuerySet[Assessment]:
    """Assessments of open episodes that wait for a clinician, longest waiting first."""
    return (
        Assessment.objects.filter(
            episode__in=episodes_for(user).filter(status="open"),
            status__in=["ready_for_review", "in_review"],
        )
        .select_related("data_key", "episode__person__data_key", "submitted_by")
        .order_by("submitted_at", "id")
    )


def clearances_for(user: Any) -> QuerySet[MedicalClearance]:
    """Clearances of people whose record `user` may open."""
    if not user.has_perm("programs.clearance_read"):
        return MedicalClearance.objects.none()
    return MedicalClearance.objects.filter(episode__in=episodes_for(user)).select_related(
        "data_key", "episode__person__data_key", "recorded_by", "accepted_by", "verified_by", "revoked_by"
    )


def bed_uses_for(user: Any) -> QuerySet[BedUse]:
    """Uses of beds that `user` may see: those of people in reach, and beds out of use."""
    if not user.has_perm("programs.bed_read"):
        return BedUse.objects.none()
    return BedUse.objects.filter(Q(episode__in=episodes_for(user)) | Q(kind=UseKind.OUT)).select_related(
        "bed__program", "episode__person__data_key", "made_by"
    )


def beds_for(user: Any) -> QuerySet[Bed]:
    """Beds that `user` may see."""
    if not user.has_perm("programs.bed_read"):
        return Bed.objects.none()
    return Bed.objects.filter(active=True, program__active=True).select_related("program").order_by("label")


def programs_for(user: Any) -> QuerySet[Program]:
    """Programs that are open, with how many are in them now (`taken`)."""
    if not user.has_perm("programs.bed_read"):
        return Program.objects.none()
    present = Count("admissions", filter=Q(admissions__discharged_at__isnull=True))
    return Program.objects.filter(active=True).annotate(taken=present).order_by("name")


def admissions_for(user: Any) -> QuerySet[Admission]:
    """Admissions of people whose record `user` may open."""
    return Admission.objects.filter(episode__in=episodes_for(user)).select_related(
        "program", "bed", "data_key"
    )


def board(user: Any, now: datetime) -> QuerySet[Bed]:
    """Every bed with what it is used for from `now` on (`coming`, first first)."""
    # Whether a bed is free is no secret; whose it is, is checked again when names are shown.
    uses = (
        BedUse.objects.filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("episode__person__data_key", "made_by", "bed", "admission")
        .order_by("period")
    )
    return beds_for(user).prefetch_related(Prefetch("uses", queryset=uses, to_attr="coming"))


def ended_holds(user: Any, now: datetime) -> QuerySet[BedUse]:
    """Holds that ended by themselves with nobody admitted: release is done, somebody has to look."""
    return (
        bed_uses_for(user)
        .filter(kind=UseKind.HOLD, released_at__isnull=True, period__endswith__lte=now)
        .filter(episode__status="open", episode__stage__in=["review", "detox", "clearance"])
        .order_by("period")
    )


def place_of(episode: Episode, now: datetime) -> BedUse | None:
    """The bed that is held for this episode now or later."""
    return (
        BedUse.objects.filter(episode=episode, kind__in=[UseKind.HOLD, UseKind.RETURN], released_at=None)
        .filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("bed__program")
        .order_by("period")
        .first()
    )


def determination_of(episode: Episode) -> Determination | None:
    """The signed decision in force."""
    return (
        Determination.objects.filter(episode=episode, superseded_at__isnull=True)
        .select_related("data_key", "signed_by", "recommendation")
        .first()
    )


def detox_needed(episode: Episode) -> Determination | None:
    """The signed decision in force when it says that medical detox comes first."""
    found = determination_of(episode)
    return found if found is not None and found.detox_first else None


def recommendation_of(episode: Episode) -> Recommendation | None:
    """The latest recommendation."""
    return (
        Recommendation.objects.filter(episode=episode)
        .select_related("data_key", "made_by")
        .order_by("-made_at", "-id")
        .first()
    )


def recommendations_of(episodes: Collection[Episode]) -> dict[UUID, Recommendation]:
    """The latest recommendation of each episode, in one query."""
    latest = (
        Recommendation.objects.filter(episode__in=[episode.pk for episode in episodes])
        .order_by("episode_id", "-made_at", "-id")
        .distinct("episode_id")
    )
    return {made.episode_id: made for made in latest}


def clearance_of(episode: Episode) -> MedicalClearance | None:
    """The clearance that counts: of the latest examination, else the one that is awaited."""
    papers = MedicalClearance.objects.filter(episode=episode).select_related(
        "data_key", "recorded_by", "accepted_by", "verified_by"
    )
    received = papers.exclude(status__in=[*WAITED_FOR, ClearanceStatus.REJECTED])
    return (
        received.order_by("-examined_at", "-received_at").first()
        or papers.filter(status__in=WAITED_FOR).first()
    )


def waiting_clearances(user: Any) -> QuerySet[MedicalClearance]:
    """Clearances of open episodes that somebody has to accept or verify, oldest first."""
    return (
        clearances_for(user)
        .filter(status__in=[ClearanceStatus.RECEIVED, ClearanceStatus.ACCEPTED], episode__status="open")
        .order_by("received_at", "id")
    )


def expiring_clearances(user: Any, before: datetime) -> QuerySet[MedicalClearance]:
    """Live clearances of people not yet admitted that end before a moment, soonest first."""
    return (
        clearances_for(user)
        .filter(status__in=LIVE, valid_until__lte=before, episode__status="open")
        .exclude(episode__stage="admitted")
        .order_by("valid_until", "id")
    )


# Facts for programs.rules.readiness


def facts_for(
    episode: Episode,
    *,
    program: Program | None,
    bed: Bed | None,
    admitted_at: datetime,
    clearance: MedicalClearance | None,
    determination: Determination | None,
    late_entry: bool = False,
    late_by_supervisor: bool = False,
) -> Facts:
    """Read everything that the gate judges about one admission."""
    return Facts(
        episode_id=episode.pk,
        episode_open=episode.status == "open",
        admitted=Admission.objects.filter(episode=episode, discharged_at__isnull=True).exists(),
        last_use_latest=episode.last_use_latest,
        ob_needed=episode.ob_contact_needed,
        ob_recorded=episode.ob_contact_recorded_at is not None,
        clearance=_clearance_facts(clearance, episode.pk) if clearance else None,
        decision=_decision_facts(determination) if determination else None,
        place=_place_facts(program, bed, admitted_at) if program else None,
        admitted_at=admitted_at,
        late_entry=late_entry,
        late_by_supervisor=late_by_supervisor,
    )


def _decision_facts(signed: Determination) -> DecisionFacts:
    return DecisionFacts(signed.episode_id, signed.level, signed.superseded_at is None)


def _clearance_facts(paper: MedicalClearance, episode_id: UUID) -> ClearanceFacts:
    newer_no = (
        MedicalClearance.objects.filter(
            episode_id=episode_id, decision="not_cleared", examined_at__gt=paper.examined_at
        )
        .exclude(status=ClearanceStatus.REJECTED)
        .exists()
        if paper.examined_at
        else False
    )
    return ClearanceFacts(
        id=paper.pk,
        episode_id=paper.episode_id,
        status=paper.status,
        decision=paper.decision,
        stable=paper.stable,
        examined_at=paper.examined_at,
        valid_until=paper.valid_until,
        revoked_at=paper.revoked_at,
        recorded_by=paper.recorded_by_id,
        accepted_by=paper.accepted_by_id,
        verified_by=paper.verified_by_id,
        limits=paper.limits.count(),
        limits_open=paper.limits.filter(accepted_by__isnull=True).count(),
        newer_no=newer_no,
    )


def _place_facts(program: Program, bed: Bed | None, admitted_at: datetime) -> PlaceFacts:
    present = Q(discharged_at__isnull=True) | Q(discharged_at__gt=admitted_at)
    uses = (
        ()
        if bed is None
        else bed.uses.filter(period__endswith__isnull=True)
        | bed.uses.filter(period__endswith__gt=admitted_at)
    )
    return PlaceFacts(
        level=program.level,
        active=program.active,
        slots=program.slots,
        taken=program.admissions.filter(present).count(),
        bed_id=bed and bed.pk,
        bed_active=bed is None or bed.active,
        bed_of_program=bed is None or bed.program_id == program.pk,
        uses=tuple(
            UseFacts(use.kind, use.episode_id, use.period.lower, use.period.upper)
            for use in uses
            if not use.period.isempty
        ),
    )

"""Scoped reads of programs: what a user may see, before anything else is asked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from intake.choices import AssessmentStatus
from intake.models import Assessment, AssessmentSection, Episode
from intake.queries import episodes_for
from programs.choices import DETOX_FIRST, ClearanceStatus, Outcome, UseKind
from programs.choices_programs import Operator
from programs.models import (
    Admission,
    Bed,
    BedUse,
    Determination,
    MedicalClearance,
    Program,
    Recommendation,
    ReviewClaim,
    SlotHold,
)
from programs.queries_slots import held_for_others, slot_of, with_taken
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


def is_outdated(made: Recommendation, assessment: Assessment) -> bool:
    """Whether the latest suggestion is older than what is known.

    A decided assessment keeps its version, so that what is told beside its answers counts by its time.
    """
    if made.assessment_id != assessment.pk or made.assessment_version != assessment.version:
        return True
    if assessment.status != AssessmentStatus.DECIDED:
        return False
    episode, then = assessment.episode, made.made_at
    asked = Q(asked_at__gt=then) | Q(disposition_at__gt=then) | Q(paper__entered_at__gt=then)
    return (
        episode.safety_checks.filter(asked).exists()
        or episode.reported_uses.filter(reported_at__gt=then).exists()
        or episode.instrument_records.filter(recorded_at__gt=then).exists()
    )


def to_decide_again(user: Any) -> QuerySet[Assessment]:
    """Signed versions of open episodes whose decision was declined: nothing is in force on them."""
    live = Determination.objects.filter(episode=OuterRef("episode"), superseded_at__isnull=True)
    corrected = Assessment.objects.filter(corrects=OuterRef("pk")).exclude(status="dropped")
    return (
        Assessment.objects.filter(episode__in=episodes_for(user).filter(status="open"), status="decided")
        .filter(~Exists(live), ~Exists(corrected))
        .select_related("data_key", "episode__person__data_key", "submitted_by")
        .order_by("decided_at", "id")
    )


def waiting_second_views(user: Any) -> QuerySet[Determination]:
    """Decisions below the rules that a clinician other than their signer has to look at, oldest first."""
    if not user.has_perm("programs.decide"):
        return Determination.objects.none()
    return (
        Determination.objects.filter(
            episode__in=episodes_for(user).filter(status="open"),
            needs_second=True,
            second_at__isnull=True,
            superseded_at__isnull=True,
        )
        .exclude(signed_by=user)
        .select_related("data_key", "signed_by", "episode__person__data_key")
        .order_by("signed_at", "id")
    )


def clearances_for(user: Any) -> QuerySet[MedicalClearance]:
    """Clearances of people whose record `user` may open."""
    if not user.has_perm("programs.clearance_read"):
        return MedicalClearance.objects.none()
    return MedicalClearance.objects.filter(episode__in=episodes_for(user)).select_related(
        "data_key", "episode__person__data_key", "recorded_by", "accepted_by", "verified_by", "revoked_by"
    )


def bed_uses_for(user: Any) -> QuerySet[BedUse]:
    """Uses of beds that `user` may see: those of people in reach, and those that are about nobody."""
    if not user.has_perm("programs.bed_read"):
        return BedUse.objects.none()
    return BedUse.objects.filter(Q(episode__in=episodes_for(user)) | Q(episode=None)).select_related(
        "bed__program", "episode__person__data_key", "made_by"
    )


def beds_for(user: Any) -> QuerySet[Bed]:
    """Beds that `user` may see."""
    if not user.has_perm("programs.bed_read"):
        return Bed.objects.none()
    return Bed.objects.filter(active=True, program__active=True).select_related("program").order_by("label")


def programs_for(user: Any) -> QuerySet[Program]:
    """Programs of the center that are open, with who is in them, what is held, and both (`taken`)."""
    if not user.has_perm("programs.bed_read"):
        return Program.objects.none()
    return with_taken(Program.objects.filter(active=True, operated_by=Operator.CENTER)).order_by("name")


def admissions_for(user: Any) -> QuerySet[Admission]:
    """Admissions of people whose record `user` may open."""
    return Admission.objects.filter(episode__in=episodes_for(user)).select_related(
        "program", "program_revision", "bed", "data_key", "next_step__data_key"
    )


def board(user: Any, now: datetime) -> QuerySet[Bed]:
    """Every bed with what it is used for from `now` on (`coming`, first first)."""
    # Whether a bed is free is no secret; whose it is, is checked again when names are shown.
    uses = (
        BedUse.objects.filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("episode__person__data_key", "made_by", "bed", "admission", "offer")
        .order_by("period")
    )
    return beds_for(user).prefetch_related(Prefetch("uses", queryset=uses, to_attr="coming"))


def ended_holds(user: Any, now: datetime) -> QuerySet[BedUse]:
    """Holds that ended by themselves with nobody admitted: release is done, somebody has to look."""
    return (
        bed_uses_for(user)
        .filter(kind=UseKind.HOLD, released_at__isnull=True, period__endswith__lte=now)
        .filter(episode__status="open", episode__stage__in=["review", "detox", "clearance"])
        .select_related("offer")
        .order_by("period")
    )


def place_of(episode: Episode, now: datetime) -> BedUse | SlotHold | None:
    """The bed or the slot that is held for this episode now or later."""
    return bed_of(episode, now) or slot_of(episode, now)


def bed_of(episode: Episode, now: datetime) -> BedUse | None:
    """The bed that is held for this episode now or later."""
    return (
        BedUse.objects.filter(episode=episode, kind__in=[UseKind.HOLD, UseKind.RETURN], released_at=None)
        .filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("bed__program", "made_by")
        .order_by("period")
        .first()
    )


def determination_of(episode: Episode) -> Determination | None:
    """The last signed decision, whether or not it waits for a second clinician's view."""
    return (
        Determination.objects.filter(episode=episode, superseded_at__isnull=True)
        .select_related("data_key", "signed_by", "second_by", "recommendation", "assessment")
        .first()
    )


def last_signed_of(episodes: Collection[Episode]) -> list[Determination]:
    """The last signed decision of each of these episodes, in one query."""
    found = Determination.objects.filter(episode__in=episodes, superseded_at__isnull=True)
    return list(found.select_related("signed_by"))


def claims_of(assessments: Collection[Assessment], now: datetime) -> dict[UUID, ReviewClaim]:
    """Who has the review of each now, in one query."""
    held = ReviewClaim.objects.filter(
        assessment__in=[assessment.pk for assessment in assessments], until__gt=now
    ).select_related("held_by")
    return {one.assessment_id: one for one in held}


def determinations_of(episode: Episode) -> QuerySet[Determination]:
    """Every decision that was signed on an episode, the newest first."""
    return (
        Determination.objects.filter(episode=episode)
        .select_related("data_key", "signed_by", "second_by")
        .order_by("-signed_at", "-id")
    )


def recommendation_on(assessment: Assessment) -> Recommendation | None:
    """The latest recommendation on one version of the answers."""
    return (
        Recommendation.objects.filter(assessment=assessment)
        .select_related("data_key", "made_by")
        .order_by("-made_at", "-id")
        .first()
    )


def claim_of(assessment: Assessment) -> ReviewClaim | None:
    """Who has the review of an assessment, or had it last."""
    return ReviewClaim.objects.filter(assessment=assessment).select_related("held_by", "taken_from").first()


def detox_needed(episode: Episode) -> Determination | None:
    """The signed decision in force when it says that medical detox comes first."""
    found = decision_in_force(episode)
    return found if found is not None and found.detox_first else None


def decision_in_force(episode: Episode) -> Determination | None:
    """The last signed decision, unless it waits for a second clinician's view."""
    found = determination_of(episode)
    return None if found is None or found.awaits_second else found


def recommendation_of(episode: Episode) -> Recommendation | None:
    """The latest recommendation."""
    return (
        Recommendation.objects.filter(episode=episode)
        .exclude(assessment__status="dropped")
        .select_related("data_key", "made_by")
        .order_by("-made_at", "-id")
        .first()
    )


def detox_call_of(episode: Episode) -> Recommendation | None:
    """The latest recommendation that called for detox first, when nothing has lifted that since.

    A signed decision without detox lifts it (with its second view where it needs one), and so does an
    examination that found the person stable afterwards. Referring elsewhere decides on no care here: it
    lifts nothing.
    """
    in_force = Q(needs_second=False) | Q(second_agrees=True)
    lifted = (
        Determination.objects.filter(in_force, episode=episode, detox_first=False)
        .exclude(outcome=Outcome.REFER)
        .aggregate(at=Max("signed_at"))
    )
    cleared = MedicalClearance.objects.filter(
        episode=episode, status__in=LIVE, stable=True, revoked_at__isnull=True
    ).aggregate(at=Max("examined_at"))
    since = max((moment for moment in (lifted["at"], cleared["at"]) if moment), default=None)
    made = (
        Recommendation.objects.filter(episode=episode).select_related("data_key").order_by("-made_at", "-id")
    )
    if since is not None:
        made = made.filter(made_at__gt=since)
    return next((one for one in made if one.detox_outcome in DETOX_FIRST), None)


def recommendations_of(episodes: Collection[Episode]) -> dict[UUID, Recommendation]:
    """The latest recommendation of each episode, in one query."""
    latest = (
        Recommendation.objects.filter(episode__in=[episode.pk for episode in episodes])
        .exclude(assessment__status="dropped")
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
        place=_place_facts(program, bed, admitted_at, episode) if program else None,
        admitted_at=admitted_at,
        late_entry=late_entry,
        late_by_supervisor=late_by_supervisor,
        resumed_at=episode.reopened_at,
        red_flag_at=_last_red_flag(episode, admitted_at if late_entry else None),
    )


def _last_red_flag(episode: Episode, until: datetime | None) -> datetime | None:
    """The last emergency sign, or result outside the entry limits, that the gate knows of; one query."""
    versions = episode.assessments.exclude(status=AssessmentStatus.DROPPED).order_by("-number").values("pk")
    vitals = AssessmentSection.objects.filter(assessment=versions[:1], red_flag_at__isnull=False)
    results = episode.instrument_records.filter(red_flag=True, superseded_by=None)
    asked = episode.safety_checks.filter(emergency=True).order_by().values_list("asked_at", flat=True)
    times = asked.union(
        results.order_by().values_list("observed_at", flat=True),
        vitals.values_list("red_flag_at", flat=True),
        all=True,
    )
    return max((at for at in times if until is None or at <= until), default=None)


def _decision_facts(signed: Determination) -> DecisionFacts:
    return DecisionFacts(
        signed.episode_id, signed.level, signed.superseded_at is None, awaits_second=signed.awaits_second
    )


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


def _place_facts(program: Program, bed: Bed | None, admitted_at: datetime, episode: Episode) -> PlaceFacts:
    present = Q(discharged_at__isnull=True) | Q(discharged_at__gt=admitted_at)
    uses = (
        ()
        if bed is None
        else bed.uses.filter(period__endswith__isnull=True)
        | bed.uses.filter(period__endswith__gt=admitted_at)
    )
    held = 0 if program.slots is None else held_for_others(program, episode)
    return PlaceFacts(
        level=program.level,
        active=program.active,
        slots=program.slots,
        taken=program.admissions.filter(present).count() + held,
        bed_id=bed and bed.pk,
        bed_active=bed is None or bed.active,
        bed_of_program=bed is None or bed.program_id == program.pk,
        uses=tuple(
            UseFacts(use.kind, use.episode_id, use.period.lower, use.period.upper)
            for use in uses
            if not use.period.isempty
        ),
        of_center=program.operated_by == Operator.CENTER,
    )

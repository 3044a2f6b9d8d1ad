"""Running both rule sets on what is known, and keeping the result with everything it rests on."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.assessments import begin_review
from intake.actions.status import lock_assessment
from intake.models import Assessment, Episode
from intake.picture import picture_of
from outbox.submit import once
from programs.actions.claims import hold_review
from programs.actions.common import demand
from programs.choices import DETOX_FIRST, LADDER_SETTINGS, LEVEL_OF_SETTING, REVIEWABLE, Severity
from programs.models import Recommendation
from programs.queries import detox_call_of
from programs.rules.below import step_of
from programs.rules.changes import reasons_for
from programs.rules.detox import DetoxDecision, decide_detox, detox_counterfactuals
from programs.rules.level_of_care import LevelDecision, decide_level
from programs.rules.terms import FACTORS


@transaction.atomic
def recommend(
    *, assessment: Assessment, ratings: dict[str, Any], by: Any, submit_key: UUID | None = None, url: str = ""
) -> Recommendation:
    """Judge an assessment with a clinician's ratings (F1 to F5, `sud`, `remission_months`; absent: unknown).

    Raises Refused for a rating out of range or without the permission, Conflict when it isn't in
    review, or another clinician reviews it.
    """
    demand(by, "programs.recommend")
    key = once(submit_key, scope="recommendation.make", by=by) if submit_key else None
    episode, locked = lock_assessment(assessment.pk)
    if locked.status not in REVIEWABLE:
        raise Conflict("This assessment is not in review any more.")
    if locked.status == "ready_for_review":
        locked = begin_review(by=by, assessment=locked)
        locked.episode = episode
    now = clock.now()
    hold_review(locked, by, now)
    made = _store(locked, _checked(ratings), by, now)
    record(
        "recommendation.made",
        by=by,
        obj=made,
        person=episode.person_id,
        assessment=locked.pk,
        version=locked.version,
    )
    if key:
        key.done(url)
    return made


def _checked(ratings: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in ratings.items() if value not in (None, "")}
    for factor in FACTORS:
        if factor in given and given[factor] not in range(5):
            raise Refused("bad_rating", "Rate each factor from 0 to 4", field=factor)
    if given.get("sud", Severity.UNKNOWN) not in Severity.values:
        raise Refused("bad_rating", "Select the severity", field="sud")
    return given


def _store(assessment: Assessment, ratings: dict[str, Any], by: Any, now: datetime) -> Recommendation:
    picture = picture_of(assessment, now)
    detox = decide_detox(picture)
    factors = {**ratings, "detox": detox.outcome}
    care = decide_level(factors)
    plan = _plan(assessment.episode, detox, care)
    return Recommendation.objects.create(
        episode=assessment.episode,
        assessment=assessment,
        data_key=assessment.episode.person.data_key,
        assessment_version=assessment.version,
        snapshot={"detox": picture, "loc": factors},
        result={
            "detox": _detox_result(detox, picture),
            "loc": _care_result(care),
            "plan": plan,
        },
        detox_ruleset=detox.ruleset_id,
        detox_ruleset_sha256=detox.ruleset_sha256,
        loc_ruleset=care.ruleset_id,
        loc_ruleset_sha256=care.ruleset_sha256,
        calls_detox=plan["detox_first"],
        lowest_step=step_of(care.minimum_safe),
        made_by=by,
        made_at=now,
    )


def _plan(episode: Episode, detox: DetoxDecision, care: LevelDecision) -> dict[str, Any]:
    """Return what follows from both results. An earlier call for detox stands until a clinician lifts it.

    No answer that is changed or taken out lowers "detox first" by itself (`held` says since which result).
    """
    later = care.after_stabilisation
    plan: dict[str, Any] = {
        "level": LEVEL_OF_SETTING[care.setting],
        "level_after_detox": LEVEL_OF_SETTING[LADDER_SETTINGS[later]] if later else "",
        "detox_first": detox.outcome in DETOX_FIRST,
    }
    held = None if plan["detox_first"] else detox_call_of(episode)
    if held is not None:
        plan |= {
            "detox_first": True,
            "level_after_detox": plan["level"],
            "held": {"outcome": held.detox_outcome, "recommendation": str(held.pk)},
        }
    return plan


def _detox_result(decision: DetoxDecision, picture: dict[str, Any]) -> dict[str, Any]:
    return {
        **decision.as_output(),
        "fired": [asdict(rule) for rule in decision.fired],
        "missing": list(decision.missing),
        "counterfactuals": [asdict(one) for one in detox_counterfactuals(picture)],
        "reasons": reasons_for(picture).as_stored(),
    }


def _care_result(decision: LevelDecision) -> dict[str, Any]:
    return {
        **decision.as_output(),
        "fired": [asdict(rule) for rule in decision.fired],
        "missing": list(decision.missing),
        "effective": dict(decision.effective),
    }

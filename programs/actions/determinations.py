"""A clinician decides: signs a determination, or asks for answers."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.assessments import mark_decided
from intake.actions.review_questions import Asked, send_back
from intake.actions.status import lock_assessment
from intake.choices import Stage
from intake.models import Assessment, Episode
from intake.queries import current_assessment, open_emergency
from outbox.submit import once
from programs import hooks
from programs.actions.claims import hold_review, let_go
from programs.actions.clearances import need
from programs.actions.common import demand, set_stage
from programs.actions.waitlist import level_decided
from programs.choices import REVIEWABLE, ClearanceSource, Level, Outcome
from programs.models import Determination, Recommendation
from programs.queries import determination_of, is_outdated, recommendation_of
from programs.queries_levels import level_before
from programs.rules.below import is_below_safe
from programs.rules.transitions import START, judge

REASON_MINIMUM = 20


@dataclass(frozen=True)
class Choice:
    """What the clinician chose. `detox_first` None: not said. `in_person`: who saw the person, and when.

    `clearance_from`: who is to write the medical clearance, where the clinician said so.
    """

    outcome: str
    level: str = ""
    detox_first: bool | None = None
    reason: str = ""
    in_person: str = ""
    clearance_from: str = ""


def settle(choice: Choice, suggestion: Recommendation, before: str = START) -> Choice:
    """Return the choice with what follows from it, or raise Refused with the field that is missing.

    Agreeing takes level and detox from the suggestion; where the rules leave detox to the clinician it has
    to be said. Anything else needs a reason. `before` is the level of care that the person has now, or had
    last; the step from there follows `programs.rules.transitions`.
    """
    if choice.outcome not in Outcome.values:
        raise Refused("no_choice", "Select your decision", field="outcome")
    if choice.clearance_from not in ("", *ClearanceSource.values):
        raise Refused("no_source", "Select who writes the clearance", field="clearance_from")
    settled = replace(_settled(choice, suggestion), clearance_from=choice.clearance_from)
    return _in_step(settled, choice.reason.strip(), before)


def _in_step(settled: Choice, reason: str, before: str) -> Choice:
    """Hold a settled choice against the table of steps; one that needs a reason keeps it."""
    if settled.outcome == Outcome.REFER:
        return settled
    came_from = Level.DETOX if settled.detox_first else before
    step = judge(came_from, settled.level)
    if not step.allowed:
        raise Refused("level_out_of_step", step.why, field="level")
    if not step.needs_reason:
        return settled
    if len(reason) < REASON_MINIMUM:
        after = Level(settled.level).label
        raise Refused("step_reason", f"Say why {after} is enough right after detox", field="reason")
    return replace(settled, reason=reason)


def _settled(choice: Choice, suggestion: Recommendation) -> Choice:
    if choice.outcome == Outcome.AGREE:
        return _agreed(choice, suggestion)
    if len(choice.reason.strip()) < REASON_MINIMUM:
        raise Refused(
            "no_reason",
            f"Say why in a sentence of at least {REASON_MINIMUM} characters",
            field="reason",
        )
    if choice.outcome == Outcome.REFER:
        return Choice(Outcome.REFER, "", bool(choice.detox_first), choice.reason.strip())
    if choice.level not in Level.values:
        raise Refused("no_level", "Select the level of care", field="level")
    detox = True if choice.level == Level.DETOX else choice.detox_first
    if detox is None:
        raise Refused("no_detox", "Say whether medical detox comes first", field="detox_first")
    if (choice.level, detox) == (suggestion.suggested_level, suggestion.detox_first):
        raise Refused(
            "is_suggestion", "This is the suggestion. Select “Agree with the suggestion”", field="level"
        )
    _emergency(choice, suggestion, detox)
    return Choice(Outcome.OTHER, choice.level, detox, choice.reason.strip(), choice.in_person.strip())


def _agreed(choice: Choice, suggestion: Recommendation) -> Choice:
    if suggestion.detox_outcome != "clinician_must_review" or suggestion.held_outcome:
        return Choice(Outcome.AGREE, suggestion.suggested_level, suggestion.detox_first)
    if choice.detox_first is None:
        raise Refused(
            "no_detox",
            "The rules leave this to you: say whether medical detox comes first",
            field="detox_first",
        )
    return Choice(Outcome.AGREE, suggestion.level, choice.detox_first)


def _emergency(choice: Choice, suggestion: Recommendation, detox: bool) -> None:
    emergency = "emergency_now" in (suggestion.detox_outcome, suggestion.held_outcome)
    if emergency and not detox and len(choice.in_person.strip()) < 10:
        raise Refused(
            "no_in_person",
            "The rules say emergency. Write who saw the person face to face, where and when",
            field="in_person",
        )


@transaction.atomic
def sign(
    *,
    recommendation: Recommendation,
    choice: Choice,
    typed_name: str,
    seen: UUID | None,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> Determination:
    """Sign a decision on the latest recommendation. `seen` is the decision in force when the form was shown.

    Raises Refused for a missing part, Conflict when answers changed or another clinician was first.
    """
    demand(by, "programs.decide")
    key = once(submit_key, scope="determination.sign", by=by) if submit_key else None
    episode, assessment = lock_assessment(recommendation.assessment_id)
    if assessment.status not in REVIEWABLE:
        raise Conflict("This assessment is not in review any more.")
    now = clock.now()
    before = _still_true(recommendation, assessment, seen)
    hold_review(assessment, by, now)
    settled = settle(choice, recommendation, level_before(episode))
    if " ".join(typed_name.split()).casefold() != by.display_name.casefold():
        raise Refused("no_signature", f"Type your name as it is here: {by.display_name}", field="typed_name")
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    statement = statement_of(settled, recommendation, by.display_name)
    signed = Determination.objects.create(
        episode=episode,
        assessment=assessment,
        recommendation=recommendation,
        data_key=episode.person.data_key,
        supersedes=before,
        outcome=settled.outcome,
        level=settled.level,
        detox_first=settled.detox_first,
        reason=settled.reason or None,
        in_person=settled.in_person or None,
        clearance_from=settled.clearance_from,
        needs_second=lowers(settled, recommendation),
        statement=statement,
        statement_sha256=hashlib.sha256(statement.encode()).hexdigest(),
        signed_by=by,
        signed_at=now,
    )
    _after(signed, assessment, by, now)
    if key:
        key.done(url)
    return signed


def _still_true(
    recommendation: Recommendation, assessment: Assessment, seen: UUID | None
) -> Determination | None:
    episode = assessment.episode
    no_open_emergency(episode)
    newest = current_assessment(episode)
    if newest is None or newest.pk != assessment.pk:
        raise Conflict("A correction of these answers was begun. Decide on that one.")
    before = determination_of(episode)
    if (before.pk if before else None) != seen:
        who = before.signed_by.display_name if before else "Someone"
        raise Conflict(f"{who} decided on this while you were reading. Read that decision first.")
    latest = recommendation_of(episode)
    if latest is None or latest.pk != recommendation.pk:
        raise Conflict("There is a newer suggestion. Read it, then decide.")
    if latest.calls_detox is None:
        raise Conflict("This suggestion is from before an update. Make a new suggestion, then decide.")
    if is_outdated(recommendation, assessment):
        raise Conflict("Answers changed after this suggestion. Make a new suggestion, then decide.")
    return before


def no_open_emergency(episode: Episode) -> None:
    """Raise Conflict while nobody wrote what was done about an emergency of a locked episode."""
    if open_emergency(episode) is not None:
        raise Conflict("An emergency is open. Write down what was done first.")


def statement_of(choice: Choice, recommendation: Recommendation, name: str) -> str:
    """Return the exact text that is signed and hashed: canonical JSON of everything decided."""
    return json.dumps(
        {
            "statement": "I have read what is known and decide as written here.",
            "signed_by": name,
            "episode": str(recommendation.episode_id),
            "recommendation": str(recommendation.pk),
            "outcome": choice.outcome,
            "level": choice.level,
            "detox_first": choice.detox_first,
            "reason": choice.reason,
            "in_person": choice.in_person,
            "clearance_from": choice.clearance_from,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def lowers(settled: Choice, suggestion: Recommendation) -> bool:
    """Tell whether a settled choice goes below what the rules call safe, so that it needs a second view.

    Referring elsewhere decides on no care here, and agreeing is never below.
    """
    return settled.outcome == Outcome.OTHER and is_below_safe(
        level=settled.level,
        detox_first=bool(settled.detox_first),
        rules_detox_first=suggestion.detox_first,
        minimum_safe=suggestion.result.get("loc", {}).get("minimum_safe", ""),
    )


def _after(signed: Determination, assessment: Assessment, by: Any, now: datetime) -> None:
    """The assessment is decided and its review over; a decision that waits for nobody takes effect."""
    episode = assessment.episode
    record(
        "determination.signed",
        by=by,
        obj=signed,
        person=episode.person_id,
        recommendation=signed.recommendation_id,
    )
    if assessment.status != "decided":
        mark_decided(by=by, assessment=assessment)
    let_go(assessment, now)
    if not signed.awaits_second:
        take_effect(signed, by, now)


def take_effect(signed: Determination, by: Any, now: datetime) -> None:
    """Let a locked decision count: the episode moves on, a clearance is needed where care is to begin."""
    episode = signed.episode
    if signed.outcome != Outcome.REFER:
        _move_on(signed, episode, by)
    level_decided(determination=signed, by=by, now=now)
    hooks.call(hooks.after_sign, determination=signed, by=by, now=now)


def _move_on(signed: Determination, episode: Episode, by: Any) -> None:
    episode.refresh_from_db(fields=["stage"])
    if episode.stage != Stage.ADMITTED:
        set_stage(episode, Stage.DETOX if signed.detox_first else Stage.CLEARANCE)
        need(episode=episode, by=by)


@transaction.atomic
def ask(
    *,
    assessment: Assessment,
    questions: Sequence[Asked],
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> None:
    """Send an assessment back with questions. Raises Refused without one, Conflict when not in review."""
    demand(by, "programs.decide")
    key = once(submit_key, scope="determination.ask", by=by) if submit_key else None
    _, locked = lock_assessment(assessment.pk)
    if locked.status not in ("ready_for_review", "in_review"):
        raise Conflict("This assessment is not in review any more.")
    now = clock.now()
    hold_review(locked, by, now)
    send_back(by=by, assessment=locked, questions=questions)
    let_go(locked, now)
    if key:
        key.done(url)

"""A clinician decides: signs a determination, or asks for answers."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.assessments import mark_decided, send_back
from intake.actions.status import lock_assessment
from intake.choices import Stage
from intake.models import Assessment
from outbox.submit import once
from programs import hooks
from programs.actions.clearances import need
from programs.actions.common import demand, set_stage
from programs.actions.recommendations import REVIEWABLE
from programs.choices import Level, Outcome
from programs.models import Determination, Recommendation
from programs.queries import determination_of, recommendation_of

REASON_MINIMUM = 20


@dataclass(frozen=True)
class Choice:
    """What the clinician chose. `detox_first` None: not said. `in_person`: who saw the person, and when."""

    outcome: str
    level: str = ""
    detox_first: bool | None = None
    reason: str = ""
    in_person: str = ""


def settle(choice: Choice, suggestion: Recommendation) -> Choice:
    """Return the choice with what follows from it, or raise Refused with the field that is missing.

    Agreeing takes level and detox from the suggestion; where the rules leave detox to the clinician it has
    to be said. Anything else needs a reason.
    """
    if choice.outcome not in Outcome.values:
        raise Refused("no_choice", "Select your decision", field="outcome")
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
    if suggestion.detox_outcome != "clinician_must_review":
        return Choice(Outcome.AGREE, suggestion.suggested_level, suggestion.detox_first)
    if choice.detox_first is None:
        raise Refused(
            "no_detox",
            "The rules leave this to you: say whether medical detox comes first",
            field="detox_first",
        )
    return Choice(Outcome.AGREE, suggestion.level, choice.detox_first)


def _emergency(choice: Choice, suggestion: Recommendation, detox: bool) -> None:
    if suggestion.detox_outcome == "emergency_now" and not detox and len(choice.in_person.strip()) < 10:
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
    before = _still_true(recommendation, assessment, seen)
    settled = settle(choice, recommendation)
    if " ".join(typed_name.split()).casefold() != by.display_name.casefold():
        raise Refused("no_signature", f"Type your name as it is here: {by.display_name}", field="typed_name")
    now = clock.now()
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
        statement=statement,
        statement_sha256=hashlib.sha256(statement.encode()).hexdigest(),
        signed_by=by,
        signed_at=now,
    )
    _after(signed, assessment, by)
    hooks.call(hooks.after_sign, determination=signed, by=by, now=now)
    if key:
        key.done(url)
    return signed


def _still_true(
    recommendation: Recommendation, assessment: Assessment, seen: UUID | None
) -> Determination | None:
    episode = assessment.episode
    before = determination_of(episode)
    if (before.pk if before else None) != seen:
        who = before.signed_by.display_name if before else "Someone"
        raise Conflict(f"{who} decided on this while you were reading. Read that decision first.")
    latest = recommendation_of(episode)
    if latest is None or latest.pk != recommendation.pk:
        raise Conflict("There is a newer suggestion. Read it, then decide.")
    if assessment.version != recommendation.assessment_version:
        raise Conflict("Answers changed after this suggestion. Make a new suggestion, then decide.")
    return before


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
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _after(signed: Determination, assessment: Assessment, by: Any) -> None:
    """The assessment is decided, the episode moves on, and a clearance is needed where care is to begin."""
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
    if signed.outcome == Outcome.REFER:
        return
    episode.refresh_from_db(fields=["stage"])
    if episode.stage != Stage.ADMITTED:
        set_stage(episode, Stage.DETOX if signed.detox_first else Stage.CLEARANCE)
        need(episode=episode, by=by)


@transaction.atomic
def ask(
    *, assessment: Assessment, question: str, by: Any, submit_key: UUID | None = None, url: str = ""
) -> None:
    """Send an assessment back with questions. Raises Refused without one, Conflict when not in review."""
    demand(by, "programs.decide")
    key = once(submit_key, scope="determination.ask", by=by) if submit_key else None
    send_back(by=by, assessment=assessment, question=question)
    if key:
        key.done(url)

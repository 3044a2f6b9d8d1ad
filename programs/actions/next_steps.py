"""Writing down what follows a stay with nights."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.clock import center_day
from config.errors import Refused
from programs.choices import BED_LEVELS, CENTER_LEVELS, NextStepKind
from programs.models import Admission, NextStep
from programs.rules.transitions import judge


@dataclass(frozen=True)
class Plan:
    """What follows: at a level here, elsewhere, or nothing because the person refuses."""

    kind: str
    level: str = ""
    review_on: date | None = None
    words: str = ""


def write(*, admission: Admission, plan: Plan | None, by: Any, now: datetime) -> NextStep | None:
    """Store the next step of a locked stay that ends; None for a day program without one.

    Raises Refused, naming the form's field, when a 24-hour stay has none or a part of it is missing.
    """
    if plan is None or not plan.kind:
        if admission.program.level in BED_LEVELS:
            raise Refused("no_next_step", "Say what follows, or that the person refuses it", field="kind")
        return None
    _demand_complete(plan, admission.program.level, center_day(now))
    return NextStep.objects.create(
        admission=admission,
        data_key=admission.data_key,
        kind=plan.kind,
        level=plan.level if plan.kind == NextStepKind.HERE else "",
        review_on=None if plan.kind == NextStepKind.REFUSED else plan.review_on,
        words=plan.words.strip() or None,
        made_by=by,
    )


def _demand_complete(plan: Plan, before: str, today: date) -> None:
    if plan.kind == NextStepKind.HERE:
        if plan.level not in CENTER_LEVELS:
            raise Refused("next_level", "Select the level that follows", field="level")
        step = judge(before, plan.level)
        if not step.allowed:
            raise Refused("next_level", step.why, field="level")
    if plan.kind != NextStepKind.HERE and not plan.words.strip():
        raise Refused("next_words", "Write where, or in the person's words why not", field="words")
    if plan.kind != NextStepKind.REFUSED and (plan.review_on is None or plan.review_on < today):
        raise Refused("next_review", "Enter a day from today on", field="review_on")

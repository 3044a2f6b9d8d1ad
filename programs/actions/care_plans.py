"""Writing a version of a person's care plan."""

from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from intake.picture import facts_of
from intake.queries import current_assessment
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.models import CarePlan
from programs.queries_care_plan import care_plan_of
from programs.rules.care_plan import gaps_in, to_answer


@transaction.atomic
def write_plan(
    *,
    episode: Episode,
    content: dict[str, Any],
    after: int,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> CarePlan:
    """Store the next version; `after` is the number of the one that the page showed (0: none yet).

    Raises Refused with every gap in `reasons`, Conflict when somebody saved a version meanwhile.
    """
    demand(by, "programs.care_plan")
    key = once(submit_key, scope="care_plan.write", by=by) if submit_key else None
    locked = lock_open_episode(episode.pk)
    not_by_break_glass(by, locked.person)
    latest = care_plan_of(locked)
    number = latest.number if latest else 0
    if number != after:
        raise Conflict("Somebody saved the plan meanwhile. Open it again, and add what is yours.")
    assessment = current_assessment(locked)
    wanted = [one.domain for one in to_answer(facts_of(assessment))] if assessment else []
    gaps = gaps_in(content, wanted)
    if gaps:
        raise Refused("plan_gaps", "Not everything is answered yet", reasons=gaps)
    plan = CarePlan.objects.create(
        episode=locked, data_key=locked.person.data_key, number=number + 1, content=content, made_by=by
    )
    record("care_plan.written", by=by, obj=plan, person=locked.person_id, number=plan.number)
    if key:
        key.done(url)
    return plan

"""What a person decides about answers from elsewhere: use them, or set them aside."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from intake.actions.sections import row_field, save_section
from intake.actions.status import lock_editable
from intake.actions.substance_rows import add_substance
from intake.choices import PrefillDecision
from intake.models import Assessment, Episode, Prefill
from intake.prefills import Offer, offers_of
from intake.rules.prefill import Standing


@transaction.atomic
def use_prefills(*, by: Any, assessment: Assessment, ids: Iterable[UUID]) -> tuple[int, int]:
    """Answer with what was offered: return how many were used, and how many were answered meanwhile.

    An answer that is given already is never overwritten. Raises Conflict when the answers can't change now.
    """
    episode, locked = lock_editable(assessment.pk)
    waiting = _lock(episode, ids)
    open_ones = [one for one in offers_of(locked, waiting) if one.standing == Standing.OPEN]
    for section, source in sorted({(one.prefill.section, one.prefill.source) for one in open_ones}):
        mine = [one for one in open_ones if (one.prefill.section, one.prefill.source) == (section, source)]
        _save(by, locked, section, source, mine)
    _decide([one.prefill for one in open_ones], PrefillDecision.USED, by)
    if open_ones:
        record("prefills.used", by=by, obj=locked, person=episode.person_id, count=len(open_ones),
               fields={one.prefill.field or "substance" for one in open_ones})  # fmt: skip
    return len(open_ones), len(waiting) - len(open_ones)


def _save(by: Any, assessment: Assessment, section: str, source: str, offers: list[Offer]) -> None:
    answers: dict[str, Mapping | None] = {}
    for one in offers:
        if one.prefill.field:
            answers[one.prefill.field] = one.answer
            continue
        row = add_substance(by=by, assessment=assessment)
        answers |= {row_field(row.pk, name): answer for name, answer in one.answer.items()}
    stored = assessment.sections.filter(key=section).first()
    save_section(
        by=by,
        assessment=assessment,
        key=section,
        bases=stored.version if stored else 0,
        answers=answers,
        source=source,
    )


@transaction.atomic
def set_prefills_aside(*, by: Any, assessment: Assessment, ids: Iterable[UUID]) -> int:
    """Say that what was offered is not so any more; return how many. Nothing is answered by it."""
    episode, locked = lock_editable(assessment.pk)
    waiting = _lock(episode, ids)
    _decide(waiting, PrefillDecision.SET_ASIDE, by)
    if waiting:
        record("prefills.set_aside", by=by, obj=locked, person=episode.person_id, count=len(waiting),
               fields={one.field or "substance" for one in waiting})  # fmt: skip
    return len(waiting)


def _lock(episode: Episode, ids: Iterable[UUID]) -> list[Prefill]:
    rows = episode.prefills.filter(pk__in=list(ids), decision="").order_by("position", "id")
    return list(rows.select_for_update(of=("self",)))


def _decide(prefills: list[Prefill], decision: str, by: Any) -> None:
    now = clock.now()
    for one in prefills:
        one.decision, one.decided_at, one.decided_by = decision, now, by
    Prefill.objects.bulk_update(prefills, ["decision", "decided_at", "decided_by"])

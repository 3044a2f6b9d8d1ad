"""Following up after a stay with nights: made with the discharge, tried, and ended."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from intake.picture import center_zone
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.choices_follow_up import CallResult, FollowUpOutcome, Naloxone
from programs.models import Admission, FollowUp, FollowUpTry
from programs.queries_follow_up import present_stays
from programs.queries_moves import had_nights
from programs.rules.follow_up import LAST_ENDS_AFTER, SHOWN_BEFORE, STEPS, schedule, unmade
from records.queries.people import same_person

SWEEP_LIMIT = 500
_ENDS = {
    CallResult.REACHED: FollowUpOutcome.REACHED,
    CallResult.NO_MORE_CALLS: FollowUpOutcome.DECLINED,
    CallResult.DIED: FollowUpOutcome.DIED,
}


def plan_follow_ups(*, admission: Admission, left_at: datetime, by: Any) -> list[FollowUp]:
    """Write every follow-up of a locked stay that ends at `left_at`; none when it had no nights.

    What was still open after an earlier stay of the person ends: the calls begin anew.
    """
    if not had_nights(admission):
        return []
    person = admission.episode.person
    earlier = FollowUp.objects.filter(admission__episode__person__in=same_person(person), done_at=None)
    _end(earlier, FollowUpOutcome.READMITTED, by=None, now=clock.now())
    made = FollowUp.objects.bulk_create(
        FollowUp(admission=admission, data_key=admission.data_key, step=step, due_at=due)
        for step, due in schedule(left_at, center_zone())
    )
    record("follow_up.planned", by=by, obj=admission, person=person, count=len(made))
    return made


@transaction.atomic
def log_call(
    *,
    follow_up: FollowUp,
    result: str,
    by: Any,
    naloxone: str = "",
    note: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> FollowUp:
    """Write one try. A call that reached the person ends this follow-up and says what naloxone it found.

    Whoever wants no more calls gets none after this stay; a death ends every follow-up of the person.
    Raises Refused with a field, or when it is too early, Conflict when it was ended already.
    """
    demand(by, "programs.follow_up")
    key = once(submit_key, scope="follow_up.call", by=by) if submit_key else None
    episode = lock_episode(follow_up.admission.episode_id)
    not_by_break_glass(by, episode.person)
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    if row.done_at is not None:
        raise Conflict("This follow-up was ended already.")
    now = clock.now()
    _demand_complete(row, result, naloxone, now)
    FollowUpTry.objects.create(follow_up=row, by=by, result=result)
    record("follow_up.tried", by=by, obj=row, person=episode.person_id, step=row.step, result=result)
    if result == CallResult.REACHED:
        row.outcome, row.done_at, row.done_by = FollowUpOutcome.REACHED, now, by
        row.said = {"naloxone": naloxone, "note": note.strip()}
        row.save(update_fields=["outcome", "done_at", "done_by", "said"])
    elif result in _ENDS:
        _end(_ended_by(result, row), _ENDS[CallResult(result)], by=by, now=now)
    if key:
        key.done(url)
    row.refresh_from_db()
    return row


def _demand_complete(row: FollowUp, result: str, naloxone: str, now: datetime) -> None:
    if result not in CallResult.values:
        raise Refused("result", "Select how the call went", field="result")
    if result == CallResult.REACHED and naloxone not in Naloxone.values:
        raise Refused("naloxone", "Select what was said about naloxone", field="naloxone")
    if row.due_at - now > SHOWN_BEFORE and result != CallResult.DIED:
        raise Refused("too_early", "This call is not due yet. Make it on its day.")


def _ended_by(result: str, row: FollowUp) -> Any:
    """Return the open follow-ups that one answer ends: those of the stay, after a death all of the person."""
    waiting = FollowUp.objects.filter(done_at=None)
    if result == CallResult.DIED:
        return waiting.filter(admission__episode__person__in=same_person(row.admission.episode.person))
    return waiting.filter(admission=row.admission_id)


def _end(rows: Any, outcome: str, *, by: Any, now: datetime) -> int:
    """End open follow-ups that nobody was reached for."""
    ids = list(rows.order_by("id").select_for_update(of=("self",)).values_list("pk", flat=True))
    return FollowUp.objects.filter(pk__in=ids).update(outcome=outcome, done_at=now, done_by=by)


def sweep_overtaken(now: datetime) -> None:
    """End follow-ups that are over without a call: the next one is due, or the last one is a month late."""
    later = FollowUp.objects.filter(
        admission=OuterRef("admission"), due_at__gt=OuterRef("due_at"), due_at__lte=now
    )
    over = Exists(later) | Q(step=STEPS[-1], due_at__lte=now - LAST_ENDS_AFTER)
    rows = (
        FollowUp.objects.filter(over, done_at=None, admission__discharged_at__isnull=False)
        .annotate(tried=Exists(FollowUpTry.objects.filter(follow_up=OuterRef("pk"))))
        .annotate(in_care=Exists(present_stays()))
        .select_related("admission__episode")
        .order_by("due_at", "id")
    )
    _end_unmade(rows[:SWEEP_LIMIT], now)


def _end_unmade(rows: Iterable[Any], now: datetime) -> None:
    for row in rows:
        outcome = unmade(tried=row.tried, in_care=row.in_care)
        if FollowUp.objects.filter(pk=row.pk, done_at=None).update(outcome=outcome, done_at=now):
            person = row.admission.episode.person_id
            record("follow_up.over", by=Actor.system(), obj=row, person=person, outcome=outcome)

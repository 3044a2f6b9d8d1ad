"""What was left open at an admission: written with a reason, finished by a person or seen to be finished."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from programs.actions.common import demand
from programs.models import Admission, OpenItem
from programs.rules.should_have import Should, due_at
from programs.should_have import shoulds_of

SWEEP_LIMIT = 200


def leave_open(
    admission: Admission, shoulds: Collection[Should], reason: str, by: Any, now: datetime
) -> list[OpenItem]:
    """Write what is open as rows with an owner and a due time, in the transaction of the admission.

    Raises Refused without a reason. What only matters before the arrival ends at once.
    """
    waiting = [one for one in shoulds if not one.there]
    if waiting and not reason.strip():
        raise Refused(
            "should_have", "Write why the person is admitted before this is finished", field="left_open"
        )
    rows = []
    for one in waiting:
        due = due_at(one.item, now)
        row = OpenItem.objects.create(
            admission=admission, data_key=admission.data_key, item=one.item, reason=reason.strip(), owner=by,
            due_at=due or now, done_at=None if due else now,
        )  # fmt: skip
        record("admission.left_open", by=by, obj=row, person=admission.episode.person_id, item=one.item)
        rows.append(row)
    return rows


@transaction.atomic
def finish(*, item: OpenItem, by: Any) -> OpenItem:
    """Say that something left open is finished. Raises Conflict when somebody said so before."""
    demand(by, "programs.prepare")
    episode = lock_episode(item.admission.episode_id)
    row = OpenItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if row.done_at is not None:
        raise Conflict("This was finished already.")
    row.done_at, row.done_by = clock.now(), by
    row.save(update_fields=["done_at", "done_by"])
    record("admission.open_item_done", by=by, obj=row, person=episode.person_id, item=row.item)
    return row


def end_with_stay(admission: Admission, by: Any, now: datetime) -> None:
    """End what is still open of a stay, in the transaction of the discharge: it can't be done now."""
    for row in OpenItem.objects.select_for_update(of=("self",)).filter(admission=admission, done_at=None):
        row.done_at = now
        row.save(update_fields=["done_at"])
        record(
            "admission.open_item_ended",
            by=by,
            obj=row,
            person=admission.episode.person_id,
            item=row.item,
        )


def sweep_finished(now: datetime) -> None:
    """End what was finished where it is kept, so that nobody has to say it twice."""
    waiting = OpenItem.objects.filter(done_at=None, admission__undo=None)
    rows = waiting.select_related("admission__episode__person__data_key").order_by("due_at", "id")
    there: dict[Any, set[str]] = {}
    for row in rows[:SWEEP_LIMIT]:
        episode = row.admission.episode
        if episode.pk not in there:
            there[episode.pk] = {one.item for one in shoulds_of(episode, now) if one.there}
        if row.item not in there[episode.pk]:
            continue
        changed = OpenItem.objects.filter(pk=row.pk, done_at=None).update(done_at=now)
        if changed:
            record(
                "admission.open_item_done",
                by=Actor.system(),
                obj=row,
                person=episode.person_id,
                item=row.item,
            )

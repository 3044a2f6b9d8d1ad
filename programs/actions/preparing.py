"""Preparing an arrival: the checklist, the arrival plan, and who else cares for the person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.templatetags.ui import clock_day
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.actions.prescriber_calls import end_with_contact, plan_for_contact
from programs.choices_admission import ContactKind, PreparationState
from programs.models import ArrivalPlan, CareContact, ChecklistItem
from programs.should_have import arrival_of
from records.models import Recipient


def _locked(episode: Episode, by: Any) -> Episode:
    demand(by, "programs.prepare")
    locked = lock_open_episode(episode.pk)
    not_by_break_glass(by, locked.person)
    return locked


@transaction.atomic
def write_checklist_item(
    *,
    episode: Episode,
    item: str,
    state: str,
    owner: str,
    note: str,
    done_on: date | None,
    by: Any,
    seen: list[str] | None = None,
) -> ChecklistItem:
    """Write where one thing to prepare stands. Done without a day is done today; a later day is refused.

    `seen` is what the page showed (`ChecklistItem.said`): raises Conflict when it says something else now.
    """
    locked = _locked(episode, by)
    now = clock.now()
    today = center_day(now)
    day = (done_on or today) if state == PreparationState.DONE else None
    if day is not None and day > today:
        raise Refused("done_on", "Give a day that is not in the future", field=f"{item}_done_on")
    rows = ChecklistItem.objects.select_for_update(of=("self",)).select_related("data_key", "updated_by")
    stood = rows.filter(episode=locked, item=item).first()
    if seen is not None and stood is not None and stood.said != seen:
        words = ", ".join(filter(None, (stood.get_state_display(), stood.owner, stood.note)))
        told = f"{stood.updated_by.display_name} wrote meanwhile: {words}. Save again to keep yours"
        raise Conflict(told, field=f"{item}_state", item=item)
    row, _made = ChecklistItem.objects.update_or_create(
        episode=locked,
        item=item,
        defaults={
            "data_key": locked.person.data_key,
            "state": state,
            "owner": owner.strip(),
            "note": note.strip(),
            "done_on": day,
            "updated_by": by,
            "updated_at": now,
        },
    )
    record("checklist.written", by=by, obj=row, person=locked.person_id, item=item, state=state)
    return row


@transaction.atomic
def write_checklist(*, episode: Episode, written: list[dict[str, Any]], by: Any) -> None:
    """Write everything that was changed on one page, all of it or nothing."""
    for one in written:
        write_checklist_item(episode=episode, by=by, **one)


@transaction.atomic
def plan_arrival(
    *,
    episode: Episode,
    expected_at: datetime,
    details: dict[str, str],
    by: Any,
    after: str | None = None,
    submit_key: UUID | None = None,
    url: str = "",
) -> ArrivalPlan:
    """Write when and how the person comes; the newest plan counts. Raises Refused for a time that is over.

    `after` is the id of the plan that the page showed, empty for none: raises Conflict for another one since.
    """
    key = once(submit_key, scope="arrival.plan", by=by) if submit_key else None
    locked = _locked(episode, by)
    if expected_at <= clock.now():
        raise Refused("expected_at", "Give a time that is still to come", field="expected_at")
    newest = arrival_of(locked)
    if after is not None and newest is not None and str(newest.pk) != after:
        ride = newest.details.get("ride", "")
        words = ", ".join(filter(None, (clock_day(newest.expected_at, clock.now()), ride)))
        told = f"{newest.made_by.display_name} planned this meanwhile: {words}. Save again to replace that"
        raise Conflict(told, field="expected_at")
    plan = ArrivalPlan.objects.create(
        episode=locked, data_key=locked.person.data_key, expected_at=expected_at, details=details, made_by=by
    )
    record("arrival.planned", by=by, obj=plan, person=locked.person_id, fields=sorted(details))
    if key:
        key.done(url)
    return plan


@transaction.atomic
def add_contact(
    *,
    episode: Episode,
    kind: str,
    details: dict[str, str],
    recipient: Recipient | None,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> CareContact:
    """Write down who else cares for the person; a prescriber is called when the person is admitted.

    Raises Refused for the helper of another.
    """
    key = once(submit_key, scope="care_contact.add", by=by) if submit_key else None
    locked = _locked(episode, by)
    if kind not in ContactKind.values:
        raise Refused("kind", "Select what they are to the person", field="kind")
    if recipient is not None and recipient.person_id not in (None, locked.person_id):
        raise Refused("recipient", "Select somebody from the list", field="recipient")
    contact = CareContact.objects.create(
        person=locked.person, data_key=locked.person.data_key, kind=kind, details=details,
        recipient=recipient, made_by=by,
    )  # fmt: skip
    record("care_contact.added", by=by, obj=contact, person=locked.person_id, kind=kind)
    plan_for_contact(contact, by, clock.now())
    if key:
        key.done(url)
    return contact


@transaction.atomic
def end_contact(*, episode: Episode, contact: CareContact, by: Any) -> CareContact:
    """Take somebody off the list; what was written stays. Raises Conflict when it was done already."""
    locked = _locked(episode, by)
    row = CareContact.objects.select_for_update(of=("self",)).get(pk=contact.pk, person=locked.person)
    if row.ended_at is not None:
        raise Conflict("This contact was taken off the list already.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record("care_contact.ended", by=by, obj=row, person=locked.person_id, kind=row.kind)
    end_with_contact(row, by, row.ended_at)
    return row

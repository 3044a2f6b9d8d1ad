"""The privacy review list: what was done comes in, and somebody else closes it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config import clock
from config.errors import Conflict, Refused
from outbox.submit import once
from records.choices import Finding, ReviewKind
from records.models import DataKey, Person, Review

DUE_WITHIN = {
    ReviewKind.BREAK_GLASS: timedelta(hours=24),
    ReviewKind.EMERGENCY_DISCLOSURE: timedelta(hours=24),
    ReviewKind.LATE_RECORD: timedelta(days=3),
    ReviewKind.JOINED_BY_SEARCH: timedelta(days=7),
    ReviewKind.RESTRICTION_OVERRIDE: timedelta(hours=24),
    ReviewKind.TRAIL_ALERT: timedelta(hours=24),
    ReviewKind.MISDIRECTED: timedelta(hours=24),
    ReviewKind.READING_RATE: timedelta(days=3),
}


@transaction.atomic
def open_review(
    *,
    kind: ReviewKind | str,
    by: Any,
    person: Person | None = None,
    obj: Any = None,
    due_at: datetime | None = None,
    subject_id: UUID | None = None,
) -> Review:
    """Put something on the review list, in the transaction of what was done.

    `by` is a user or an Actor; `obj` the row it is about. `subject_id` says whose act it was when that is not
    `by`, such as an alert that the system raises about a user. Due by kind unless `due_at` says otherwise.
    """
    kind = ReviewKind(kind)
    actor = Actor.of(by)
    if person is None:
        key = DataKey.make()
        key.save(force_insert=True)
    else:
        key = person.data_key
    review = Review(
        data_key=key,
        kind=kind,
        person=person,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, UUID) else None,
        subject_id=subject_id or (actor.id if actor.kind == ActorKind.STAFF else None),
        due_at=due_at or clock.now() + DUE_WITHIN[kind],
    )
    review.save(force_insert=True)
    record("review.opened", by=by, obj=review, person=person, kind=kind.value)
    return review


@transaction.atomic
def close_review(
    *, review: Review, by: Any, finding: str, note: str, submit_key: UUID | None = None
) -> Review:
    """Close a review with what was found and a note, which is sealed.

    Raises Refused for one's own act, an unknown finding or no note; Conflict when it was closed already;
    AlreadyDone when this submit was done before.
    """
    if not by.has_perm("records.review_work"):
        raise Refused("not_allowed", "A supervisor or the privacy officer reviews this.")
    key = once(submit_key, scope="review.close", by=by) if submit_key else None
    locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if locked.subject_id == by.pk:
        raise Refused("own_review", "You did this yourself, so somebody else reviews it.")
    if locked.closed_at is not None:
        raise Conflict(f"{locked.closed_by} closed this review already.")
    if finding not in Finding.values:
        raise Refused("finding", "Select what you found", field="finding")
    if not note.strip():
        raise Refused("note", "Write what you looked at", field="note")
    locked.finding, locked.note = finding, note.strip()
    locked.closed_at, locked.closed_by = clock.now(), by
    locked.save(update_fields=["finding", "note", "closed_at", "closed_by"])
    record(
        "review.closed", by=by, obj=locked, person=locked.person_id, kind=locked.kind, finding=str(finding)
    )
    if key:
        key.done(reverse("records:review-list"))
    return locked

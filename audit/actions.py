"""Writing the trail. Called inside the transaction of what it records: both commit, or neither."""

from typing import Any
from uuid import UUID

from django.db import DatabaseError

from audit.actors import Actor
from audit.context import session_mark
from audit.models import Event
from config.errors import TrailUnavailable

_PLAIN = (str, int, bool, type(None))
_LONGEST = 120


def _plain(value: Any) -> Any:
    """Turn ids and codes into JSON; refuse anything long enough to be somebody's words."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if not isinstance(value, _PLAIN):
        return str(getattr(value, "pk", value))[:_LONGEST]
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError("an audit event holds ids and codes, not text")
    return value


def record(name: str, *, by: Any, obj: Any = None, person: Any = None, fields: Any = (), **ids: Any) -> Event:
    """Record that `by` did `name` ("noun.verb") to `obj`, about `person` (a row or its id).

    `fields` are field names; `ids` are ids, codes, status words and counts. Raises ValueError for text, and
    TrailUnavailable when the event can't be written: then nothing that it would record may happen.
    """
    actor = Actor.of(by)
    event = Event(
        name=name,
        actor_kind=actor.kind,
        actor_id=actor.id,
        role=getattr(by, "role", ""),
        session=session_mark(),
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, UUID) else None,
        person_id=getattr(person, "pk", person),
        fields=sorted(fields),
        ids={key: _plain(value) for key, value in ids.items()},
    )
    try:
        event.save(force_insert=True)
    except DatabaseError as error:
        raise TrailUnavailable from error
    return event


def record_list(*, by: Any, what: str, shown: Any) -> None:
    """Record that `by` is about to see a list: `what`, and the ids of those `shown`; none is no event."""
    ids = [row.pk if hasattr(row, "pk") else row for row in shown]
    if ids:
        record("list.viewed", by=by, what=what, shown=ids)


def record_view(*, by: Any, person: Any, what: str, obj: Any = None, **ids: Any) -> Event:
    """Record that `by` is about to see `what` ("assessment", "packet", …) of `person`.

    Views call this before they render: when the event can't be written, nothing opens.
    """
    return record("record.viewed", by=by, obj=obj, person=person, what=what, **ids)

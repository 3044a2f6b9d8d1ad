"""Which keys open, for `manage.py check_keys`; and whose a key is."""

from dataclasses import dataclass, field
from uuid import UUID

from records.actions.keys import opens_now
from records.models import DataKey, Person
from records.models.data_key import CounselingKey, WrappedKey


@dataclass
class KeyHealth:
    """One table of keys: how many open, which don't (id, whose), how many were destroyed."""

    noun: str
    opened: int = 0
    destroyed: int = 0
    closed: list[tuple[UUID, str]] = field(default_factory=list)


def key_health() -> list[KeyHealth]:
    """Try every key of every table of keys, a few hundred at a time."""
    return [_health_of(DataKey, "data keys"), _health_of(CounselingKey, "keys of counseling notes")]


def _health_of(model: type[WrappedKey], noun: str) -> KeyHealth:
    health = KeyHealth(noun, destroyed=model._default_manager.filter(wrapped__isnull=True).count())
    for key in model._default_manager.filter(wrapped__isnull=False).order_by("id").iterator(chunk_size=500):
        if opens_now(key):
            health.opened += 1
        else:
            health.closed.append((key.pk, owner_of(key.pk)))
    return health


def person_of_key(key_id: UUID) -> Person | None:
    """Return the person whose data key this is, or None (a contact request's, or nobody's)."""
    return Person.objects.filter(data_key_id=key_id).first()


def owner_of(key_id: UUID) -> str:
    """Say whose a data key is, by id: a person's, or something that was not a person's yet."""
    person = person_of_key(key_id)
    return f"person {person.pk}" if person else "not a person's"

"""Creating and changing a person's record."""

from typing import Any

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from records.actions.care_team import join
from records.choices import TeamReason
from records.indexes import INDEX_COLUMNS, index_of
from records.models import DataKey, Person
from records.references import save_new
from records.sounds import VERSION, index_of_sounds

EDITABLE = ("name", "preferred_name", "date_of_birth", "phone", "email", "sex", "language")


def _set(person: Person, fields: dict[str, Any]) -> list[str]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not fields of a person: {sorted(unknown)}")
    changed = []
    for field, value in fields.items():
        setattr(person, field, value)
        changed.append(field)
        if field in INDEX_COLUMNS:
            setattr(person, INDEX_COLUMNS[field], index_of(field, value))
            changed.append(INDEX_COLUMNS[field])
    if {"name", "preferred_name"} & set(fields):
        changed += _set_sounds(person)
    return changed


def _set_sounds(person: Person) -> list[str]:
    person.name_sounds = index_of_sounds([person.name, person.preferred_name])
    person.sounds_version = VERSION
    return ["name_sounds", "sounds_version"]


@transaction.atomic
def reindex_batch(*, size: int) -> int:
    """Compute the sounds of up to `size` people whose row is of an earlier version; say how many."""
    people = list(
        Person.objects.filter(sounds_version__lt=VERSION)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)[:size]
    )
    for person in people:
        if person.data_key.wrapped is None:  # disposed of: there is no name to hear
            person.name_sounds, person.sounds_version = [], VERSION
            person.save(update_fields=["name_sounds", "sounds_version"])
        else:
            person.save(update_fields=_set_sounds(person))
    if people:
        record("people.reindexed", by=Actor.system(), people=len(people), version=VERSION)
    return len(people)


@transaction.atomic
def create_person(*, by: Any, name: str, **fields: Any) -> Person:
    """Create a person's record with its own data key; who creates it is on the care team.

    `phone` is E.164, `date_of_birth` an ISO date.
    """
    key = DataKey.make()
    key.save(force_insert=True)

    def make(reference: str) -> Person:
        person = Person(data_key=key, reference=reference)
        _set(person, {"name": name, **fields})
        return person

    person = save_new(make)
    record("person.created", by=by, obj=person, person=person, fields=["name", *fields])
    join(person=person, by=by, user=by, reason=TeamReason.CREATED)
    return person


@transaction.atomic
def update_person(*, person: Person, by: Any, **fields: Any) -> Person:
    """Change identifying fields of a person, with their indexes."""
    locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changed = _set(locked, fields)
    locked.save(update_fields=changed)
    record("person.changed", by=by, obj=locked, person=locked, fields=fields)
    return locked

"""What looking for people leaves behind."""

from typing import Any

from django.db import transaction

from audit.actions import record
from desk.queries import search_people
from records.models import Person


@transaction.atomic
def search(*, by: Any, **given: str) -> list[Person]:
    """Search people and record which fields were used and who was found, never what was typed."""
    found = search_people(by, **given)
    used = [name for name, value in given.items() if value]
    record("people.searched", by=by, fields=used, found=[person.pk for person in found])
    return found

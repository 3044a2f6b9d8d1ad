"""What looking for people leaves behind."""

from typing import Any

from django.db import transaction

from audit.actions import record
from desk.queries import search_people
from records.models import Person


@transaction.atomic
def search(*, by: Any, **given: str) -> list[Person]:
    """Search people and record which fields were used and how many were found, never what was typed."""
    found = search_people(by, **given)
    record(
        "people.searched", by=by, fields=[name for name, value in given.items() if value], found=len(found)
    )
    return found

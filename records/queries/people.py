"""Scoped reads of people: what a user may see, before anything else is asked."""

from typing import Any

from django.db.models import QuerySet

from records.indexes import INDEX_COLUMNS, index_of
from records.models import Person


def people_for(user: Any) -> QuerySet[Person]:
    """Return the people whose records `user` may open; nobody for roles that don't work with people."""
    if not user.has_perm("records.person_read"):
        return Person.objects.none()
    people = Person.objects.all()
    return people if user.has_perm("records.restricted_read") else people.filter(restricted=False)


def find_people(user: Any, *, name: str = "", phone: str = "", date_of_birth: str = "") -> QuerySet[Person]:
    """Return people that match every given value exactly (after folding case, accents and spacing)."""
    given = {"name": name, "phone": phone, "date_of_birth": date_of_birth}
    wanted = {INDEX_COLUMNS[field]: index_of(field, value) for field, value in given.items() if value}
    if not wanted or None in wanted.values():
        return Person.objects.none()
    return people_for(user).filter(**wanted).order_by("-created_at", "id")

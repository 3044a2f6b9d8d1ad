"""Which sections of a person's chart can go: the builders that the upper apps bring, chosen by category."""

from collections.abc import Collection

from records import hooks
from records.choices import Category
from records.door.grant import Sections
from records.models import Person


def available_sections(person: Person) -> Sections:
    """Return a builder for each category that this person's chart has."""
    found: dict = {}
    for hook in hooks.chart_sections:
        found |= hook(person=person)
    return {category: found[category] for category in Category if category in found}


def chosen_sections(person: Person, chosen: Collection[str]) -> Sections:
    """Return the builders of the chosen categories."""
    return {one: builder for one, builder in available_sections(person).items() if one in chosen}

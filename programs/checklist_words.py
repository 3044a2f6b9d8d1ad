"""The preparation checklist as the person and a helper read it, in English and in Spanish."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from config.templatetags.ui import day
from programs.choices_admission import Preparation, PreparationState

ITEMS = {
    Preparation.TIME_OFF: gettext_lazy("Arrange time off work or school"),
    Preparation.CHILDREN: gettext_lazy("Arrange care for children or relatives"),
    Preparation.PETS: gettext_lazy("Arrange care for pets"),
    Preparation.FINANCES: gettext_lazy("Put bills and payments in order"),
    Preparation.PACKING: gettext_lazy("Pack clothes and personal things"),
    Preparation.RECORDS: gettext_lazy("Gather medical records and medicines"),
    Preparation.PEOPLE: gettext_lazy("Tell the people who may know"),
}
STATES = {
    PreparationState.OPEN: gettext_lazy("Not done yet"),
    PreparationState.DONE: gettext_lazy("Done"),
    PreparationState.NOT_NEEDED: gettext_lazy("Not needed"),
}


def lines_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each thing in words of the language that is set, with a box that is ticked or not.

    `rows` have item, state, owner, done_on (an ISO day or None) and, for the person's own print, note.
    """
    return [
        {
            "title": str(ITEMS[Preparation(row["item"])]),
            "settled": row["state"] != PreparationState.OPEN,
            "state": _state(row),
            "owner": row["owner"],
            "note": row.get("note", ""),
        }
        for row in rows
    ]


def _state(row: dict[str, Any]) -> str:
    words = str(STATES[PreparationState(row["state"])])
    if not row["done_on"]:
        return words
    return gettext("%(state)s, %(day)s") % {
        "state": words,
        "day": day(date.fromisoformat(row["done_on"])),
    }

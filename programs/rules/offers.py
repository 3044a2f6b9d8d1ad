"""Is what a supervisor wrote of a program sound? Pure: the values in, the first thing to mend out."""

from collections.abc import Mapping
from typing import Any

from programs.choices import BED_LEVELS, Level
from programs.choices_programs import ASAM_LABELS, Operator, Service

_OF_DETOX = {Service.WITHDRAWAL, Service.MONITORING}
_RANGES = (
    ("stay_days_min", "stay_days_max", "Enter both, the fewest and the most days"),
    ("visits_min", "visits_max", "Enter both, the lowest and the highest number"),
)


def counts_slots(offer: Mapping[str, Any]) -> bool:
    """Tell whether a program counts slots: a day program of the center's."""
    return offer["operated_by"] == Operator.CENTER and offer["level"] not in BED_LEVELS


def unsound(offer: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the field to mend and what to do, or None. The database has those of columns as constraints."""
    level = offer["level"]
    if level == Level.DETOX and offer["operated_by"] != Operator.PARTNER:
        return "operated_by", "This center does not give medical detox. Select “A partner”"
    if offer["operated_by"] != Operator.PARTNER and _OF_DETOX & set(offer["services"]):
        return "services", "This center does not treat withdrawal. Leave that to programs of a partner"
    if counts_slots(offer) and not offer["slots"]:
        return "slots", "Enter how many people a day program takes"
    if offer["track"] and level != Level.RESIDENTIAL:
        return "track", "Only residential care is short-term or long-term"
    if offer["asam_label"] and offer["asam_label"] not in ASAM_LABELS[level]:
        fitting = ", ".join(ASAM_LABELS[level]) or "none"
        return "asam_label", f"Numbers that fit this level: {fitting}"
    for lowest, highest, words in _RANGES:
        pair = offer[lowest], offer[highest]
        if pair == (None, None):
            continue
        if None in pair:
            return (lowest if pair[0] is None else highest), words
        if pair[0] > pair[1]:
            return highest, "The second number is as large as the first, or larger"
    return None

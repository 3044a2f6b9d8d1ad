"""Decisions that differ from what the rules suggested: when, who, which way, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intake.queries import episodes_for
from programs.choices import Outcome
from programs.display import determination_words, suggestion_words
from programs.models import Determination
from programs.rules.below import direction

ELSEWHERE, UNKNOWN = "elsewhere", "unknown"
_WAYS = {
    "up": ("info", "More care"),
    "down": ("attention", "Less care"),
    "same": ("neutral", "Same level"),
    ELSEWHERE: ("neutral", "Elsewhere"),
    UNKNOWN: ("neutral", "Not known"),
}
_SECOND = {True: "A second clinician agreed", False: "A second clinician declined"}


@dataclass(frozen=True)
class Override:
    """One decision in words; `way` is "up", "down", "same", "elsewhere" or "unknown", with its chip.

    Where the suggestion can't be opened `suggested` is empty and the way is unknown.
    """

    signed: Determination
    way: str
    family: str
    way_words: str
    suggested: str
    decided: str
    second: str


def overrides_for(user: Any) -> QuerySet[Determination]:
    """Signed decisions other than the suggestion, of people whose record `user` may open, newest first."""
    return (
        Determination.objects.filter(episode__in=episodes_for(user))
        .exclude(outcome=Outcome.AGREE)
        .select_related("data_key", "signed_by", "episode", "recommendation__data_key")
        .order_by("-signed_at", "-id")
    )


def in_words(decisions: Collection[Determination]) -> list[Override]:
    """Each decision beside the suggestion that it was made on; reads nothing more."""
    return [_in_words(one) for one in decisions]


def _in_words(signed: Determination) -> Override:
    made, way = signed.recommendation, _way(signed)
    suggested = suggestion_words(made) if made.result else ""
    return Override(signed, way, *_WAYS[way], suggested, determination_words(signed), _second(signed))


def _way(signed: Determination) -> str:
    made = signed.recommendation
    if signed.outcome == Outcome.REFER:
        return ELSEWHERE
    if not made.result:
        return UNKNOWN
    return direction(
        level=signed.level,
        detox_first=signed.detox_first,
        suggested=made.suggested_level,
        rules_detox_first=made.detox_first,
    )


def _second(signed: Determination) -> str:
    if not signed.needs_second:
        return ""
    if signed.second_agrees is None:
        return "Waits for a second view" if signed.superseded_at is None else "Replaced before a second view"
    return _SECOND[signed.second_agrees]

"""The emergencies of episodes in words: what was said yes to, and what was done about it."""

from collections.abc import Collection
from typing import NamedTuple

from intake.answers import value_of
from intake.choices import DispositionAction
from intake.models import Episode, SafetyAddition, SafetyCheck
from intake.questions import SAFETY


class Emergency(NamedTuple):
    """One safety check with a yes. `done`: what was done, in words; empty while nobody wrote it down."""

    check: SafetyCheck
    said: str
    done: tuple[str, ...]
    additions: tuple[SafetyAddition, ...]


def emergencies_of(episodes: Collection[Episode]) -> list[Emergency]:
    """Return every emergency of these episodes, the newest first; as many queries however many there are."""
    checks = (
        SafetyCheck.objects.filter(episode__in=episodes, emergency=True)
        .select_related("data_key", "asked_by", "disposition_by")
        .order_by("-asked_at", "-id")
    )
    added: dict[object, list[SafetyAddition]] = {}
    rows = SafetyAddition.objects.filter(safety_check__in=checks).select_related("data_key", "by")
    for one in rows.order_by("at", "id"):
        added.setdefault(one.safety_check_id, []).append(one)
    return [Emergency(one, _said(one), _done(one), tuple(added.get(one.pk, ()))) for one in checks]


def _said(check: SafetyCheck) -> str:
    return " ".join(q.label for q in SAFETY.questions if value_of(check.answers, q.name) == "yes")


def _done(check: SafetyCheck) -> tuple[str, ...]:
    told = check.disposition or {}
    words = [DispositionAction(action).label for action in told.get("actions", ())]
    if told.get("told_911_at"):
        words.append(f"Told to call 911 at {told['told_911_at']}")
    if told.get("place"):
        words.append(f"Place of the caller: {told['place']}")
    return (*words, told["note"]) if told.get("note") else tuple(words)

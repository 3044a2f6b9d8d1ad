"""A medical clearance against what is known about its person: how long it holds, and what it leaves out."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings

from intake.models import Episode
from intake.picture import center_zone, facts_of
from intake.queries import current_assessment
from intake.rules.medicines import check_lines, check_medicines
from intake.rules.picture import build_picture
from programs.choices import BED_LEVELS
from programs.models import MedicalClearance
from programs.queries import determination_of
from programs.rules.clearance import WINDOWS_HOURS, Validity, not_said, validity
from programs.rules.clearance_person import not_compared, other_person
from programs.rules.clearance_tests import not_reported

_QT = "qt"  # a class of the list of medicines
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def windows() -> Mapping[str, int]:
    """Return the center's validity windows in hours; the defaults are those of the clinical document."""
    return {**WINDOWS_HOURS, **getattr(settings, "CLEARANCE_WINDOWS_HOURS", {})}


def validity_of(content: Mapping[str, Any]) -> Validity:
    """Return the end of a stored clearance under the present windows."""
    parts = {part: datetime.fromisoformat(at) for part, at in (content.get("parts") or {}).items()}
    return validity(datetime.fromisoformat(content["examined_at"]), parts, windows())


def picture_for(episode: Episode, now: datetime, said: Mapping[str, Any] = _NOTHING) -> Mapping[str, Any]:
    """Return what is known about the person, as the rules read it; empty without an assessment.

    Also which medicines can lengthen QT, by the answers and by the paper (`said`), and whether 24-hour care
    was decided.
    """
    assessment = current_assessment(episode)
    if assessment is None:
        return {}
    facts = facts_of(assessment)
    found = (*check_medicines(facts).found, *check_lines([said.get("medicines") or ""]).found)
    decision = determination_of(episode)
    return {
        **build_picture(facts, now=now, zone=center_zone()),
        "qt_medicines": sorted({one.name for one in found if _QT in one.classes}),
        "around_the_clock": decision is not None and decision.level in BED_LEVELS,
    }


def gaps_of(clearance: MedicalClearance, now: datetime) -> tuple[str, ...]:
    """List, in words, what a received clearance leaves out: of the always parts, and of those that apply."""
    said = clearance.said
    if not said:
        return ()
    person = clearance.episode.person
    names = filter(None, (person.name, person.preferred_name))
    return (
        *not_said(said),
        *not_compared(said, names, person.date_of_birth),
        *not_reported(picture_for(clearance.episode, now, said), said),
    )


def wrong_person(clearance: MedicalClearance) -> bool:
    """Tell whether a received clearance gives another date of birth than the record."""
    return other_person(clearance.said, clearance.episode.person.date_of_birth)

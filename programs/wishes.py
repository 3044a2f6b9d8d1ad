"""What a person wishes and needs, said where a bed or a program is chosen (seed 000 lines 111 to 118)."""

from typing import Any

from intake.display import words
from intake.models import AssessmentSection, Episode
from intake.queries import current_assessment
from intake.questions import BY_KEY

WISHES = (
    ("goals", "preferences"),
    ("goals", "setting_wish"),
    ("goals", "language_care"),
    ("goals", "access_needs"),
    ("goals", "earliest_start"),
    ("mental", "diagnoses"),
    ("health", "conditions_notes"),
)
"""Section and question of each. They rank and exclude nothing: whoever chooses reads them."""


_SECTIONS = ("goals", "mental", "health", "social")
Told = dict[str, dict[str, Any]]


def told_by(episode: Episode) -> Told:
    """Return the answers of the sections in which wishes and needs are told. Two queries."""
    assessment = current_assessment(episode)
    if assessment is None:
        return {}
    rows = AssessmentSection.objects.filter(assessment=assessment, key__in=_SECTIONS)
    return {row.key: row.answers for row in rows.select_related("data_key")}


def wishes_of(sections: Told) -> list[tuple[str, str]]:
    """Return each wish that was told, as question and words; empty when none was."""
    found = []
    for key, name in WISHES:
        told = sections.get(key, {}).get(name)
        if told and "value" in told:
            question = next(one for one in BY_KEY[key].questions if one.name == name)
            found.append((question.label, words(question, told)))
    return found

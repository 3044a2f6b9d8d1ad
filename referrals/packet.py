"""The packet a partner gets after it accepts: which answers belong to which category of the consent.

Only builders are made here; the door (`records.disclose`) runs those that the consent allows. Content is
lists of [label, text], so that page, print and stored copy are the same. Notes of calls stay here.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from config.templatetags.ui import day, phone_display
from intake.answers import MISSING_WORDS, value_of
from intake.models import Assessment, Episode
from intake.queries import current_assessment
from intake.questions import BY_KEY, REPEATABLE
from intake.questions.base import Kind, Question
from records.choices import Category, Language, Sex
from referrals.need import in_words

Rows = list[list[str]]
_PREGNANCY = frozenset({"pregnant"})
_MEDICINES = "Medicines and tests"
_PAYING = frozenset({"payer", "member_id"})
_CONTACT = frozenset({"language_care", "access_needs"})
_LEFT_OUT = frozenset({"zip_code", "legal"})


def packet_sections(episode: Episode) -> dict[Category, Callable[[], Rows]]:
    """Return a builder for every category that a partner's packet can have."""
    person, assessment = episode.person, current_assessment(episode)
    sections: dict[Category, Callable[[], Rows]] = {
        Category.IDENTITY: lambda: _identity(person),
        Category.CONTACT: lambda: _contact(person) + _answers(assessment, "goals", _CONTACT),
        Category.PRESENCE: lambda: [["Reference", episode.reference]],
    }
    if assessment is None:
        return sections
    medicines = {q.name for q in BY_KEY["health"].questions if q.group == _MEDICINES}
    health = {q.name for q in BY_KEY["health"].questions} - medicines - _PREGNANCY
    social = {q.name for q in BY_KEY["social"].questions} - _PAYING
    parts: dict[Category, tuple[str, Iterable[str] | None]] = {
        Category.HEALTH: ("health", health),
        Category.MEDICATIONS: ("health", medicines),
        Category.PREGNANCY: ("health", _PREGNANCY),
        Category.MENTAL_HEALTH: ("mental", None),
        Category.SOCIAL: ("social", social),
        Category.INSURANCE: ("social", _PAYING),
    }
    for category, (key, names) in parts.items():
        sections[category] = partial(_answers, assessment, key, names)
    sections[Category.SUBSTANCE_USE] = lambda: [
        *_substances(assessment),
        *_answers(assessment, "substances", None),
        *_answers(assessment, "withdrawal", None),
    ]
    return sections


def chart_sections(*, person: Any) -> dict[Category, Callable[[], Rows]]:
    """Return the builders of a person's newest episode, or of the person alone (a hook of records)."""
    episode = Episode.objects.filter(person=person).order_by("-opened_at", "-id").first()
    if episode is not None:
        return packet_sections(episode)
    return {Category.IDENTITY: lambda: _identity(person), Category.CONTACT: lambda: _contact(person)}


def _identity(person: Any) -> Rows:
    rows = [["Name", person.name]]
    if person.preferred_name:
        rows.append(["Likes to be called", person.preferred_name])
    rows.append(["Date of birth", _day(person.date_of_birth)])
    rows.append(["Sex", str(Sex(person.sex or "unknown").label)])
    return rows


def _day(iso: str | None) -> str:
    return day(date.fromisoformat(iso)) if iso else "Not known"


def _contact(person: Any) -> Rows:
    return [
        ["Phone", phone_display(person.phone) or "Not known"],
        ["Language", str(Language(person.language).label)],
    ]


def _answers(assessment: Assessment | None, key: str, names: Iterable[str] | None) -> Rows:
    """The asked questions of one section, in the order of the page; notes and left-out questions never."""
    if assessment is None:
        return []
    wanted = None if names is None else frozenset(names)
    stored = {section.key: section.answers for section in assessment.sections.all()}.get(key, {})
    return [
        [question.label, words(question, stored)]
        for question in BY_KEY[key].questions
        if question.name in stored
        and (wanted is None or question.name in wanted)
        and question.name not in _LEFT_OUT
        and not (question.name.endswith("_notes") and question.name != "conditions_notes")
    ]


def _substances(assessment: Assessment) -> Rows:
    rows: Rows = []
    questions = BY_KEY[REPEATABLE].row_questions
    for row in assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id"):
        told = [
            f"{question.label}: {words(question, row.details)}"
            for question in questions
            if question.name in row.details and question.name != "substance"
        ]
        if row.last_use_latest is not None:
            told.append(f"Last use at the latest: {in_words(row.last_use_latest.isoformat())}")
        substance = next(question for question in questions if question.name == "substance")
        name = words(substance, row.details) if "substance" in row.details else "Substance not named"
        rows.append([name, "; ".join(told) or "No details"])
    return rows


def words(question: Question, answers: Any) -> str:
    """Put an answer into words; a non-answer says which kind it is."""
    answer = answers[question.name]
    if "missing" in answer:
        return MISSING_WORDS[answer["missing"]]
    value = value_of(answers, question.name)
    labels = {choice.value: choice.label for choice in question.options}
    if isinstance(value, list):
        return ", ".join(labels.get(one, str(one)) for one in value)
    if question.kind == Kind.DATE:
        return _day(str(value))
    if question.kind == Kind.DATETIME:
        moment = datetime.fromisoformat(str(value))
        return in_words(moment.isoformat())
    text = labels.get(value, f"{value:g}" if isinstance(value, float) else str(value))
    return f"{text} {question.unit}".strip()

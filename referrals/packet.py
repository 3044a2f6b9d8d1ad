"""Which answers belong to which category of a consent, in words and as codes.

Only builders are made here; the door (`records.disclose`) runs those that the consent allows. Rows are lists
of [label, text], so that page, print and stored copy are the same; `coded_sections` adds the same answers
with their codes, for FHIR. Notes of calls stay here.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from config.templatetags.ui import phone_display
from intake.answers import value_of
from intake.choices_contact import Source
from intake.instrument_display import latest_results
from intake.models import Assessment, Episode
from intake.queries import current_assessment, newest_episode
from intake.questions import BY_KEY, REPEATABLE
from intake.readings import readings_of, records_of
from records.choices import Category, Language, Sex
from referrals.answer_words import told_day, words
from referrals.need import in_words
from referrals.packet_sources import plan_part, reach_part, safety_items

Rows = list[list[str]]
Part = dict[str, Any]
_PREGNANCY = frozenset({"pregnant", "pregnancy_weeks", "pregnancy_doctor"})
_MEDICINES = "Medicines and tests"
_PAYING = frozenset({"payer", "member_id"})
_CONTACT = frozenset({"language_care", "access_needs"})
_LEFT_OUT = frozenset(
    {
        *("zip_code", "legal", "buying", "monthly_spend", "signs_money", "screen_time_money"),
        *("pain_plan", "pain_specialist", "psychiatric_evaluation"),
    }
)
_VITALS = ("hr", "sbp", "dbp", "rr", "spo2", "temp_c", "vitals_at")
_USE_SCREENS = frozenset(
    {
        *("assist", "audit", "audit_c", "ciwa_ar", "cows", "dast10", "kds", "pawss", "sasq_alcohol"),
        *("sasq_drug", "sds", "sud_criteria", "taps1"),
    }
)
SCREENS = {
    Category.SUBSTANCE_USE: _USE_SCREENS,
    Category.MENTAL_HEALTH: frozenset({"asq", "cssrs_screener", "gad7", "pc_ptsd5", "phq9"}),
    Category.SOCIAL: frozenset({"ahc_hrsn", "prapare"}),
}
"""Whose results go with which category. An instrument that asks about several categories goes with none."""
_ASKED_VALUES = {
    Category.HEALTH: ("health", _VITALS),
    Category.MEDICATIONS: ("health", ("medicines", "mat_drug", "mat_dose", "allergies")),
    Category.MENTAL_HEALTH: ("mental", ("psychiatric_medicines",)),
    Category.PREGNANCY: ("health", ("pregnant",)),
    Category.INSURANCE: ("social", ("payer", "member_id")),
}
"""What has a code of its own besides its words: the section and its questions."""


def packet_sections(episode: Episode) -> dict[Category, Callable[[], Rows]]:
    """Return a builder of rows for every category that a packet can have."""
    return {category: partial(_rows_of, build) for category, build in coded_sections(episode).items()}


def _rows_of(build: Callable[[], Part]) -> Rows:
    rows: Rows = build()["rows"]
    return rows


def coded_sections(episode: Episode) -> dict[Category, Callable[[], Part]]:
    """Return a builder of {"rows", "items", ...codes} for every category that a packet can have.

    `items` are [key of the question, label, text]: the rows that answer a question of the assessment.
    """
    person, assessment = episode.person, current_assessment(episode)
    sections: dict[Category, Callable[[], Part]] = {
        Category.IDENTITY: lambda: _identity_part(person),
        Category.CONTACT: lambda: _contact_part(episode, assessment),
        Category.PRESENCE: lambda: _presence_part(episode),
    }
    if assessment is None:
        return sections
    medicines = {q.name for q in BY_KEY["health"].questions if q.group == _MEDICINES}
    health = {q.name for q in BY_KEY["health"].questions} - medicines - _PREGNANCY
    social = {q.name for q in BY_KEY["social"].questions} - _PAYING
    asked: dict[Category, dict[str, Iterable[str] | None]] = {
        Category.SUBSTANCE_USE: {"substances": None, "withdrawal": None, "signs": None},
        Category.HEALTH: {"health": health},
        Category.MEDICATIONS: {"health": medicines},
        Category.MENTAL_HEALTH: {"mental": None},
        Category.PREGNANCY: {"health": _PREGNANCY},
        Category.SOCIAL: {"social": social},
        Category.INSURANCE: {"social": _PAYING},
    }
    return sections | {one: partial(_part, assessment, one, asked[one]) for one in asked}


def _part(assessment: Assessment, category: Category, asked: dict[str, Iterable[str] | None]) -> Part:
    items = [item for key, names in asked.items() for item in _answers(assessment, key, names)]
    items = safety_items(assessment.episode, category) + items
    part: Part = {"items": items, "rows": [item[1:] for item in items]}
    if category == Category.SUBSTANCE_USE:
        part["substances"] = _substances(assessment)
        part["rows"] = [[one["name"], one["told"]] for one in part["substances"]] + part["rows"]
    if category in SCREENS:
        part["scores"] = _scores(assessment.episode, SCREENS[category])
        part["rows"] += [[one["label"], f"{one['text']}. {one['meaning']}"] for one in part["scores"]]
    if category in _ASKED_VALUES:
        key, names = _ASKED_VALUES[category]
        stored = _stored(assessment, key)
        values = {name: value_of(stored, name) for name in names}
        part["values"] = {name: value for name, value in values.items() if value is not None}
    if category == Category.INSURANCE:
        plan = plan_part(assessment.episode)
        part |= plan | {"rows": part["rows"] + plan["rows"]}
    return part


def _scores(episode: Episode, wanted: Iterable[str]) -> list[dict[str, Any]]:
    """The last result of each of these instruments, in words, with the total where there is one."""
    return [
        {
            "instrument": one.reading.instrument,
            "label": one.label,
            "text": one.result.line,
            "meaning": one.result.meaning,
            "total": one.reading.total if one.reading.complete else None,
            "band": one.reading.band if one.reading.complete and isinstance(one.reading.band, str) else "",
            "at": one.reading.observed_at.isoformat(),
        }
        for one in latest_results(readings_of(records_of(episode)))
        if one.reading.instrument in wanted
    ]


def chart_sections(*, person: Any) -> dict[Category, Callable[[], Rows]]:
    """Return the builders of a person's newest episode, or of the person alone (a hook of records)."""
    episode = newest_episode(person)
    named = {Category.IDENTITY: lambda: _identity(person)}
    if episode is not None:
        return packet_sections(episode) | named
    return {**named, Category.CONTACT: lambda: _contact(person)}


def _identity_part(person: Any) -> Part:
    told = ("name", "preferred_name", "date_of_birth", "sex", "reference")
    return {"rows": _identity(person), **{name: getattr(person, name) or "" for name in told}}


def _contact_part(episode: Episode, assessment: Assessment | None) -> Part:
    person, reach = episode.person, reach_part(episode)
    items = _answers(assessment, "goals", _CONTACT)
    rows = _contact(person) + [item[1:] for item in items] + reach["rows"]
    told = {"phone": person.phone or "", "language": person.language}
    return reach | told | {"rows": rows, "items": items}


def _presence_part(episode: Episode) -> Part:
    rows = [["Reference", episode.reference]]
    asked = episode.contact_request
    return {
        "rows": rows,
        "reference": episode.reference,
        "since": episode.opened_at.isoformat(),
        "by_phone": asked is not None and asked.source in (Source.PHONE, Source.PAPER),
    }


def _identity(person: Any) -> Rows:
    rows = [["Name", person.name]]
    if person.preferred_name:
        rows.append(["Likes to be called", person.preferred_name])
    rows.append(["Date of birth", told_day(person.date_of_birth)])
    rows.append(["Sex", str(Sex(person.sex or "unknown").label)])
    return rows


def _contact(person: Any) -> Rows:
    return [
        ["Phone", phone_display(person.phone) or "Not known"],
        ["Language", str(Language(person.language).label)],
    ]


def _stored(assessment: Assessment, key: str) -> Any:
    return {section.key: section.answers for section in assessment.sections.all()}.get(key, {})


def _answers(assessment: Assessment | None, key: str, names: Iterable[str] | None) -> Rows:
    """[key, label, text] of a section's asked questions, in the order of the page.

    Notes and left-out questions never.
    """
    if assessment is None:
        return []
    wanted = None if names is None else frozenset(names)
    stored = _stored(assessment, key)
    return [
        [f"{key}.{question.name}", question.label, words(question, stored)]
        for question in BY_KEY[key].questions
        if question.name in stored
        and (wanted is None or question.name in wanted)
        and question.name not in _LEFT_OUT
        and not (question.name.endswith("_notes") and question.name != "conditions_notes")
    ]


def _substances(assessment: Assessment) -> list[dict[str, Any]]:
    """Every substance row: its code, its name, and what was told of it, in one text and by question."""
    rows = []
    questions = BY_KEY[REPEATABLE].row_questions
    for row in assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id"):
        details = [
            [question.name, question.label, words(question, row.details)]
            for question in questions
            if question.name in row.details and question.name != "substance"
        ]
        if row.last_use_latest is not None:
            latest = in_words(row.last_use_latest.isoformat())
            details.append(["last_use_latest", "Last use at the latest", latest])
        told = [f"{label}: {text}" for _name, label, text in details]
        substance = next(question for question in questions if question.name == "substance")
        name = words(substance, row.details) if "substance" in row.details else "Substance not named"
        code = value_of(row.details, "substance") or ""
        rows.append({"code": code, "name": name, "told": "; ".join(told) or "No details", "details": details})
    return rows

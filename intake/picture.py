"""Reading an assessment: its facts, the picture the rules judge, and where each part of it comes from."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from intake.answers import value_of
from intake.models import Assessment
from intake.questions import BY_KEY, REPEATABLE, SAFETY, SECTIONS, Question, Section
from intake.questions.safety import SUICIDE
from intake.readings import readings_of, records_of
from intake.rules.catalogue import BY_ID
from intake.rules.facts import Facts, SafetyAnswers, ToldUse, UseRow
from intake.rules.picture import build_picture
from intake.rules.readings import inputs
from intake.rules.uses import Use, uses


class Source(NamedTuple):
    """Where a key of the picture comes from: the section's key, the question, and the id on its page.

    For an instrument the section is INSTRUMENTS, and the anchor the id of its record, or while there is none
    the number of its form.
    """

    section: str
    label: str
    anchor: str


INSTRUMENTS = "instruments"
_INSTRUMENT_KEYS = {
    "cows": ("cows", "COWS"),
    "ciwa": ("ciwa_ar", "CIWA-Ar"),
    "ciwa_perceptual_max": ("ciwa_ar", "CIWA-Ar: perception"),
    "ciwa_orientation": ("ciwa_ar", "CIWA-Ar: orientation"),
    "pawss": ("pawss", "PAWSS"),
}


def instrument_url(episode_id: UUID, place: str) -> str:
    """The address of an instrument's record, or of its form when `place` is a number."""
    if place.isdigit():
        return reverse("intake:instrument-give", args=[episode_id, int(place)])
    return reverse("intake:instrument-record", args=[episode_id, place])


def center_zone() -> ZoneInfo:
    """The center's time zone."""
    return ZoneInfo(settings.CENTER_TIME_ZONE)


def facts_of(assessment: Assessment) -> Facts:
    """Everything the assessment knows. As many queries, however many substances there are."""
    person = assessment.episode.person
    rows = assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id")
    checks = assessment.episode.safety_checks.order_by("asked_at", "id")
    told = assessment.episode.reported_uses.order_by("last_use_latest", "id")
    return Facts(
        sections={section.key: section.answers for section in assessment.sections.all()},
        rows=tuple(UseRow(row.details, row.last_use_latest, str(row.id)) for row in rows),
        checks=tuple(SafetyAnswers(check.answers, check.waits_for_disposition) for check in checks),
        date_of_birth=_date(person.date_of_birth),
        readings=readings_of(records_of(assessment.episode)),
        told=tuple(ToldUse(use.details["substance"], use.last_use_latest) for use in told),
    )


def picture_of(assessment: Assessment, now: datetime) -> dict[str, Any]:
    """The input of the detox rules built from the answers; what is not known is absent, never "no"."""
    return build_picture(facts_of(assessment), now=now, zone=center_zone())


def sources_of(assessment: Assessment) -> dict[str, Source]:
    """Each input key of the picture to its question, as `sources_in` does, read from the database."""
    return sources_in(facts_of(assessment))


def sources_in(facts: Facts) -> dict[str, Source]:
    """Each input key of the picture (dotted inside objects; `substances.<code>.<key>`) to its question.

    In page order: the safety check, then the sections, the rows of a section before its other questions.
    """
    found: dict[str, Source] = {}
    for section in (SAFETY, *SECTIONS):
        if section.key == REPEATABLE:
            found |= _row_sources(section, facts)
        for question in section.questions:
            if question.rule_key:
                found[question.rule_key] = Source(section.key, question.label, f"id_{question.name}")
    suicide = SAFETY.question(SUICIDE)
    found["suicidality.safety_check"] = Source(SAFETY.key, suicide.label, f"id_{SUICIDE}")
    return found | _instrument_sources(facts)


def _row_sources(section: Section, facts: Facts) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for use in uses(facts):
        for question in section.row_questions:
            if question.rule_key:
                key = question.rule_key.replace("substances", f"substances.{use.code}", 1)
                found.setdefault(key, _source_of(use, question))
    return found


def _source_of(use: Use, question: Question) -> Source:
    """The row's own question; for a use that another answer tells of, the question with that answer."""
    if not use.told_by:
        return Source(REPEATABLE, question.label, f"id_{use.row.id}-{question.name}")
    telling = BY_KEY[use.section].question(use.told_by)
    label = telling.label if telling else question.label
    return Source(use.section, label, f"id_{use.row.id}-{use.told_by}" if use.row.id else f"id_{use.told_by}")


def asked_in_vain(facts: Facts) -> frozenset[str]:
    """Input keys whose question was asked and not answered: the person doesn't know, or rather not says."""
    latest = facts.checks[-1].answers if facts.checks else {}
    found = set()
    for section in (SAFETY, *SECTIONS):
        answers = latest if section is SAFETY else facts.sections.get(section.key, {})
        found |= {q.rule_key for q in section.questions if "missing" in answers.get(q.name, ())}
    rows = next(section for section in SECTIONS if section.key == REPEATABLE).row_questions
    for row in facts.rows:
        code = value_of(row.answers, "substance") or "other"
        found |= {
            question.rule_key.replace("substances", f"substances.{code}", 1)
            for question in rows
            if "missing" in row.answers.get(question.name, ())
        }
    return frozenset(found - {""})


def _instrument_sources(facts: Facts) -> dict[str, Source]:
    """Each measured key to the record that gave it, or to where it can be given."""
    found, read = {}, inputs(facts.readings)
    for key, (instrument, label) in _INSTRUMENT_KEYS.items():
        place = read[key].reading.id if key in read else str(BY_ID[instrument].number)
        found[key] = Source(INSTRUMENTS, label, place)
    screen = read.get("suicidality")
    if screen is not None:
        label = f"{BY_ID[screen.reading.instrument].short}: thoughts of suicide"
        found["suicidality.screen"] = Source(INSTRUMENTS, label, screen.reading.id)
    return found


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

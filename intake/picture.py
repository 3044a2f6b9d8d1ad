"""Reading an assessment: its facts, the picture the rules judge, and where each part of it comes from."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from intake.answers import value_of
from intake.models import Assessment
from intake.questions import REPEATABLE, SAFETY, SECTIONS
from intake.questions.safety import SUICIDE
from intake.rules.facts import Facts, SafetyAnswers, UseRow
from intake.rules.picture import build_picture


class Source(NamedTuple):
    """Where a key of the picture comes from: the section's key, the question, and the id on its page."""

    section: str
    label: str
    anchor: str


def center_zone() -> ZoneInfo:
    """The center's time zone."""
    return ZoneInfo(settings.CENTER_TIME_ZONE)


def facts_of(assessment: Assessment) -> Facts:
    """Everything the assessment knows. Four queries, however many substances there are."""
    person = assessment.episode.person
    rows = assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id")
    checks = assessment.episode.safety_checks.order_by("asked_at", "id")
    return Facts(
        sections={section.key: section.answers for section in assessment.sections.all()},
        rows=tuple(UseRow(row.details, row.last_use_latest, str(row.id)) for row in rows),
        checks=tuple(SafetyAnswers(check.answers, check.waits_for_disposition) for check in checks),
        date_of_birth=_date(person.date_of_birth),
    )


def picture_of(assessment: Assessment, now: datetime) -> dict[str, Any]:
    """The input of the detox rules built from the answers; what is not known is absent, never "no"."""
    return build_picture(facts_of(assessment), now=now, zone=center_zone())


def sources_of(assessment: Assessment) -> dict[str, Source]:
    """Each input key of the picture (dotted inside objects; `substances.<code>.<key>`) to its question."""
    found = {}
    for section in (SAFETY, *SECTIONS):
        for question in section.questions:
            if question.rule_key:
                found[question.rule_key] = Source(section.key, question.label, f"id_{question.name}")
    suicide = SAFETY.question(SUICIDE)
    found["suicidality.safety_check"] = Source(SAFETY.key, suicide.label, f"id_{SUICIDE}")
    for row in facts_of(assessment).rows:
        code = value_of(row.answers, "substance") or "other"
        for question in next(s for s in SECTIONS if s.key == REPEATABLE).row_questions:
            if question.rule_key:
                key = question.rule_key.replace("substances", f"substances.{code}", 1)
                found.setdefault(key, Source(REPEATABLE, question.label, f"id_{row.id}-{question.name}"))
    return found


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

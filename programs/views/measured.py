"""What instruments tell a clinician on the review page: latest results with their age, and hints."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from config.templatetags.ui import clock_day
from intake.instrument_display import NOT_A_DIAGNOSIS, Latest, latest_results
from intake.rules.facts import Facts
from intake.rules.hints import hints
from programs.rules.ratings import FACTOR_NAMES

NOTHING = "No instrument was given or recorded in this episode."


def measured_area(facts: Facts, episode_id: UUID) -> dict[str, Any]:
    """The latest result of each instrument, with what it means and when it was observed."""
    lines = [
        {
            "label": one.label,
            "answer": _answer(one),
            "at": one.reading.observed_at,
            "known": one.result.complete,
            "url": reverse("intake:instrument-record", args=[episode_id, one.reading.id]),
        }
        for one in latest_results(facts.readings)
    ]
    return {
        "title": "Instruments and measured scores",
        "lines": lines,
        "unasked": 0,
        "url": reverse("intake:instruments", args=[episode_id]),
        "note": NOT_A_DIAGNOSIS if lines else NOTHING,
    }


def _answer(one: Latest) -> str:
    return f"{one.result.line}. {one.result.meaning.rstrip('.')}. {clock_day(one.reading.observed_at)}"


def rating_hints(facts: Facts, episode_id: UUID) -> list[dict[str, str]]:
    """The hints for the ratings as lines, each with the address of the record it comes from."""
    return [
        {
            "factor": f"{one.factor} {FACTOR_NAMES[one.factor]}",
            "rating": one.rating,
            "reason": one.reason,
            "url": reverse("intake:instrument-record", args=[episode_id, one.record]),
        }
        for one in hints(facts.readings)
    ]

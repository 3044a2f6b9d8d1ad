"""Reading what an episode says about a person's need, and putting a card into words."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from intake.answers import value_of
from intake.models import Episode
from intake.picture import picture_of
from intake.queries import current_assessment
from intake.substances import BY_CODE
from referrals.rules.need import card, need_of

_LABELS = {code: substance.label for code, substance in BY_CODE.items()}


def suggested_need(episode: Episode, now: datetime) -> dict[str, Any]:
    """Build the need from the episode's answers; what nobody asked stays not known."""
    assessment = current_assessment(episode)
    answers: dict[str, Any] = {}
    picture: dict[str, Any] = {}
    if assessment is not None:
        picture = picture_of(assessment, now)
        for section in assessment.sections.all():
            answers.update(section.answers)
    person = episode.person
    return need_of(
        picture,
        payer=value_of(answers, "payer"),
        pregnant=_pregnant(value_of(answers, "pregnant")),
        sex=person.sex or "unknown",
        language=value_of(answers, "language_care") or person.language,
        now=now,
    )


def _pregnant(answer: str | None) -> str | None:
    return {"not_able": "no"}.get(answer, answer) if answer else None


def in_words(moment: str) -> str:
    """Put an ISO time into words in the center's zone: Tue 14 Jul, 9:05 pm."""
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))
    return f"{local:%a} {local.day} {local:%b}, {local.hour % 12 or 12}:{local:%M} {local:%p}".replace(
        "AM", "am"
    ).replace("PM", "pm")


def card_of(need: dict[str, Any], categories: Collection[str]) -> list[tuple[str, list[str]]]:
    """Return the card of a stored need as far as a consent to `categories` allows. Identifies nobody."""
    return card(need, _LABELS, in_words, categories)

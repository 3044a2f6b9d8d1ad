"""Reading what an episode says about a person's need, and putting a card into words."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as noop

from config.clock import center_day
from config.templatetags.ui import clock_day
from intake.answers import value_of
from intake.models import Episode
from intake.picture import picture_of
from intake.queries import current_assessment
from intake.queries_coverage import coverage, verified_plan
from intake.substances import BY_CODE
from referrals.choices import Payer, PayerFrom
from referrals.rules.need import card, need_of

NAMES = (
    noop("Kratom leaf, powder, capsules or tea"), noop("Kratom extract, shot or resin"),
    noop("7-OH (7-hydroxymitragynine) product"),
    noop("Prescription opioid"), noop("Heroin"), noop("Fentanyl"), noop("Methadone"), noop("Buprenorphine"),
    noop("Tramadol"), noop("Tianeptine"), noop("Alcohol"), noop("Benzodiazepine"),
    noop("Z-drug (sleeping pill)"), noop("Barbiturate"), noop("GHB, GBL, phenibut or baclofen"),
    noop("Gabapentin or pregabalin"),
    noop("Stimulant (cocaine, methamphetamine and others)"), noop("Cannabis"), noop("Hallucinogen"),
    noop("Inhalant"), noop("Something else"),
)  # fmt: skip
"""The names of substances as cards say them, marked for Spanish; a test compares them with the list."""
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
    payer, payer_from = _payer(episode, answers, now)
    need = need_of(
        picture,
        payer=payer,
        pregnant=_pregnant(value_of(answers, "pregnant")),
        sex=person.sex or "unknown",
        language=value_of(answers, "language_care") or person.language,
        now=now,
        zip_code=value_of(answers, "zip_code"),
        wishes=value_of(answers, "preferences") or (),
    )
    return {**need, "payer_from": payer_from}


def _payer(episode: Episode, answers: dict[str, Any], now: datetime) -> tuple[str | None, str]:
    """Return who pays, and where that comes from: a plan that was verified, else the person's answer."""
    plan = verified_plan(coverage(episode, now), center_day(now))
    if plan is not None and plan.details["payer"] in Payer.values:
        return plan.details["payer"], PayerFrom.PLAN.value
    told = value_of(answers, "payer")
    return told, PayerFrom.ANSWER.value if told else PayerFrom.NOBODY.value


def _pregnant(answer: str | None) -> str | None:
    return {"not_able": "no"}.get(answer, answer) if answer else None


def in_words(moment: str) -> str:
    """Put an ISO time into words in the center's zone: Tue 14 Jul, 9:05 pm."""
    if get_language() == "es":
        return clock_day(datetime.fromisoformat(moment))
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))
    return f"{local:%a} {local.day} {local:%b}, {local.hour % 12 or 12}:{local:%M} {local:%p}".replace(
        "AM", "am"
    ).replace("PM", "pm")


def card_of(need: dict[str, Any], categories: Collection[str]) -> list[tuple[str, list[str]]]:
    """Return the card of a stored need as far as a consent to `categories` allows. Identifies nobody."""
    return card(need, _LABELS, in_words, categories)

"""The benefit summary in plain words: what was verified, by whom, when, and what else can be done.

Rows are [label, text], so that the page, the print and the stored copy are the same. Nothing clinical, and
no words that a plan said: those are staff's notes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings

from config.clock import center_day
from intake.choices_coverage import AuthorizationState, WayKind
from intake.coverage_display import plan_title
from intake.coverage_words import LABELS, LEVELS, SENTENCES, UNITS, day_in, word_in
from intake.models import BenefitCheck, Episode, OtherWay
from intake.queries_coverage import Coverage, coverage
from intake.queries_paying import authorizations_of, estimate_of, ways_of
from intake.rules.coverage import dollars

Rows = list[list[str]]
_MONEY = ("deductible", "deductible_met", "copay", "most_in_a_year")
_TERMS = ("deductible", "deductible_met", "copay", "coinsurance", "most_in_a_year", "units")


def builder(episode: Episode, language: str, now: datetime) -> Callable[[], Rows]:
    """Return what the door runs when the summary may leave."""
    return lambda: rows_of(episode, language, now)


def rows_of(episode: Episode, language: str, now: datetime) -> Rows:
    """Return the summary of an episode in `language` (en, es), in the order of the page."""
    covered = coverage(episode, now)
    rows: Rows = []
    for policy in covered.policies:
        rows.append(["plan", plan_title(policy)])
        if policy.pk in covered.newest:
            rows += _answer(covered.newest[policy.pk], language)
    if not covered.newest:
        rows.append(["said", _say(language, "waived" if covered.state == "waived" else "nothing")])
    rows += _granted(episode, language, now)
    rows += _ways(episode, covered, language)
    rows += _estimate(episode, language)
    rows.append(["guarantee", _say(language, "guarantee")])
    rows.append(["money", _say(language, "money", phone=settings.CENTER_PHONE)])
    return [[LABELS[language][label], text] for label, text in rows]


def _say(language: str, sentence: str, **values: Any) -> str:
    return SENTENCES[language][sentence].format(**values)


def _answer(check: BenefitCheck, language: str) -> Rows:
    asked = center_day(check.asked_at or check.made_at)
    values = {
        "by": check.made_by.display_name,
        "center": settings.CENTER_NAME,
        "day": day_in(asked, language),
        "spoken_to": check.spoken_to,
    }
    rows = [["asked", _say(language, "asked" if check.spoken_to else "asked_alone", **values)]]
    if check.reference:
        rows.append(["reference", check.reference])
    rows.append(["said", _say(language, f"state_{check.state}")])
    terms = check.terms or {}
    paid = [
        _say(language, name, amount=dollars(terms[name]) if name in _MONEY else terms[name])
        for name in _TERMS
        if name in terms
    ]
    return [*rows, *([["pay", " ".join(paid)]] if paid else [])]


def _granted(episode: Episode, language: str, now: datetime) -> Rows:
    today = center_day(now)
    return [
        [
            "said",
            _say(
                language,
                "authorized",
                units=one.units_granted,
                unit=word_in(UNITS, one.asked["unit"], language),
                day=day_in(one.ends_on, language),
            ),
        ]
        for one in authorizations_of(episode)
        if one.state == AuthorizationState.GRANTED and not one.closed_at and one.ends_on >= today
    ]


def _ways(episode: Episode, covered: Coverage, language: str) -> Rows:
    """What was offered and is open; after a no without any, everything that there is."""
    offered = [_way(one, language) for one in ways_of(episode) if one.done_at is None]
    if covered.state == "denied" and not offered:
        offered = [_say(language, kind) for kind in WayKind.values]
    return [["ways", "\n".join(offered)]] if offered else []


def _way(one: OtherWay, language: str) -> str:
    words = _say(language, one.kind)
    return f"{words} {_say(language, 'last_day', day=day_in(one.due_on, language))}" if one.due_on else words


def _estimate(episode: Episode, language: str) -> Rows:
    made = estimate_of(episode)
    if made is None:
        return []
    told = made.details
    unit = told["unit"] if told["units"] == 1 else f"{told['unit']}s"
    text = _say(
        language,
        "estimate",
        level=word_in(LEVELS, told["level"], language),
        units=told["units"],
        unit=word_in(UNITS, unit, language),
        total=dollars(told["total"]),
    )
    return [["estimate", text]]

"""What the review page shows: what is known by area, and the suggestion with its reasons."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from intake.display import words
from intake.picture import Source, center_zone, facts_of, sources_of
from intake.questions import REPEATABLE, SAFETY, SECTIONS
from intake.rules.facts import Facts
from intake.rules.flags import flags
from intake.rules.picture import build_picture
from programs.actions.recommendations import REVIEWABLE
from programs.display import (
    MESSAGE_WORDS,
    OUTCOME_FAMILY,
    OUTCOME_WORDS,
    determination_words,
    flag_words,
    key_words,
    source_links,
    suggestion_words,
)
from programs.models import Recommendation
from programs.queries import determination_of, recommendation_of
from programs.rules.ratings import ANCHORS, FACTOR_NAMES
from programs.views.common import Opened, assessment_of


def review_context(user: Any, opened: Opened) -> dict[str, Any]:
    """Return everything that the review page shows, apart from its forms."""
    episode = opened.episode
    assessment = assessment_of(opened)
    facts, made = facts_of(assessment), recommendation_of(episode)
    signed = determination_of(episode)
    sources = sources_of(assessment)
    in_review = assessment.status in REVIEWABLE
    return opened.context(
        assessment=assessment,
        areas=_areas(facts, episode.pk),
        flags=flags(build_picture(facts, now=opened.now, zone=center_zone())),
        recommendation=made,
        suggestion=_suggestion(made, sources, episode.pk) if made else None,
        outdated=made is not None and made.assessment_version != assessment.version,
        determination=signed,
        decided=determination_words(signed) if signed else "",
        may_rate=in_review and user.has_perm("programs.recommend"),
        may_decide=in_review and made is not None and user.has_perm("programs.decide"),
        in_review=in_review,
    )


def _areas(facts: Facts, episode_id: UUID) -> list[dict[str, Any]]:
    """Every section with what was answered, what the person didn't say, and how much was not asked."""
    areas = [_safety(facts, episode_id)]
    for section in SECTIONS:
        url = reverse("intake:assessment-section", args=[episode_id, section.key])
        answers = facts.sections.get(section.key, {})
        lines = []
        if section.key == REPEATABLE:
            for row in facts.rows:
                lines += _lines(section.row_questions, row.answers, url, f"{row.id}-")
        lines += _lines(section.questions, answers, url)
        unasked = sum(question.name not in answers for question in section.questions)
        areas.append({"title": section.title, "lines": lines, "unasked": unasked, "url": url})
    return areas


def _safety(facts: Facts, episode_id: UUID) -> dict[str, Any]:
    url = reverse("intake:safety-check", args=[episode_id])
    latest = facts.checks[-1].answers if facts.checks else {}
    raised = [q for q in SAFETY.questions if (latest.get(q.name) or {}).get("value") != "no"]
    lines = [line for line in _lines(tuple(raised), latest, url) if line["answer"]]
    unasked = sum(question.name not in latest for question in SAFETY.questions)
    return {
        "title": SAFETY.title,
        "lines": lines,
        "unasked": unasked,
        "url": url,
        "note": "" if lines or unasked else "Every question was answered no.",
    }


def _lines(questions: Any, answers: Any, url: str, prefix: str = "") -> list[dict[str, Any]]:
    return [
        {
            "label": question.label,
            "answer": words(question, answers[question.name]),
            "known": "missing" not in answers[question.name],
            "url": url if "safety" in url else f"{url}#id_{prefix}{question.name}",
        }
        for question in questions
        if answers.get(question.name) is not None
    ]


def _suggestion(made: Recommendation, sources: dict[str, Source], episode_id: UUID) -> dict[str, Any]:
    """The stored result in words: every rule that fired, what is unknown, and what would change it."""
    detox, care = made.result["detox"], made.result["loc"]

    def fired(result: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {**rule, "links": source_links(rule["inputs"], sources, episode_id)} for rule in result["fired"]
        ]

    return {
        "words": suggestion_words(made),
        "detox": OUTCOME_WORDS[made.detox_outcome],
        "family": OUTCOME_FAMILY[made.detox_outcome],
        "detox_rules": fired(detox),
        "care_rules": fired(care),
        "care": care,
        "messages": [MESSAGE_WORDS.get(code, code) for code in detox.get("messages", [])],
        "unknown": [key_words(key, sources) for key in detox.get("missing", [])],
        "unrated": [FACTOR_NAMES.get(key, key) for key in care.get("missing", [])],
        "flags": [flag_words(flag, dict(FACTOR_NAMES)) for flag in care.get("flags", [])],
        "detox_if": [_without(one) for one in detox.get("counterfactuals", []) if one["changes"]],
        "care_if": [_rated(one) for one in care.get("counterfactuals", [])],
    }


def _without(one: dict[str, Any]) -> str:
    return f"Without {one['rule']}: {OUTCOME_WORDS[one['outcome']].lower()}"


def _rated(one: dict[str, Any]) -> str:
    factor, to = one["factor"], one["to"]
    return f"{factor} {one['from']} to {to} ({ANCHORS[factor][to].lower()}): level {one['level']}"

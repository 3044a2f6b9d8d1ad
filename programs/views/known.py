"""What the review page shows: what is known by area, and what the rules suggest."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from intake.display import words
from intake.emergencies import emergencies_of
from intake.picture import center_zone, facts_of, sources_in
from intake.questions import REPEATABLE, SAFETY, SECTIONS
from intake.rules.derived import points
from intake.rules.facts import Facts
from intake.rules.instrument_flags import every_flag
from intake.rules.medicines import check_medicines
from intake.rules.picture import build_picture
from programs.choices import REVIEWABLE
from programs.course import course_context
from programs.display import determination_words
from programs.earlier import earlier_care
from programs.queries import determination_of, is_outdated, recommendation_of
from programs.views.common import Opened, assessment_of
from programs.views.measured import measured_area, rating_hints
from programs.views.suggestion import suggestion_of


def review_context(user: Any, opened: Opened) -> dict[str, Any]:
    """Return everything that the review page shows, apart from its forms."""
    episode = opened.episode
    assessment = assessment_of(opened)
    facts, made = facts_of(assessment), recommendation_of(episode)
    signed = determination_of(episode)
    sources = sources_in(facts)
    in_review = assessment.status in REVIEWABLE
    picture = build_picture(facts, now=opened.now, zone=center_zone())
    current = made is not None and made.assessment_id == assessment.pk
    return opened.context(
        assessment=assessment,
        emergencies=emergencies_of([episode]),
        areas=_areas(facts, episode.pk),
        flags=every_flag(picture, facts),
        points=points(facts),
        medicines=check_medicines(facts),
        **course_context(facts, picture, opened.now, opened.held),
        recommendation=made,
        suggestion=suggestion_of(made, sources, user) if made else None,
        outdated=made is not None and is_outdated(made, assessment),
        determination=signed,
        decided=determination_words(signed) if signed else "",
        may_rate=in_review and user.has_perm("programs.recommend"),
        may_decide=in_review and current and user.has_perm("programs.decide"),
        in_review=in_review,
        earlier=earlier_care(user, episode),
        hints=rating_hints(facts, episode.pk),
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
                lines += _lines(section.row_questions, row.answers, url, section.key, str(row.id))
            lines += _told(facts, episode_id)
        lines += _lines(section.questions, answers, url, section.key)
        unasked = sum(question.name not in answers for question in section.questions)
        areas.append({"title": section.title, "lines": lines, "unasked": unasked, "url": url})
    return [*areas, measured_area(facts, episode_id)]


def _told(facts: Facts, episode_id: UUID) -> list[dict[str, Any]]:
    """What was reported of use beside the answers, with the latest time it can have been."""
    url = reverse("intake:report-use", args=[episode_id])
    return [
        {"label": "Use that was reported", "answer": one.substance, "known": True, "at": one.at, "url": url}
        for one in facts.told
    ]


def _safety(facts: Facts, episode_id: UUID) -> dict[str, Any]:
    url = reverse("intake:safety-check", args=[episode_id])
    latest = facts.checks[-1].answers if facts.checks else {}
    raised = [q for q in SAFETY.questions if (latest.get(q.name) or {}).get("value") != "no"]
    lines = [line for line in _lines(tuple(raised), latest, url, SAFETY.key) if line["answer"]]
    unasked = sum(question.name not in latest for question in SAFETY.questions)
    return {
        "title": SAFETY.title,
        "lines": lines,
        "unasked": unasked,
        "url": url,
        "note": "" if lines or unasked else "The last time, every question was answered no.",
    }


def _lines(questions: Any, answers: Any, url: str, section: str, row: str = "") -> list[dict[str, Any]]:
    """Each answered question, with the address of its answer and what "ask about this" is about."""
    at, flat = (f"#id_{row}-", f"{row}:") if row else ("#id_", "")
    return [
        {
            "label": question.label,
            "answer": words(question, answers[question.name]),
            "known": "missing" not in answers[question.name],
            "url": url if "safety" in url else f"{url}{at}{question.name}",
            "about": f"{section}/{flat}{question.name}",
        }
        for question in questions
        if answers.get(question.name) is not None
    ]

"""What the rules can still say while answers are missing, and the one question that would tell most."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from intake.picture import Source, asked_in_vain, center_zone, facts_of, sources_in
from intake.rules.picture import build_picture
from intake.substances import PRESCRIBED
from programs.display import OUTCOME_FAMILY, OUTCOME_WORDS
from programs.models import Recommendation
from programs.queries import recommendation_of
from programs.rules.detox import DETOX, decide_detox
from programs.rules.inputs import MEASURED
from programs.rules.level_of_care import LEVEL_OF_CARE
from programs.rules.possible import Possible, PossibleLevels, possible_detox, possible_levels
from programs.rules.terms import OUTCOMES
from programs.views.common import assessment_of, open_episode
from programs.wording import key_url, key_words, used_answers

LEVEL_NAMES = {
    "outpatient": "Outpatient",
    "IOP": "Intensive outpatient (IOP)",
    "PHP": "Partial hospitalization (PHP)",
    "residential": "Residential",
    "inpatient": "Inpatient",
}


@staff("programs.review_read")
@require_safe
def so_far(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The outcomes still possible; for htmx the panel alone, to stand beside the assessment."""
    opened = open_episode(request, episode_id, "suggestion so far")
    assessment = assessment_of(opened)
    facts = facts_of(assessment)
    picture = _nobody_prescribes(build_picture(facts, now=opened.now, zone=center_zone()))
    sources, vain = sources_in(facts), asked_in_vain(facts)
    possible = possible_detox(picture, list(sources), vain)
    levels = possible_levels(_rated(recommendation_of(opened.episode)), possible.outcomes)
    context = opened.context(
        possible=possible,
        ladder=_ladder(possible),
        levels=_level_words(levels),
        unrated=[key_words(key) for key in levels.unrated],
        best=_best(possible, sources, episode_id),
        best_rating=key_words(levels.best.key) if levels.best else "",
        certain=_certain(possible, picture, sources, episode_id),
        measured_words=_measured_words(possible),
        open_answers=_open_answers(possible, sources, vain, episode_id),
    )
    template = "programs/_so_far.html" if request.htmx else "programs/so_far.html"
    return render(request, template, context)


def _nobody_prescribes(picture: dict[str, Any]) -> dict[str, Any]:
    """Return the picture with alcohol, kratom and the like as not prescribed: nobody has to be asked."""
    uses = {
        code: use if code in PRESCRIBED else {"prescribed_stable": False, **use}
        for code, use in picture.get("substances", {}).items()
    }
    return {**picture, "substances": uses}


def _rated(made: Recommendation | None) -> dict[str, Any]:
    """Return the ratings that a clinician has given so far."""
    if made is None:
        return {}
    return {name: value for name, value in made.snapshot["loc"].items() if name != "detox"}


def _ladder(possible: Possible) -> list[dict[str, Any]]:
    """Return the five outcomes, lowest first, with whether each can still be the result."""
    return [
        {
            "words": OUTCOME_WORDS[outcome],
            "family": OUTCOME_FAMILY[outcome],
            "open": outcome in possible.outcomes,
        }
        for outcome in OUTCOMES
    ]


def _level_words(levels: PossibleLevels) -> list[str]:
    """Return the settings that the levels stand for, each once, with the level numbers as labels."""
    numbers: dict[str, list[str]] = {}
    for level in levels.levels:
        setting = LEVEL_OF_CARE.settings[LEVEL_OF_CARE.ladder.index(level)]
        numbers.setdefault(LEVEL_NAMES[setting], []).append(level)
    return [f"{name} ({', '.join(labels)})" for name, labels in numbers.items()]


def _best(possible: Possible, sources: dict[str, Source], episode_id: UUID) -> dict[str, Any] | None:
    if possible.best is None:
        return None
    key = possible.best.key
    danger = OUTCOMES[possible.best.danger]
    return {
        "words": key_words(key),
        "url": key_url(key, sources, episode_id),
        "measured": key in MEASURED,
        "danger": OUTCOME_WORDS[danger] if possible.best.danger > possible.span.low else "",
    }


def _certain(
    possible: Possible, picture: dict[str, Any], sources: dict[str, Source], episode_id: UUID
) -> list[dict[str, Any]]:
    """Return the rules that fire whatever is still answered, with the answers they rest on."""
    return [
        {
            "id": rule.id,
            "statement": rule.statement,
            "source": rule.source,
            "answers": used_answers(rule.inputs, {"detox": picture}, sources, episode_id),
        }
        for rule in decide_detox(picture, DETOX).fired
        if rule.id in possible.certain
    ]


def _measured_words(possible: Possible) -> str:
    """Return the outcome that only a measurement can still show; empty when answers reach as far."""
    return OUTCOME_WORDS[possible.outcomes[-1]] if possible.asked_high < possible.span.high else ""


def _open_answers(
    possible: Possible,
    sources: dict[str, Source],
    vain: frozenset[str],
    episode_id: UUID,
) -> list[dict[str, Any]]:
    """Return what is not known in three groups: not asked, asked without an answer, not measured."""
    groups: dict[str, list[tuple[str, str]]] = {"Not asked": [], "Asked, no answer": [], "Not measured": []}
    for key in possible.unknown:
        name = "Asked, no answer" if key in vain else "Not measured" if key in MEASURED else "Not asked"
        groups[name].append((key_words(key), key_url(key, sources, episode_id)))
    return [{"title": title, "lines": lines} for title, lines in groups.items() if lines]

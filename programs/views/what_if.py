"""What if an answer were another: what the rules say then, beside the real result. Nothing is saved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.forms import render_form
from intake.picture import center_zone, facts_of
from intake.rules.picture import build_picture
from programs.choices import LEVEL_OF_SETTING, Level
from programs.display import MESSAGE_WORDS, OUTCOME_FAMILY, OUTCOME_WORDS
from programs.forms.what_if import WhatIfForm
from programs.queries import recommendation_of
from programs.rules.detox import decide_detox
from programs.rules.io import BadInput
from programs.rules.level_of_care import decide_level
from programs.views.common import assessment_of, open_episode
from programs.wording import key_words


@staff("programs.recommend")
@require_http_methods(["GET", "POST"])
def what_if(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Try other answers and ratings. A POST only renders: the record and the suggestion stay as they are."""
    opened = open_episode(request, episode_id, "what if")
    facts = facts_of(assessment_of(opened))
    picture = build_picture(facts, now=opened.now, zone=center_zone())
    made = recommendation_of(opened.episode)
    ratings = dict(made.snapshot["loc"]) if made else {}
    ratings.pop("detox", None)
    form = WhatIfForm(request.POST or None, picture=picture, ratings=ratings)
    real = _result(picture, ratings)
    tried, keys = real, []
    if form.is_bound and form.is_valid():
        try:
            changed, tried_ratings, keys = form.changed()
            tried = _result(changed, tried_ratings)
        except BadInput:
            form.add_error(None, "The rules can't read these values. Change them and try again")
    context = opened.context(
        form=form,
        rows=_compare(real, tried),
        differs=real != tried,
        tried=bool(keys),
        keys=[key_words(key) for key in keys],
        rules=_rules(real, tried),
        family=OUTCOME_FAMILY[tried["outcome"]],
        outcome=OUTCOME_WORDS[tried["outcome"]],
    )
    return render_form(request, "programs/what_if.html", context, form)


def _result(picture: Mapping[str, Any], ratings: Mapping[str, Any]) -> dict[str, Any]:
    """Run both rule sets, as a suggestion would, and return what is compared."""
    detox = decide_detox(picture)
    care = decide_level({**ratings, "detox": detox.outcome})
    return {
        "outcome": detox.outcome,
        "setting": detox.setting or "",
        "messages": [MESSAGE_WORDS.get(code, code) for code in detox.messages],
        "care": f"{Level(LEVEL_OF_SETTING[care.setting]).label}, level {care.recommended}",
        "minimum": care.minimum_safe,
        "preferred": care.preferred,
        "rules": {rule.id: rule.statement for rule in (*detox.fired, *care.fired)},
    }


def _compare(real: dict[str, Any], tried: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of the comparison: what, real, tried, and whether they differ."""
    lines = (
        ("Medical detox", OUTCOME_WORDS[real["outcome"]], OUTCOME_WORDS[tried["outcome"]]),
        ("Level of care for now", real["care"], tried["care"]),
        ("Safe at least", real["minimum"], tried["minimum"]),
        ("Preferred", real["preferred"], tried["preferred"]),
        ("Say and do", " · ".join(real["messages"]), " · ".join(tried["messages"])),
    )
    return [{"what": what, "real": a, "tried": b, "differs": a != b} for what, a, b in lines]


def _rules(real: dict[str, Any], tried: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the rules that fire in one of the two only: id, statement, and which."""
    gone = [
        (one, words, "No longer fires") for one, words in real["rules"].items() if one not in tried["rules"]
    ]
    new = [(one, words, "Fires now") for one, words in tried["rules"].items() if one not in real["rules"]]
    return [*new, *gone]

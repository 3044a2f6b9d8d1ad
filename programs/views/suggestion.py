"""The stored result of the rules in words: what they say, why, what is not known, what would change it."""

from collections.abc import Mapping
from typing import Any

from intake.picture import Source
from programs.choices import LEVEL_OF_SETTING, Level
from programs.display import MESSAGE_WORDS, OUTCOME_FAMILY, OUTCOME_WORDS, flag_words, suggestion_words
from programs.models import Recommendation
from programs.rules.changes import step_of
from programs.rules.level_of_care import LEVEL_OF_CARE
from programs.rules.ratings import ANCHORS, FACTOR_NAMES
from programs.rules.terms import OUTCOMES
from programs.wording import key_url, key_words, step_words, used_answers


def suggestion_of(made: Recommendation, sources: Mapping[str, Source], user: Any) -> dict[str, Any]:
    """Return everything that the suggestion shows. Results of earlier versions show what they kept.

    What would raise a result is for clinicians only.
    """
    clinician = user.has_perm("programs.recommend")
    detox, care = made.result["detox"], made.result["loc"]
    return {
        "words": suggestion_words(made),
        "detox": OUTCOME_WORDS[made.detox_outcome],
        "family": OUTCOME_FAMILY[made.detox_outcome],
        "setting": _SETTINGS.get(detox.get("setting") or "", ""),
        "held": _held(made),
        "messages": [MESSAGE_WORDS.get(code, code) for code in detox.get("messages", [])],
        **_detox_rules(made, sources),
        "care_rules": _rules(care["fired"], made, sources),
        "care": care,
        "alternatives": _alternatives(care),
        "unknown": [
            (key_words(key), key_url(key, sources, made.episode_id)) for key in detox.get("missing", [])
        ],
        "unrated": [FACTOR_NAMES.get(key, key) for key in care.get("missing", [])],
        "flags": [flag_words(flag, dict(FACTOR_NAMES)) for flag in care.get("flags", [])],
        **_changes(detox, clinician),
        "care_if": _care_changes(care, higher=False),
        "care_more_if": _care_changes(care, higher=True) if clinician else [],
    }


_SETTINGS = {
    "24h_monitored": "Watched day and night",
    "ambulatory_possible": "Without an overnight stay may be possible",
}


def _held(made: Recommendation) -> str:
    """Return the earlier outcome that still stands, in words; empty when none does."""
    held = made.result["plan"].get("held")
    return OUTCOME_WORDS[held["outcome"]] if held else ""


def _rules(
    fired: list[dict[str, Any]], made: Recommendation, sources: Mapping[str, Source]
) -> list[dict[str, Any]]:
    return [
        {**rule, "answers": used_answers(rule["inputs"], made.snapshot, sources, made.episode_id)}
        for rule in fired
    ]


def _detox_rules(made: Recommendation, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the rules that decide the outcome, the others that fired, and those that wait for an answer."""
    detox = made.result["detox"]
    reasons = detox.get("reasons", {})
    rules = _rules(detox["fired"], made, sources)
    for rule in rules:
        rule["stand_in"] = bool(reasons) and rule["id"] not in reasons["certain"] and rule["id"] != "N-01"
    level = OUTCOMES.index(detox["outcome"])
    waiting = [
        {
            **rule,
            "words": OUTCOME_WORDS[rule["outcome"]],
            "answers": [
                {"label": key_words(key), "value": "", "url": key_url(key, sources, made.episode_id)}
                for key in rule["unknown"]
            ],
        }
        for rule in reasons.get("open_rules", [])
    ]
    return {
        "detox_rules": [rule for rule in rules if rule["outcome"] == detox["outcome"]],
        "other_rules": [rule for rule in rules if rule["outcome"] != detox["outcome"]],
        "open_rules": [rule for rule in waiting if OUTCOMES.index(rule["outcome"]) > level],
        "open_below": [rule for rule in waiting if OUTCOMES.index(rule["outcome"]) <= level],
    }


def _changes(detox: dict[str, Any], clinician: bool) -> dict[str, Any]:
    """Return what would change the detox outcome, answer by answer, and whether the dose matters at all."""
    reasons = detox.get("reasons", {})
    changes = [_change(one) for one in reasons.get("changes", [])]
    level = OUTCOMES.index(detox["outcome"])
    return {
        "detox_if": [one for one in changes if not one["higher"]],
        "detox_more_if": [one for one in changes if one["higher"]] if clinician else [],
        "without": [
            (one["rule"], OUTCOME_WORDS[one["outcome"]])
            for one in detox.get("counterfactuals", [])
            if one["changes"]
        ],
        "unmoved": [
            key_words(f"substances.{dose['code']}")
            for dose in reasons.get("doses", [])
            if dose["low"] == dose["high"] == level
        ],
    }


def _change(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": key_words(one["key"]),
        "answer": step_words(one["key"], step_of(one["step"])),
        "words": OUTCOME_WORDS[one["outcome"]],
        "family": OUTCOME_FAMILY[one["outcome"]],
        "higher": one["higher"],
    }


def _care_changes(care: dict[str, Any], *, higher: bool) -> list[dict[str, str]]:
    """Return for each factor the nearest other rating that changes the level, in the words of its anchor."""
    ladder = LEVEL_OF_CARE.ladder
    now = ladder.index(care["recommended"]) if care.get("recommended") else 0
    return [
        {
            "what": FACTOR_NAMES[one["factor"]],
            "answer": f"{ANCHORS[one['factor']][one['to']]} ({one['from']} to {one['to']})",
            "words": _level(one["level"]),
        }
        for one in care.get("counterfactuals", [])
        if (ladder.index(one["level"]) > now) == higher
    ]


def _level(label: str) -> str:
    """Return a step of the ladder as the level of care it stands for, with its number as a label."""
    setting = LEVEL_OF_CARE.settings[LEVEL_OF_CARE.ladder.index(label)]
    return f"{Level(LEVEL_OF_SETTING[setting]).label}, level {label}"


def _alternatives(care: dict[str, Any]) -> list[tuple[str, str]]:
    """Return every other level that is safe at least, lowest first, with how it stands to the suggestion."""
    if not care.get("recommended"):
        return []
    ladder = LEVEL_OF_CARE.ladder
    now = ladder.index(care["recommended"])
    found: dict[str, str] = {}
    for index in range(ladder.index(care["minimum_safe"]), len(ladder)):
        name = Level(LEVEL_OF_SETTING[LEVEL_OF_CARE.settings[index]]).label
        if LEVEL_OF_CARE.settings[index] != LEVEL_OF_CARE.settings[now]:
            how = "less than suggested, still safe at least" if index < now else "more than suggested"
            found.setdefault(name, how)
    return list(found.items())

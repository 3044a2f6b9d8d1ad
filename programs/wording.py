"""Inputs of the rules in words: what was answered, and what else could be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from intake.picture import INSTRUMENTS, Source, instrument_url
from intake.questions import REPEATABLE, SAFETY, SECTIONS, Question
from intake.substances import BY_CODE
from programs.choices import Severity
from programs.rules.detox import DETOX
from programs.rules.inputs import SCORES, Step
from programs.rules.ratings import ANCHORS, FACTOR_NAMES
from programs.rules.ruleset import Substance

NOT_KNOWN = "Not known"
RATING_WORDS = {
    **{key: f"{key} {name}" for key, name in FACTOR_NAMES.items()},
    "sud": "How severe the use disorder is",
    "remission_months": "Months in remission",
}
SCORE_WORDS = {
    "cows": "COWS total",
    "ciwa": "CIWA-Ar total",
    "ciwa_perceptual_max": "CIWA-Ar, highest perception item",
    "ciwa_orientation": "CIWA-Ar, orientation item",
    "pawss": "PAWSS total",
}
GROUP_WORDS = {
    "substances": "Substances",
    "vitals": "Vital signs",
    "medical": "Illnesses",
    "red_flags": "Safety check",
}
_WORDS = {"yes": "Yes", "no": "No", "unknown": NOT_KNOWN, True: "Yes", False: "No"}
_UNITS = (("mg ", "milligrams "), ("g/day", "grams/day"), ("/day", " a day"))
_QUESTIONS: dict[str, Question] = {
    question.rule_key: question
    for section in (SAFETY, *SECTIONS)
    for question in section.questions
    if question.rule_key
}
_ROW_QUESTIONS: dict[str, Question] = {
    question.rule_key.removeprefix("substances.").removeprefix("substances"): question
    for question in next(section for section in SECTIONS if section.key == REPEATABLE).row_questions
    if question.rule_key
}


@dataclass(frozen=True)
class UsedAnswer:
    """One answer that a rule read: what it is about, what it says, and where it stands."""

    label: str
    value: str
    url: str


def used_answers(
    inputs: Iterable[str], snapshot: Mapping[str, Any], sources: Mapping[str, Source], episode_id: UUID
) -> list[UsedAnswer]:
    """Return the answers behind a rule's inputs, as they were when the rules ran."""
    detox, ratings = snapshot.get("detox", {}), snapshot.get("loc", {})
    return [
        UsedAnswer(
            key_words(key),
            rating_value(key, ratings.get(key)) if key in RATING_WORDS else value_words(key, detox),
            key_url(key, sources, episode_id),
        )
        for key in inputs
    ]


def key_words(key: str) -> str:
    """Return an input key as words: its question, after the substance it is about, or the key spelled out."""
    group, _, rest = key.partition(".")
    if group == "substances" and rest:
        code, _, field = rest.partition(".")
        name = BY_CODE[code].label if code in BY_CODE else code.replace("_", " ")
        asked = _ROW_QUESTIONS.get(field)
        return f"{name}: {asked.label[0].lower()}{asked.label[1:]}" if asked and field else name
    for words in (RATING_WORDS, SCORE_WORDS, GROUP_WORDS):
        if key in words:
            return words[key]
    return _QUESTIONS[key].label if key in _QUESTIONS else key.replace("_", " ").replace(".", ": ")


def key_url(key: str, sources: Mapping[str, Source], episode_id: UUID) -> str:
    """Return the address of the answer behind a key; ratings stand on the review page itself."""
    if key in RATING_WORDS:
        return f"#id_{key}"
    near = (s for name, s in sources.items() if name.startswith(f"{key}.") or key.startswith(f"{name}."))
    found = sources.get(key) or next(near, None)
    if found is None:
        return reverse("intake:assessment", args=[episode_id])
    return answer_url(episode_id, found)


def answer_url(episode_id: UUID, source: Source) -> str:
    """Return the address of one answer."""
    if source.section == INSTRUMENTS:
        return instrument_url(episode_id, source.anchor)
    if source.section == "safety":
        return reverse("intake:safety-check", args=[episode_id])
    page = reverse("intake:assessment-section", args=[episode_id, source.section])
    return f"{page}#{source.anchor}"


def rating_value(key: str, value: Any) -> str:
    """Return a rating with its anchor, a severity, or months."""
    if value is None:
        return "Not rated"
    if key in ANCHORS:
        return f"{value}: {ANCHORS[key][value]}"
    return Severity(value).label if key == "sud" else f"{value} months"


def value_words(key: str, picture: Mapping[str, Any]) -> str:
    """Return what a picture says to a dotted key, as people read it."""
    group, _, rest = key.partition(".")
    held = picture.get(group)
    if not rest:
        return _whole(group, held)
    if group == "substances":
        code, _, field = rest.partition(".")
        use = (held or {}).get(code)
        if not field:
            return use_words(code, use or {})
        return _use_value(code, field, (use or {}).get(field))
    if isinstance(held, str):
        return one_value(key, "no" if group == "red_flags" else held)
    return one_value(key, (held or {}).get(rest))


def _whole(group: str, held: Any) -> str:
    if group == "substances":
        names = [BY_CODE[code].label if code in BY_CODE else code for code in held or {}]
        return ", ".join(names) or "None reported"
    if group in GROUP_WORDS:
        return "Some not known" if held else NOT_KNOWN
    return one_value(group, held)


def one_value(key: str, value: Any) -> str:
    """Return one answer in the words of its question."""
    if value is None:
        return NOT_KNOWN
    question = _QUESTIONS.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g} {question.unit if question else ''}".strip()
    choices = {option.value: option.label for option in question.options} if question else {}
    return choices.get(value) or _WORDS.get(value) or str(value).replace("_", " ").capitalize()


def use_words(code: str, use: Mapping[str, Any]) -> str:
    """Return the use of one substance in a line; what is not known is said."""
    row = _row(code)
    parts = []
    if row.uses_amount:
        parts.append(_use_value(code, "amount", use.get("amount"), "amount not known"))
    parts.append(_use_value(code, "days_per_week", use.get("days_per_week"), "days not known"))
    parts.append(_use_value(code, "duration_months", use.get("duration_months"), "duration not known"))
    parts.append(_use_value(code, "hours_since_last", use.get("hours_since_last"), "last use not known"))
    if use.get("prescribed_stable"):
        parts.append("stable prescription")
    return ", ".join(parts)


def _row(code: str) -> Substance:
    return DETOX.substances.get(code) or DETOX.substances[DETOX.unrecognised_as]


def _use_value(code: str, field: str, value: Any, unknown: str = NOT_KNOWN) -> str:
    if value is None:
        return unknown
    if field == "prescribed_stable":
        return _WORDS[value]
    if field == "hours_since_last":
        return f"last use {hours_words(value)} before"
    return f"{value:g} {_unit(f'substances.{code}.{field}')}"


def hours_words(hours: float) -> str:
    """Return a number of hours in the unit that people use."""
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


def _unit(key: str) -> str:
    field = key.rpartition(".")[2]
    if field == "amount":
        unit = _row(key.split(".")[1]).unit
        for short, long in _UNITS:
            unit = unit.replace(short, long)
        return unit
    units = {"days_per_week": "days a week", "duration_months": "months", "age": "years"}
    question = _QUESTIONS.get(key)
    return units.get(field) or (question.unit if question else "")


def step_words(key: str, step: Step | None) -> str:
    """Return what else an answer could be: a word, or a range with its unit; None: not used at all."""
    if step is None:
        return "not used"
    if step.start is None:
        words = _WORDS[step.value] if isinstance(step.value, bool) else one_value(key, step.value)
        return f"“{words}”"
    if key.endswith("hours_since_last"):
        edge = hours_words(step.start if step.after else step.end or 0)
        return f"more than {edge} ago" if step.after else f"within the last {edge}"
    return f"{_range(key, step)} {_unit(key)}".strip()


def _range(key: str, step: Step) -> str:
    start, end = step.start or 0, step.end
    counted = key in SCORES or key in ("prior_alcohol_sedative_wm", "age")
    if end is None:
        return f"more than {start:g}" if step.after else f"{start:g} or more"
    if counted:
        last = end if step.closed else end - 1
        return f"{start:g}" if start == last else f"{start:g} to {last:g}"
    if not step.after and start == 0:
        return f"at most {end:g}" if step.closed else f"under {end:g}"
    first = f"more than {start:g}," if step.after else f"{start:g}"
    return f"{first} at most {end:g}" if step.closed else f"{first} to under {end:g}".replace(", to", ",")

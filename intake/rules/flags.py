"""Safety flags beside the assessment: words for the caller now, and what a clinician should see.

A picture here is the input of the detox rules (`intake.rules.picture`). These flags never decide anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.answers import Answers, value_of
from intake.questions import BY_KEY, SAFETY, Question
from intake.rules.entry_limits import vitals_outside
from intake.rules.facts import SafetyAnswers
from intake.substances import KRATOM, OPIOIDS, SEDATIVES

_LABELS = {question.name: question.label for question in BY_KEY["health"].questions}


@dataclass(frozen=True)
class Flag:
    """One flag: `say` holds words for the caller, if any; `section` and `field` lead to the answer."""

    code: str
    sentence: str
    section: str
    field: str
    say: str = ""
    urgent: bool = False


DO_NOT_STOP = (
    "Please do not stop all at once. Stopping suddenly can cause seizures. Talk with a doctor first."
)
PREGNANT_SAY = "Please do not stop suddenly. We will arrange to speak with a pregnancy doctor today."
SUICIDE_SAY = "You can call or text 988 at any time. I can stay on the line while we reach them together."


def flags(picture: Mapping[str, Any]) -> tuple[Flag, ...]:
    """Return the flags that the picture raises, most urgent first."""
    found = [
        *_red_flags(picture),
        *_vitals(picture),
        *_suicide(picture),
        *_substances(picture),
        *_health(picture),
    ]
    return tuple(sorted(found, key=lambda flag: not flag.urgent))


def emergency_flags(checks: Sequence[SafetyAnswers]) -> tuple[Flag, ...]:
    """The yeses of every safety check of the episode: none goes away by being asked again."""
    raised = {q.name for q in SAFETY.questions for one in checks if value_of(one.answers, q.name) == "yes"}
    return tuple(
        _emergency(q, "Yes in a safety check of this episode") for q in SAFETY.questions if q.name in raised
    )


def possible_pregnancy(answers: Answers) -> tuple[Flag, ...]:
    """A pregnancy that is possible asks for the same as one that is known, which the picture holds."""
    if value_of(answers, "pregnant") != "possible":
        return ()
    return (
        Flag(
            "pregnant_possible",
            "It is possible that the person is pregnant: a pregnancy doctor is needed now",
            "health",
            "pregnant",
            PREGNANT_SAY,
            urgent=True,
        ),
    )


def _emergency(question: Question, words: str) -> Flag:
    return Flag(
        f"emergency_{question.name}", f"{words}: {question.label}", SAFETY.key, question.name, urgent=True
    )


def _red_flags(picture: Mapping[str, Any]) -> list[Flag]:
    """Emergency signs of now, also those that were seen and noted elsewhere."""
    signs = picture.get("red_flags", {})
    words = "Emergency sign. Ask the safety questions now"
    return [_emergency(q, words) for q in SAFETY.questions if signs.get(q.name) == "yes"]


def _vitals(picture: Mapping[str, Any]) -> list[Flag]:
    vitals = picture.get("vitals", {})
    return [
        Flag(
            f"vital_{sign}",
            f"Vital sign in the danger range, {_LABELS[sign]} {vitals[sign]:g}: ask the safety questions now",
            "health",
            sign,
            urgent=True,
        )
        for sign in vitals_outside(vitals)
    ]


def _suicide(picture: Mapping[str, Any]) -> list[Flag]:
    level = picture.get("suicidality")
    if level in ("active_now", "high"):
        sentence = "Thoughts of suicide with danger now. Stay with the person and call 988 or 911."
        return [Flag("suicide_now", sentence, "mental", "suicidality", SUICIDE_SAY, urgent=True)]
    if level in ("low", "moderate"):
        return [Flag("suicide", "Thoughts of suicide", "mental", "suicidality", SUICIDE_SAY)]
    return []


def _substances(picture: Mapping[str, Any]) -> list[Flag]:
    used = set(picture.get("substances", {}))
    found = []
    if used & SEDATIVES:
        past = picture.get("prior_complicated_withdrawal") == "yes"
        sentence = "Alcohol or sedative use" + (", and a past withdrawal seizure or delirium" if past else "")
        found.append(Flag("do_not_stop", sentence, "substances", "rows", DO_NOT_STOP, urgent=past))
    if used & SEDATIVES and used & (KRATOM | OPIOIDS):
        sentence = "Kratom or opioids together with alcohol or sedatives: breathing can slow or stop"
        say = "Please do not take them together, and do not use alone. Keep naloxone close."
        found.append(Flag("depressants", sentence, "substances", "rows", say, urgent=True))
    elif used & (KRATOM | OPIOIDS):
        sentence = "Kratom or opioid use: offer naloxone and show how. Products can hold other opioids"
        found.append(Flag("naloxone", sentence, "substances", "rows"))
    if picture.get("suspected_medetomidine_xylazine") == "yes":
        sentence = "The supply may contain xylazine or medetomidine"
        found.append(Flag("adulterant", sentence, "substances", "suspected_medetomidine_xylazine"))
    return found


def _health(picture: Mapping[str, Any]) -> list[Flag]:
    found = []
    if picture.get("pregnant") == "yes":
        found.append(
            Flag(
                "pregnant",
                "Pregnant: a pregnancy doctor is needed now",
                "health",
                "pregnant",
                PREGNANT_SAY,
                urgent=True,
            )
        )
    if picture.get("jaundice_or_dark_urine") == "yes":
        sentence = "Yellow skin or dark urine: the liver needs a check today"
        found.append(Flag("liver", sentence, "health", "jaundice_or_dark_urine", urgent=True))
    if picture.get("medical", {}).get("seizure_disorder") in ("stable", "unstable"):
        found.append(Flag("seizures", "A seizure disorder", "health", "seizure_disorder"))
    if picture.get("major_interaction") == "yes":
        found.append(
            Flag("interaction", "A major medicine interaction was found", "health", "major_interaction")
        )
    age = picture.get("age")
    if age is not None and age < 18:
        found.append(Flag("minor", "Under 18: the center's rule for minors applies", "health", "age_stated"))
    return found

"""Safety flags beside the assessment: words for the caller now, and what a clinician should see.

A picture here is the input of the detox rules (`intake.rules.picture`). These flags never decide anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.substances import KRATOM, OPIOIDS, SEDATIVES


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
_SUICIDE_SAY = "You can call or text 988 at any time. I can stay on the line while we reach them together."


def flags(picture: Mapping[str, Any]) -> tuple[Flag, ...]:
    """Return the flags that the picture raises, most urgent first."""
    found = [*_suicide(picture), *_substances(picture), *_health(picture)]
    return tuple(sorted(found, key=lambda flag: not flag.urgent))


def _suicide(picture: Mapping[str, Any]) -> list[Flag]:
    level = picture.get("suicidality")
    if level in ("active_now", "high"):
        sentence = "Thoughts of suicide with danger now. Stay with the person and call 988 or 911."
        return [Flag("suicide_now", sentence, "mental", "suicidality", _SUICIDE_SAY, urgent=True)]
    if level in ("low", "moderate"):
        return [Flag("suicide", "Thoughts of suicide", "mental", "suicidality", _SUICIDE_SAY)]
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
        sentence = "Kratom or opioid use: offer naloxone and show how to use it"
        found.append(Flag("naloxone", sentence, "substances", "rows"))
    if picture.get("suspected_medetomidine_xylazine") == "yes":
        sentence = "The supply may contain xylazine or medetomidine"
        found.append(Flag("adulterant", sentence, "substances", "suspected_medetomidine_xylazine"))
    return found


def _health(picture: Mapping[str, Any]) -> list[Flag]:
    found = []
    if picture.get("pregnant") == "yes":
        say = "Please do not stop suddenly. We will arrange to speak with a pregnancy doctor today."
        found.append(
            Flag(
                "pregnant",
                "Pregnant: a pregnancy doctor is needed now",
                "health",
                "pregnant",
                say,
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

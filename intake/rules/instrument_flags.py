"""The flags of recorded instruments in words: beside the assessment, on the result, for the clinician."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.rules.catalogue import BY_ID
from intake.rules.facts import Facts
from intake.rules.flags import SUICIDE_SAY, Flag, emergency_flags, flags, possible_pregnancy
from intake.rules.follow_up import codes_of
from intake.rules.readings import Reading, current, in_order

SECTION = "instruments"
_SAFE_TALK = "Is this a good time to talk alone? We can also talk later, where nobody listens."

# Code: (words, what to say, urgent). `None` as the instrument holds for all that raise the code.
_WORDS: Mapping[str, tuple[str, str, bool]] = {
    "ALCOHOL_POSITIVE": (
        "Alcohol screen positive: ask how much and how often, and past withdrawal",
        "",
        False,
    ),
    "ALCOHOL_DEPENDENCE_POSSIBLE": (
        "Alcohol dependence possible: assess withdrawal before anyone drinks less; CIWA-Ar by a nurse",
        "",
        True,
    ),
    "ANXIETY_POSITIVE": ("Anxiety screen positive: assess further", "", False),
    "CHECK_Q1_ONLY": (
        "All points come from how often: likely below limits, ask about recent drinking",
        "",
        False,
    ),
    "CIWA_DISORIENTED": ("Not oriented: delirium possible, emergency evaluation", "", True),
    "CIWA_PERCEPTUAL": ("Hallucinations: emergency evaluation", "", True),
    "CIWA_SEVERE": ("Severe alcohol withdrawal: inpatient medical care", "", True),
    "DEPRESSION_POSITIVE": ("Depression screen positive: behavioral-health assessment", "", False),
    "DRUG_POSITIVE": ("Drug screen positive: interview about use disorder", "", False),
    "INCONSISTENT_SKIP": ("Two answers contradict each other: ask again", "", False),
    "KRATOM_POSITIVE": ("Kratom or 7-OH used in the past year: ask the kratom history", "", False),
    "MORNING_DRINKING": ("Drinks in the morning: ask the withdrawal history", "", False),
    "OPIOID_WITHDRAWAL": ("Opioid withdrawal signs measured", "", False),
    "PAWSS_HIGH": ("High risk of complicated alcohol withdrawal", "", True),
    "PHYSIOLOGICAL": ("Tolerance or withdrawal: rate physical dependence by it", "", False),
    "PTSD_POSITIVE": ("Trauma screen positive: assess further, trauma-informed care", "", False),
    "PULSE_REQUIRED": ("No measured pulse: the score is not complete", "", False),
    "SCORE_EMERGENCY": ("An emergency by its score: call 911, and stay with the person", "", True),
    "SUD_PRESENT": ("Criteria of a use disorder met: a clinician confirms", "", False),
    "SUICIDE_FOLLOWUP": ("Thoughts of death or self-harm: a clinician follows up today", SUICIDE_SAY, True),
    "SUICIDE_HIGH": ("Suicide risk now: stay with the person, call 988 or 911", SUICIDE_SAY, True),
    "SUICIDE_ITEM_UNANSWERED": (
        "The question about thoughts of death was not answered. Unknown is not no: ask it",
        "",
        False,
    ),
    "SUICIDE_LOW": (
        "Suicide screen positive, low: a clinician reviews before intake ends",
        SUICIDE_SAY,
        True,
    ),
    "SUICIDE_MODERATE": (
        "Suicide screen positive, moderate: evaluation and safety plan today",
        SUICIDE_SAY,
        True,
    ),
    "TAPS_POSITIVE": ("Substance screen positive: ask the substance history", "", False),
    "UNSAFE": ("May not be safe at home: talk in private. Keep this off shared screens", _SAFE_TALK, True),
    "WITHDRAWAL_REPORTED": ("Reports withdrawal on stopping: ask the withdrawal history", "", False),
}


def flag_words(code: str) -> str:
    """One flag in words."""
    return _WORDS[code][0]


def is_urgent(code: str) -> bool:
    """Whether a flag asks for something at once."""
    return _WORDS[code][2]


def every_flag(picture: Mapping[str, Any], facts: Facts) -> tuple[Flag, ...]:
    """The flags of the safety checks, the answers and the instruments, urgent ones first."""
    found = [
        *emergency_flags(facts.checks),
        *flags(picture),
        *possible_pregnancy(facts.sections.get("health", {})),
        *instrument_flags(facts.readings),
    ]
    # A yes of the safety check is an emergency sign of the picture as well, and shown once.
    once: dict[tuple[str, str], Flag] = {}
    for flag in found:
        once.setdefault((flag.code, flag.field), flag)
    return tuple(sorted(once.values(), key=lambda flag: not flag.urgent))


def instrument_flags(readings: Sequence[Reading]) -> tuple[Flag, ...]:
    """The flags of what is current of each instrument, each leading to its record; urgent ones first."""
    found: dict[tuple[str, str], Flag] = {}
    for one in reversed(in_order(readings)):
        alike = [other for other in readings if other.about == one.about]
        if one not in current(alike, one.instrument):
            continue
        for code in codes_of(one):
            words, say, urgent = _WORDS[code]
            sentence = f"{BY_ID[one.instrument].short}: {words[0].lower() + words[1:]}"
            flag = Flag(code.lower(), sentence, SECTION, one.id, say, urgent=urgent)
            found.setdefault((one.instrument + one.about, code), flag)
    return tuple(sorted(found.values(), key=lambda flag: not flag.urgent))

"""Which tests a medical clearance also has to report for this person, by what the answers say.

Local defaults of the center, each for the medical director's sign-off (`docs/clinical-sign-off.md`). What is
not known about pregnancy counts as possible; any other test is asked for by what is known.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from programs.rules.clearance import PART_WORDS

RECENT_HOURS = 30 * 24
HIGH_KRATOM_GRAMS = 20
OLDER_AGE = 60
KRATOM = ("kratom_leaf", "kratom_extract", "seven_oh")
OPIOID_TREATMENT = ("methadone", "buprenorphine")
LETTERS: Mapping[str, str] = {
    "seizure_plan": "seizure plan",
    "opioid_treatment_letter": "letter about methadone or buprenorphine",
}
TEST_WORDS: Mapping[str, str] = {**PART_WORDS, **LETTERS}
_ILL = ("stable", "unstable")


def expected(picture: Mapping[str, Any]) -> dict[str, str]:
    """Return each test that applies, by its key, with the reason in words.

    `picture` is the detox rules', with `qt_medicines` (names) and `around_the_clock` (24-hour care decided).
    """
    found: dict[str, list[str]] = {}
    for test, why in _all(picture):
        found.setdefault(test, []).append(why)
    return {test: ", ".join(dict.fromkeys(why)) for test, why in found.items()}


def not_reported(picture: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, ...]:
    """List, in words with the reason, each expected test whose result and time the paper does not give."""
    results, times = content.get("results") or {}, content.get("parts") or {}
    return tuple(
        f"{TEST_WORDS[test]} ({why})"
        for test, why in expected(picture).items()
        if not (content.get(test) if test in LETTERS else results.get(test) and times.get(test))
    )


def _all(picture: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "urine_drug_screen", "everybody, with fentanyl"
    if picture.get("pregnant") != "no":
        yield "pregnancy_test", "pregnancy is possible"
    used = {code: row for code, row in (picture.get("substances") or {}).items() if _recent(row)}
    sick = picture.get("medical") or {}
    sick = {} if sick == "none" else sick
    flags = picture.get("red_flags") or {}
    flags = {} if flags == "none" else flags
    yield from _of_use(used)
    yield from _of_illness(sick, picture)
    if flags.get("persistent_vomiting_or_severe_abdominal_pain") == "yes":
        yield "cbc_bmp", "vomiting"
    if flags.get("chest_pain_or_fainting") == "yes":
        yield "ecg", "fainting"
    if picture.get("qt_medicines"):
        yield "ecg", f"medicine that can lengthen QT: {', '.join(picture['qt_medicines'])}"
    if picture.get("around_the_clock"):
        yield "tb_screen", "24-hour care"
    if (picture.get("age") or 0) >= OLDER_AGE:
        yield "cbc_bmp", f"age {OLDER_AGE} or more"


def _recent(row: Mapping[str, Any] | None) -> bool:
    hours = (row or {}).get("hours_since_last")
    return hours is None or hours <= RECENT_HOURS


def _of_use(used: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if any(code in used for code in KRATOM):
        yield "lfts", "kratom or 7-OH in the last 30 days"
        yield "urine_drug_screen", "kratom needs its own test for mitragynine"
    grams = [(used.get(code) or {}).get("amount") or 0 for code in ("kratom_leaf", "kratom_extract")]
    if max(grams) >= HIGH_KRATOM_GRAMS:
        yield "ecg", f"kratom {HIGH_KRATOM_GRAMS} g or more a day"
    if "seven_oh" in used:
        yield "ecg", "7-OH"
    if "alcohol" in used:
        yield "lfts", "alcohol"
        yield "cbc_bmp", "alcohol"
    if "methadone" in used:
        yield "ecg", "methadone"
    if any(code in used for code in OPIOID_TREATMENT):
        yield "opioid_treatment_letter", "methadone or buprenorphine"


def _of_illness(sick: Mapping[str, Any], picture: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if sick.get("liver") in _ILL or picture.get("jaundice_or_dark_urine") == "yes":
        yield "lfts", "liver history"
    if sick.get("cardiac") in _ILL:
        yield "ecg", "heart history"
    if picture.get("major_interaction") == "yes":
        yield "ecg", "a medicine with a major interaction"
    if sick.get("seizure_disorder") in _ILL or picture.get("prior_complicated_withdrawal") == "yes":
        yield "seizure_plan", "seizure history"

"""What of a program fits what a person told, and what does not, in words (seed 000 lines 86 to 120).

Wishes help to choose. Nothing here hides a program, ranks one, or reads who pays or how full it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from programs.rules.transitions import AROUND_THE_CLOCK

YES, NO, ASK = "yes", "no", "ask"
_BY_SERVICE: Mapping[str, tuple[str, str]] = {
    "holistic": ("holistic", "Yoga, art and the like"),
    "twelve_step": ("twelve_step", "12-step groups"),
}
_BY_AUDIENCE: Mapping[str, str] = {
    "veterans": "veterans",
    "professionals": "business professionals and executives",
}
_TO_ASK: Mapping[str, str] = {
    "gender_specific": "A group or clinician of a certain gender is wished",
    "faith": "Care with faith is wished",
    "no_faith": "Care without faith is wished",
    "smart": "SMART Recovery is wished",
    "peer": "Peer support is wished",
    "kratom_groups": "Groups about kratom are wished",
    "clinician_led": "Groups led by a clinician are wished",
    "lgbtq": "LGBTQ+ aware care is wished",
}
_LANGUAGES: Mapping[str, str] = {
    "es": "Care in Spanish is needed",
    "other": "Care in another language, with an interpreter, is needed",
}
_SETTINGS: Mapping[str, tuple[frozenset[str], str]] = {
    "residential": (AROUND_THE_CLOCK, "to live there"),
    "day": (frozenset({"php", "iop"}), "days there and nights at home"),
    "outpatient": (frozenset({"outpatient", "iop", "continuing"}), "visits"),
}

Told = Mapping[str, Any]
Offer = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One sentence about a program and a person: it fits (YES), does not (NO), or has to be asked (ASK)."""

    verdict: str
    words: str


def fit(offer: Offer, told: Told) -> tuple[Finding, ...]:
    """Return what fits, what does not and what to ask, in that order.

    `told`: the plain answers by the name of their question; what nobody told says nothing.
    """
    found = [finding for part in _PARTS for finding in part(offer, told)]
    return tuple(one for verdict in (YES, NO, ASK) for one in found if one.verdict == verdict)


def _place(offer: Offer, told: Told) -> Iterator[Finding]:
    wish = told.get("setting_wish") or ""
    if wish in _SETTINGS:
        levels, words = _SETTINGS[wish]
        fits = offer["level"] in levels
        yield Finding(YES if fits else NO, f"The wish is {words}{': so it is here' if fits else ''}")
    if told.get("can_take_leave") == "no":
        if offer["level"] in AROUND_THE_CLOCK:
            yield Finding(NO, "Care day and night, and the person can't take time off work")
        else:
            hours = f": {told['work_hours']}" if told.get("work_hours") else ""
            yield Finding(ASK, f"The person can't take time off work. Compare the hours{hours}")


def _services(offer: Offer, told: Told) -> Iterator[Finding]:
    wishes = told.get("preferences") or ()
    for wish, (service, words) in _BY_SERVICE.items():
        if wish in wishes:
            there = service in offer["services"]
            yield Finding(YES if there else NO, f"{words}, as wished" if there else f"No {_small(words)}")
    for wish, words in _TO_ASK.items():
        if wish in wishes:
            yield Finding(ASK, words)


def _audiences(offer: Offer, told: Told) -> Iterator[Finding]:
    wishes, meant_for = told.get("preferences") or (), offer["audiences"]
    for code, words in _BY_AUDIENCE.items():
        one_of_them = code == "veterans" and told.get("veteran") == "yes"
        if code in meant_for:
            if one_of_them or code in wishes:
                yield Finding(YES, f"Meant for {words}")
            else:
                yield Finding(ASK, f"Meant for {words}; nothing told says that the person is one")
        elif code in wishes:
            yield Finding(NO, f"A group for {words} is wished; this program is for everybody")
        elif one_of_them:
            yield Finding(ASK, "The person served in the military. Ask whether a veterans group is wished")


def _medicine(offer: Offer, told: Told) -> Iterator[Finding]:
    if told.get("diagnoses"):
        if offer["psychiatric_medicines"]:
            yield Finding(YES, "Psychiatric medicines are given, and mental health conditions were told")
        else:
            groups = "mental_groups" in offer["services"]
            more = "; there are groups for mental health" if groups else ""
            yield Finding(NO, f"No psychiatric medicines, and mental health conditions were told{more}")
    if told.get("mat_current") == "yes":
        goes_on = offer["medicines_continue"]
        words = "Medicine for opioid use disorder " + ("goes on here" if goes_on else "does not go on here")
        yield Finding(YES if goes_on else NO, words)


def _access(offer: Offer, told: Told) -> Iterator[Finding]:
    if told.get("language_care") in _LANGUAGES:
        yield Finding(ASK, _LANGUAGES[told["language_care"]])
    if told.get("access_needs"):
        yield Finding(ASK, f"Help is needed: {told['access_needs']}")


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


_PARTS: tuple[Callable[[Offer, Told], Iterator[Finding]], ...] = (
    _place,
    _services,
    _audiences,
    _medicine,
    _access,
)

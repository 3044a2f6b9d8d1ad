"""Whether two records may be of one person, and why (features D18). Pure; a person decides, never this.

A strong word needs three things at once: the same first name (or the name behind a nickname), a surname that
sounds alike, and the same phone number or date of birth. Twins share surname, day of birth, address and often
the phone: without the same first name it is never more than possible.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from records.sounds import canonical, is_small, sounds_alike


class Strength(StrEnum):
    """How much speaks for one person."""

    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Known:
    """What is known of somebody: names as written, phone (E.164), date of birth (ISO)."""

    names: tuple[str, ...] = ()
    phone: str = ""
    born: str = ""


@dataclass(frozen=True)
class Match:
    """How strong, and the reasons in words, for and against."""

    strength: Strength
    reasons: tuple[str, ...]


SAME_PHONE, SAME_BIRTH = "Same phone number", "Same date of birth"
SAME_NAME, LIKE_NAME = "Same name", "The names sound or look alike"
SAME_SURNAME, SAME_FIRST = "Surnames sound alike", "Same first name"
OTHER_BIRTH, OTHER_FIRST = "But different dates of birth", "But the first names are written differently"


def compare(one: Known, other: Known) -> Match | None:
    """Return how strongly two may be one person, None when nothing speaks for it. Symmetric."""
    first, surname, alike = _first(one, other), _surname(one, other), _same(one, other)
    phone = bool(one.phone) and one.phone == other.phone
    born = bool(one.born) and one.born == other.born
    other_birth = bool(one.born and other.born) and not born
    reasons = [
        *([SAME_NAME] if alike else [LIKE_NAME] if first and surname else []),
        *([SAME_SURNAME] if surname and not first and not alike else []),
        *([SAME_FIRST] if first and not surname and not alike else []),
        *([SAME_PHONE] if phone else []),
        *([SAME_BIRTH] if born else []),
    ]
    against = [
        *([OTHER_BIRTH] if other_birth else []),
        *([OTHER_FIRST] if first is False and surname else []),
    ]
    if first and surname and (phone or born) and not other_birth:
        return Match(Strength.LIKELY, tuple(reasons))
    if phone or (born and surname) or alike or (first and surname):
        return Match(Strength.POSSIBLE, tuple(reasons + against))
    return None


@dataclass(frozen=True)
class _Name:
    """A name's parts: the first name (empty: an initial, or not said), and the surnames."""

    first: str
    surnames: tuple[str, ...]


def _parts(name: str) -> _Name | None:
    folded = unicodedata.normalize("NFKD", name).casefold().replace("'", "")
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    words = [word for word in re.split(r"[^a-z]+", letters) if word and not is_small(word)]
    if not words:
        return None
    if len(words) == 1:
        return _Name(words[0], ())
    return _Name(words[0] if len(words[0]) > 1 else "", tuple(word for word in words[1:] if len(word) > 1))


def _names(known: Known) -> list[_Name]:
    return [found for name in known.names if name and (found := _parts(name))]


def _first(one: Known, other: Known) -> bool | None:
    """Whether the first names are the same; None when one of them is not known."""
    mine = {canonical(name.first) for name in _names(one) if name.first}
    theirs = {canonical(name.first) for name in _names(other) if name.first}
    return bool(mine & theirs) if mine and theirs else None


def _surname(one: Known, other: Known) -> bool:
    mine = {part for name in _names(one) for part in name.surnames}
    theirs = {part for name in _names(other) for part in name.surnames}
    return any(sounds_alike(a, b) or sounds_alike(b, a) for a in mine for b in theirs)


def _same(one: Known, other: Known) -> bool:
    """Whether a whole name is written the same."""
    mine, theirs = set(_whole(one)), set(_whole(other))
    return bool(mine & theirs)


def _whole(known: Known) -> Iterable[_Name]:
    return (name for name in _names(known) if name.first and name.surnames)

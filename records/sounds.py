"""How names sound: keyed hashes of sounds, so that a misspelt name is found and the index tells none.

Each part of a name gives a few sounds: as English and as Spanish ears take it, and that of the name behind a
nickname. Only their hashes are stored. What is found by them is compared with the names themselves once they
are open, so the index decides who is looked at, never who is shown.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import jellyfish

from config.crypto import blind_index

VERSION = 1
_SMALL_WORDS = frozenset(
    [
        "da",
        "das",
        "de",
        "del",
        "della",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "las",
        "le",
        "los",
        "van",
        "von",
        "y",
        "e",
    ]
)
_NICKNAMES = {
    "abby": "abigail", "alex": "alexander", "andy": "andrew", "becky": "rebecca", "beth": "elizabeth",
    "bill": "william", "billy": "william", "bob": "robert", "bobby": "robert", "cathy": "catherine",
    "charlie": "charles", "chelo": "consuelo", "chris": "christopher", "chuck": "charles", "chuy": "jesus",
    "dan": "daniel", "danny": "daniel", "dave": "david", "debbie": "deborah", "dick": "richard",
    "ed": "edward", "eddie": "edward", "jack": "john", "jeff": "jeffrey", "jen": "jennifer",
    "jenny": "jennifer", "jerry": "gerald", "jim": "james", "jimmy": "james", "joe": "joseph",
    "kate": "katherine", "kathy": "katherine", "katie": "katherine", "ken": "kenneth", "larry": "lawrence",
    "liz": "elizabeth", "lola": "dolores", "lupe": "guadalupe", "maggie": "margaret", "matt": "matthew",
    "meg": "margaret", "memo": "guillermo", "mike": "michael", "nacho": "ignacio", "nando": "fernando",
    "nick": "nicholas", "paco": "francisco", "pancho": "francisco", "pat": "patricia", "peggy": "margaret",
    "pepe": "jose", "pete": "peter", "quique": "enrique", "rick": "richard", "rob": "robert",
    "ron": "ronald", "sam": "samuel", "steve": "stephen", "sue": "susan", "susie": "susan",
    "ted": "edward", "tom": "thomas", "tommy": "thomas", "tony": "anthony", "will": "william",
}  # fmt: skip
_SPANISH = (
    (r"qu(?=[ei])", "k"), (r"c(?=[ei])", "s"), (r"c(?!h)", "k"), (r"z", "s"), (r"g(?=[ei])", "j"),
    (r"x", "j"), (r"ll", "y"), (r"v", "b"), (r"(?<!c)h", ""), (r"w", "u"), (r"i(?=[aeou])", "y"),
)  # fmt: skip
_LIKE = 0.86


def parts_of(name: str) -> list[str]:
    """Return the parts of a name that count, without accents, small words and single letters."""
    folded = unicodedata.normalize("NFKD", name.replace("ñ", "n")).casefold()
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    words = [word for word in re.split(r"[^a-z]+", letters.replace("'", "")) if len(word) > 1]
    return [word for word in words if word not in _SMALL_WORDS] or words


def _spanish(part: str) -> str:
    for pattern, plain in _SPANISH:
        part = re.sub(pattern, plain, part)
    return part


def sounds_of_part(part: str) -> frozenset[str]:
    """Return the sounds of one part of a name, of either ear, with that of the name behind a nickname."""
    forms = {part, _NICKNAMES.get(part, part)}
    sounds = {f"m{jellyfish.metaphone(form)}" for form in forms}
    sounds |= {f"s{jellyfish.metaphone(_spanish(form))}" for form in forms}
    sounds |= {f"x{jellyfish.soundex(form)}" for form in forms}
    return frozenset(sounds)


def index_of_sounds(names: Iterable[str | None]) -> list[str]:
    """Return the keyed hashes of every sound in these names, sorted: nothing tells which part gave which."""
    sounds: set[str] = set()
    for name in names:
        parts = parts_of(name or "")
        for part in parts:
            sounds |= sounds_of_part(part)
        for first, second in pairwise(parts):
            sounds |= sounds_of_part(first + second)  # Mary Ann and Maryann
    return sorted(blind_index(sound, "records_person.name_sounds").hex() for sound in sounds)


def is_like(asked: str, name: str) -> bool:
    """Whether every part that was asked for sounds or looks like some part of the name, in any order."""
    wanted, given = parts_of(asked), parts_of(name)
    given = [*given, *(one + two for one, two in pairwise(given))]
    return bool(wanted) and (
        all(any(_alike(part, other) for other in given) for part in wanted)
        or any(_alike("".join(wanted), other) for other in given)
    )


def canonical(first: str) -> str:
    """Return the name behind a nickname, or the name itself."""
    return _NICKNAMES.get(first, first)


def is_small(word: str) -> bool:
    """Say whether a part of a name is a small word that does not count, such as "de"."""
    return word in _SMALL_WORDS


def sounds_alike(part: str, other: str) -> bool:
    """Say whether two parts of names sound or look alike."""
    return _alike(part, other)


def index_of_part(part: str) -> list[str]:
    """Return the keyed hashes of the sounds of one part of a name."""
    return index_of_sounds([part])


def _alike(part: str, other: str) -> bool:
    return bool(sounds_of_part(part) & sounds_of_part(other)) or (
        jellyfish.jaro_winkler_similarity(part, other) >= _LIKE
    )

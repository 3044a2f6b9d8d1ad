"""Whose paper is a medical clearance, and who signed it? Names and dates on it against ours. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def other_person(content: Mapping[str, Any], born: str | None) -> bool:
    """Tell whether the paper gives another date of birth than the record's (both as ISO dates)."""
    said = content.get("person_born")
    return bool(said and born) and said != born


def not_compared(content: Mapping[str, Any], names: Iterable[str], born: str | None) -> tuple[str, ...]:
    """List, in words, what leaves it open whose paper it is; what the paper does not say is not listed.

    A name may differ by marriage or a short form, so a clinician writes how they made sure.
    """
    found = []
    if content.get("person_born") and not born:
        found.append("date of birth: our record has none to compare with")
    name = content.get("person_name")
    if name and not any(same_name(name, known) for known in names):
        found.append("name: the paper gives another than our record")
    return tuple(found)


def signed_by(content: Mapping[str, Any], name: str) -> bool:
    """Tell whether the examiner on the paper is `name`: the signer is not who takes it on or admits by it."""
    return bool(content.get("examiner_name")) and same_name(content["examiner_name"], name)


def same_name(first: str, second: str) -> bool:
    """Compare two names of a person: case, accents, order and further names apart, two must be the same."""
    one, other = _words(first), _words(second)
    return one == other or (len(one & other) > 1 and (one <= other or other <= one))


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return frozenset(re.findall(r"[^\W\d_]+", bare))

"""Read the inputs of the decision engines strictly: well-formed in full, or a `BadInput` with its place.

A reader takes a value and its path and returns the value with nulls left out and whole numbers as integers.
The error names the first offending field and why, and never repeats the value, which may be personal data.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from intake.rules.instruments import INSTRUMENTS
from programs.rules.terms import (
    CONDITIONS,
    FACTORS,
    ILLNESS,
    OUTCOMES,
    RED_FLAGS,
    SEVERITY,
    SEX,
    SUICIDALITY,
    TRI_STATE,
    TRI_STATE_KEYS,
    VITAL_SIGNS,
)

Reader = Callable[[Any, str], Any]
_KEY_SHOWN = 80
_DIGITS_OF_A_DOUBLE = 310


class BadInput(ValueError):
    """An input isn't well-formed: `path` of the first offending field, and `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'input'}: {reason}")
        self.path = path or "input"
        self.reason = reason


class JsonObject(dict[str, Any]):
    """An object of a JSON document that remembers which of its keys came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.twice = frozenset(key for key, count in counted.items() if count > 1)


def parse_document(content: bytes) -> Any:
    """Return the JSON document in these bytes, duplicate keys and impossible numbers kept for the readers."""
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=JsonObject,
            parse_int=lambda digits: int(digits) if len(digits) <= _DIGITS_OF_A_DOUBLE else math.inf,
        )
    except (RecursionError, MemoryError):
        raise BadInput("", "nested too deeply or too large") from None
    except ValueError:
        raise BadInput("", "not valid JSON") from None


def step(path: str, key: str) -> str:
    """Return the path of a key inside an object, fit for one line of a log."""
    shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in key[:_KEY_SHOWN])
    return f"{path}.{shown}" if path else shown


def read_object(
    value: Any,
    path: str,
    fields: Mapping[str, Reader] | Callable[[str], Reader],
    required: Iterable[str] = (),
) -> dict[str, Any]:
    """Return an object read key by key, in its own order.

    A mapping of readers closes the object to other keys and leaves nulls out; a function from key to reader
    allows any key and reads nulls too.
    """
    if not isinstance(value, dict):
        raise BadInput(path, "must be an object")
    twice = getattr(value, "twice", ())
    found = {}
    for key, inner in value.items():
        place = step(path, key) if isinstance(key, str) else path
        if not isinstance(key, str):
            raise BadInput(place, "keys must be strings")
        reader = fields.get(key) if isinstance(fields, Mapping) else fields(key)
        if reader is None:
            raise BadInput(place, "unknown key")
        if key in twice:
            raise BadInput(place, "the key appears twice")
        if inner is not None or not isinstance(fields, Mapping):
            found[key] = reader(inner, place)
    for key in required:
        if key not in found:
            raise BadInput(step(path, key), "is required")
    return found


def number(value: Any, path: str, high: int | None = None, *, negative: bool = False) -> float:
    """Return a finite number up to the limit, as an integer when whole; below zero only where allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(path, "must be a number")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise BadInput(path, "must be a finite number")
    if not negative and value < 0:
        raise BadInput(path, "must not be negative")
    if high is not None and value > high:
        raise BadInput(path, f"must be a number from 0 to {high}")
    return int(value) if value == int(value) else value


def whole(value: Any, path: str, high: int | None = None) -> int:
    """Return a whole number from 0, up to the limit if there is one."""
    asked = "a whole number from 0" + (f" to {high}" if high is not None else "")
    found = number(value, path, negative=True)
    if found != int(found) or found < 0 or (high is not None and found > high):
        raise BadInput(path, f"must be {asked}")
    return int(found)


def word(value: Any, path: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise BadInput(path, "must be one of the allowed words")
    return value


def boolean(value: Any, path: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise BadInput(path, "must be true or false")
    return value


def _or_word(value: Any, path: str, shorthand: str, fields: Mapping[str, Reader]) -> Any:
    """Read an object, or the one word that stands for all its keys."""
    if isinstance(value, str):
        if value != shorthand:
            raise BadInput(path, f"must be {shorthand!r} or an object")
        return value
    return read_object(value, path, fields)


_TRI: Reader = partial(word, allowed=TRI_STATE)
_USE: dict[str, Reader] = {
    "amount": number,
    "days_per_week": partial(number, high=7),
    "duration_months": number,
    "hours_since_last": number,
    "prescribed_stable": boolean,
}
_PRODUCT: dict[str, Reader] = {"amount": number, "duration_months": number}


def _entry(value: Any, path: str, fields: Mapping[str, Reader]) -> dict[str, Any]:
    return {} if value is None else read_object(value, path, fields)


_DETOX: dict[str, Reader] = {
    "age": partial(number, high=130),
    **dict.fromkeys(TRI_STATE_KEYS, _TRI),
    "suicidality": partial(word, allowed=SUICIDALITY),
    "substance_list_complete": boolean,
    "substances": partial(read_object, fields=lambda _code: partial(_entry, fields=_USE)),
    "red_flags": partial(_or_word, shorthand="none", fields=dict.fromkeys(RED_FLAGS, _TRI)),
    "medical": partial(
        _or_word, shorthand="none", fields=dict.fromkeys(CONDITIONS, partial(word, allowed=ILLNESS))
    ),
    "vitals": partial(_or_word, shorthand="normal", fields=dict.fromkeys(VITAL_SIGNS, number)),
    "cows": partial(whole, high=48),
    "ciwa": partial(whole, high=67),
    "ciwa_perceptual_max": partial(whole, high=7),
    "ciwa_orientation": partial(whole, high=4),
    "pawss": partial(whole, high=10),
    "prior_alcohol_sedative_wm": whole,
}
_LEVEL: dict[str, Reader] = {
    **dict.fromkeys(FACTORS, partial(whole, high=4)),
    "sud": partial(word, allowed=SEVERITY),
    "detox": partial(word, allowed=OUTCOMES),
    "remission_months": number,
}


def read_detox(value: Any, path: str = "") -> dict[str, Any]:
    """Return the input of the detox decision, or raise `BadInput`."""
    return read_object(value, path, _DETOX)


def read_level(value: Any, path: str = "") -> dict[str, Any]:
    """Return the input of the level-of-care decision, or raise `BadInput`."""
    return read_object(value, path, _LEVEL)


def read_instrument(value: Any, path: str = "") -> dict[str, Any]:
    """Return the input of instrument scoring, or raise `BadInput`; answers keep their nulls."""
    asked = value.get("instrument") if isinstance(value, dict) else None
    instrument = INSTRUMENTS.get(asked) if isinstance(asked, str) else None
    never_negative = set(instrument.inputs_from_zero) if instrument else set()

    def answer(key: str) -> Reader:
        negative = key not in never_negative
        return lambda inner, place: None if inner is None else number(inner, place, negative=negative)

    fields: dict[str, Reader] = {
        "instrument": _instrument,
        "answers": partial(read_object, fields=answer),
        "context": partial(read_object, fields={"sex": partial(word, allowed=SEX)}),
        "prorate": boolean,
    }
    return read_object(value, path, fields, required=("instrument", "answers"))


def _instrument(value: Any, path: str) -> str:
    if not isinstance(value, str) or value not in INSTRUMENTS:
        raise BadInput(path, "must be the name of a known instrument")
    return value


def _hours(value: Any, path: str) -> list[float]:
    if not isinstance(value, list):
        raise BadInput(path, "must be a list")
    return [number(hour, f"{path}[{index}]") for index, hour in enumerate(value)]


def read_timeline(value: Any, path: str = "") -> dict[str, Any]:
    """Return the input of the withdrawal timeline, or raise `BadInput`."""
    fields: dict[str, Reader] = {
        "products": partial(read_object, fields=lambda _code: partial(_entry, fields=_PRODUCT)),
        "hours": _hours,
    }
    return read_object(value, path, fields, required=("products",))

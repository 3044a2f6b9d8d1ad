"""The four decision engines by name: from an input document to the output document, both plain JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from intake.rules.instruments import score
from programs.rules.detox import decide_read
from programs.rules.io import BadInput, read_detox, read_instrument, read_level, read_timeline
from programs.rules.level_of_care import decide_level_read
from programs.rules.timeline import DEFAULT_HOURS, timeline

Output = dict[str, Any]


def _detox(value: Any, path: str) -> Output:
    return decide_read(read_detox(value, path)).as_output()


def _level(value: Any, path: str) -> Output:
    return decide_level_read(read_level(value, path)).as_output()


def _instrument(value: Any, path: str) -> Output:
    read = read_instrument(value, path)
    sex = read.get("context", {}).get("sex")
    return score(read["instrument"], read["answers"], sex=sex, prorate=read.get("prorate", False)).as_output()


def _timeline(value: Any, path: str) -> Output:
    read = read_timeline(value, path)
    return timeline(read["products"], read.get("hours", DEFAULT_HOURS)).as_output()


ENGINES: Mapping[str, Callable[[Any, str], Output]] = {
    "detox": _detox,
    "loc": _level,
    "instrument": _instrument,
    "timeline": _timeline,
}


def decide_document(engine: str, document: Any) -> Output | list[Output]:
    """Return the result of one input, or the results of a list of them in its order.

    Raises `BadInput` at the first bad element, which makes the whole list bad, and `KeyError` for an unknown
    engine.
    """
    decide = ENGINES[engine]
    if isinstance(document, list):
        return [decide(element, f"[{index}]") for index, element in enumerate(document)]
    if not isinstance(document, dict):
        raise BadInput("", "must be an object or a list of objects")
    return decide(document, "")

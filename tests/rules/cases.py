"""The example cases of the clinical document, and how a detox case is put together."""

import json
from pathlib import Path
from typing import Any

from programs.rules.terms import CONDITIONS, RED_FLAGS

VECTORS = Path(__file__).parent / "vectors"
STARTS: dict[str, dict[str, Any]] = {
    "red_flags": dict.fromkeys(RED_FLAGS, "no"),
    "medical": dict.fromkeys(CONDITIONS, "none"),
    "vitals": {"hr": 72, "sbp": 118, "dbp": 76, "rr": 14, "spo2": 98, "temp_c": 36.8},
}


def load(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"vectors_{name}.json").read_text(encoding="utf-8"))


CLEAR = load("detox")["bases"]["clear_adult"]


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return the base with the changes merged key by key, groups starting from all normal."""
    result = dict(base)
    for key, value in changes.items():
        if isinstance(value, dict):
            start = result.get(key)
            if not isinstance(start, dict):
                start = STARTS.get(key, {})
            result[key] = {
                **start,
                **{inner: _merged_entry(start.get(inner), new) for inner, new in value.items()},
            }
        else:
            result[key] = value
    return result


def _merged_entry(old: Any, new: Any) -> Any:
    return {**old, **new} if isinstance(old, dict) and isinstance(new, dict) else new


def clear(**changes: Any) -> dict[str, Any]:
    """Return the cleared adult with these changes."""
    return merged(CLEAR, changes)

"""How a decision stands to what the rules say: above, below, or below what they call safe. Pure."""

LADDER = ("1.0", "1.5", "2.1", "2.5", "3.1", "3.5", "3.7", "4")
"""The steps of care of `spec/clinical.md` D, lowest first."""

CEILING = {
    "continuing": -1,
    "outpatient": LADDER.index("1.5"),
    "iop": LADDER.index("2.1"),
    "php": LADDER.index("2.5"),
    "residential": LADDER.index("3.5"),
    "inpatient": LADDER.index("4"),
    "detox": LADDER.index("4"),
}
"""The highest step that each level of ours gives."""


def step_of(minimum_safe: str) -> int | None:
    """Return the place of a step on the ladder; None for what is not on it."""
    return LADDER.index(minimum_safe) if minimum_safe in LADDER else None


def is_below_safe(*, level: str, detox_first: bool, rules_detox_first: bool, minimum_safe: str) -> bool:
    """Tell whether a decision goes below the rules' detox outcome or below their lowest safe level.

    Where detox comes first the level after it is judged by nobody yet: detox itself is the safe step. The
    database judges the same again (`programs_determination_below`).
    """
    if rules_detox_first:
        return not detox_first
    lowest = step_of(minimum_safe)
    return lowest is not None and level in CEILING and CEILING[level] < lowest


def direction(*, level: str, detox_first: bool, suggested: str, rules_detox_first: bool) -> str:
    """Return "up", "down" or "same": detox weighs more than any level."""
    ours = (detox_first, CEILING.get(level, -1))
    theirs = (rules_detox_first, CEILING.get(suggested, -1))
    return "same" if ours == theirs else "up" if ours > theirs else "down"

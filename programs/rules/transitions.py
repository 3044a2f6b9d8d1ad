"""Which level of care may follow which: one table, read by decisions, step-down and the care plan. Pure.

The table is what the seeds imply (`docs/seeds.md`: A025, A030, A031, A033). A step to a higher level is
always allowed. Some planned steps need a clinician's reason; every other step is refused, as `judge` says.
"""

from dataclasses import dataclass

START = ""
"""Where a person stands before any care: after the assessment."""

ORDER = ("continuing", "outpatient", "iop", "php", "residential", "inpatient")
"""The levels that a center may run, lowest first. Detox stands beside them: care before care."""

AROUND_THE_CLOCK = frozenset({"detox", "inpatient", "residential"})
"""Levels at which a person stays overnight."""

ALLOWED: dict[str, tuple[str, ...]] = {
    START: ("detox", "inpatient", "residential", "php", "iop", "outpatient"),
    "detox": ("inpatient", "residential", "php", "iop", "outpatient"),
    "inpatient": ("residential", "php", "iop", "outpatient"),
    "residential": ("php", "iop", "outpatient"),
    "php": ("iop", "outpatient"),
    "iop": ("outpatient",),
    "outpatient": ("continuing",),
    "continuing": (),
}
"""What may follow each level as a planned step; a step up is allowed besides."""

WITH_REASON = frozenset({("detox", "iop"), ("detox", "outpatient")})
"""Planned steps that a clinician explains: straight from detox to a few hours a week (S1:66, S1:94)."""


@dataclass(frozen=True)
class Step:
    """What the table says of one step: `kind` is up, down or stay; `why` is the sentence for a refusal."""

    allowed: bool
    needs_reason: bool
    kind: str
    why: str = ""


def is_step_up(before: str, after: str) -> bool:
    """Tell whether `after` gives more care than `before`. Detox is more than any; nothing follows no care."""
    if before in (START, "detox") or before == after:
        return False
    return after == "detox" or ORDER.index(after) > ORDER.index(before)


def judge(before: str, after: str) -> Step:
    """Say whether care may go from `before` to `after` (levels of ours; `START` is before any care).

    Raises KeyError for a level that is not known.
    """
    planned = ALLOWED[before]
    if after not in ALLOWED or after == START:
        raise KeyError(after)
    if before == after:
        return Step(True, False, "stay")
    if is_step_up(before, after):
        return Step(True, False, "up")
    if after in planned:
        return Step(True, (before, after) in WITH_REASON, "down" if before != START else "up")
    return Step(False, False, "down", "This level does not follow the present one. Choose a step between.")


def following(before: str) -> tuple[str, ...]:
    """Return every level that may follow `before`: planned steps first, then steps up, the nearest first."""
    planned = ALLOWED[before]
    up = tuple(
        one for one in (*ORDER, "detox") if one in ALLOWED and is_step_up(before, one) and one not in planned
    )
    return planned + up

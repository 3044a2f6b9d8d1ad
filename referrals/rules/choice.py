"""Choosing among the partners that matching put in order: who was passed over, and who needs a reason for it.

Asked for a reason is whoever passes over a partner that could have been asked. Nobody has to explain what the
record shows by itself: that a partner is asked already, said no, or is named in no consent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ASKED, SAID_NO, NO_CONSENT = "asked", "said_no", "no_consent"
EXCUSED = {
    ASKED: "was asked already",
    SAID_NO: "said no, or did not answer, before",
    NO_CONSENT: "is named in no consent",
}
"""What the record shows of a partner that stands before the choice, in words."""


@dataclass(frozen=True)
class Before:
    """Partners before the choice: `passed_over` without a reason that is known, `excused` with one."""

    passed_over: tuple[str, ...] = ()
    excused: tuple[tuple[str, str], ...] = ()


def before(order: Sequence[str], chosen: Collection[str], known: Mapping[str, str]) -> Before:
    """Return who stands before the last of the chosen.

    `order` are those that fit, the first to ask on top; `known` is what the record shows of some of them, by
    the codes of `EXCUSED`. A choice that does not fit passes over all that do.
    """
    outside = [one for one in chosen if one not in order]
    last = len(order) if outside else max((order.index(one) for one in chosen), default=0)
    passed = [one for one in order[:last] if one not in chosen]
    return Before(
        passed_over=tuple(one for one in passed if one not in known),
        excused=tuple((one, known[one]) for one in passed if one in known),
    )


def fitting(matches: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return who fits, in order, of an outcome that `referrals.rules.snapshot.told` gives."""
    return [one["facility"] for one in matches if one["fits"]]


def before_again(result: Mapping[str, Any], matches: Sequence[Mapping[str, Any]]) -> Before | None:
    """Compute who a stored choice passed over, from this order; None where that was not kept."""
    if "passed_over" not in result:
        return None
    return before(fitting(matches), result["chosen"], dict(result["excused"]))


def before_as_kept(result: Mapping[str, Any]) -> Before | None:
    """Return who a stored choice passed over, as it was kept; None where that was not kept."""
    if "passed_over" not in result:
        return None
    return Before(tuple(result["passed_over"]), tuple((one, code) for one, code in result["excused"]))

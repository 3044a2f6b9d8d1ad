"""What matching said when somebody decided, in words: who chose which option, and why not the first."""

from typing import Any

from referrals.choices import ChosenBecause, NoMatchStep
from referrals.models import MatchDecision, Referral
from referrals.rules.choice import EXCUSED, fitting
from referrals.rules.criteria import criterion_label

MOST, OPTIONS = 10, 5
"""How many decisions a referral shows, and how many options each."""


def decisions_of(referral: Referral) -> list[dict[str, Any]]:
    """Return the newest decisions about whom to ask, as template rows; names are those of that time."""
    found = MatchDecision.objects.filter(referral=referral).select_related("made_by", "data_key")
    return [_row(one) for one in found.order_by("-made_at", "-id")[:MOST] if one.snapshot]


def _row(one: MatchDecision) -> dict[str, Any]:
    result = one.result
    names = {candidate["id"]: candidate["name"] for candidate in one.snapshot["candidates"]}
    order = fitting(result["matches"])
    because = result.get("because", "")
    return {
        "at": one.made_at,
        "by": one.made_by.display_name,
        "kind": one.kind,
        "title": _title(result, names, order),
        "fit": result["fit"],
        "ruled_out": result["ruled_out"],
        "because": str(ChosenBecause(because).label) if because else "",
        "note": result.get("note", ""),
        "passed_over": [names.get(key, "A partner") for key in result.get("passed_over", ())],
        "excused": [(names.get(key, "A partner"), EXCUSED[code]) for key, code in result.get("excused", ())],
        "options": [
            {"name": names.get(key, "A partner"), "chosen": key in result["chosen"]}
            for key in order[:OPTIONS]
        ],
        "in_the_way": [(criterion_label(code), out) for code, out, _ in result["in_the_way"][:OPTIONS]],
    }


def _title(result: dict[str, Any], names: dict[str, str], order: list[str]) -> str:
    if not result["chosen"]:
        step = result.get("step", "")
        return f"Nobody fit: {NoMatchStep(step).label}" if step else "Nobody fit"
    against = dict(result.get("overruled", ()))
    places = [
        f"{names.get(key, 'A partner')} ({_place(key, order, result['fit'], against)})"
        for key in result["chosen"]
    ]
    return f"Asked {', '.join(places)}"


def _place(key: str, order: list[str], fit: int, against: dict[str, str]) -> str:
    if key in order:
        return f"number {order.index(key) + 1} of {fit}"
    if key in against:
        return f"ruled out by {criterion_label(against[key]).lower()}, and said yes"
    return "not on the list of those that fit"

"""Coverage in words, for staff: plans, what they said, what the person would pay."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from config.templatetags.ui import day, phone_display
from intake.choices_coverage import (
    NO,
    AuthorizationState,
    BenefitState,
    Holder,
    Insurer,
    PaidLevel,
    WayResult,
)
from intake.models import BenefitCheck, OtherWay, Policy, SelfPayEstimate, SelfPayRate
from intake.queries_coverage import Coverage
from intake.rules.coverage import dollars
from records.choices import Category, Purpose, RecipientKind
from records.models import Person, Recipient
from records.queries.consents import live_consents, recipients_to_name

WORDS = {"verified": "Verified", "waived": "Waived", "denied": "The plan said no", "open": "Not verified"}
FAMILY = {"verified": "success", "waived": "success", "denied": "urgent", "open": "attention"}
_TERMS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("deductible", "Deductible for a year", dollars),
    ("deductible_met", "Paid of it so far", dollars),
    ("copay", "Copay for a day or visit", dollars),
    ("coinsurance", "The person pays", "{}%".format),
    ("most_in_a_year", "At most in a year", dollars),
    ("units", "Covered at most", "{} days or visits".format),
)


def plan_title(policy: Policy) -> str:
    """Return the name of a plan: what stands on the card, else the insurer."""
    told = policy.details
    name = told.get("payer_name") or str(Insurer(told["payer"]).label)
    return f"{name}, {told['plan']}" if told.get("plan") else name


def plan_facts(policy: Policy) -> list[tuple[str, str]]:
    """Return what is known of a plan."""
    told = policy.details
    holder = str(Holder(told["holder"]).label)
    return [
        ("Member number", told["member_id"]),
        ("Group number", told.get("group", "")),
        ("Holder", f"{told['holder_name']} ({holder.lower()})" if told.get("holder_name") else holder),
        ("Phone for benefits", phone_display(told.get("phone", ""))),
        ("Pays", str(policy.get_position_display())),
    ]


def terms(row: BenefitCheck) -> list[tuple[str, str]]:
    """Return what the person would pay, as far as the plan said."""
    said = row.terms or {}
    return [(label, words(said[name])) for name, label, words in _TERMS if name in said]


def family_of(state: str) -> str:
    """Return the chip family of one answer."""
    if state in NO:
        return "urgent"
    return "success" if state in (BenefitState.VERIFIED, BenefitState.WAIVED) else "attention"


def plans(covered: Coverage) -> list[dict[str, Any]]:
    """Return each plan with its newest answer."""
    rows = []
    for policy in covered.policies:
        last = covered.newest.get(policy.pk)
        rows.append(
            {
                "policy": policy,
                "title": plan_title(policy),
                "facts": plan_facts(policy),
                "last": last,
                "family": family_of(last.state) if last else "plain",
                "terms": terms(last) if last else [],
            }
        )
    return rows


def history(checks: Iterable[BenefitCheck]) -> list[dict[str, Any]]:
    """Return everything that was learned, the newest first, each with the title of its plan."""
    return [
        {"check": one, "title": plan_title(one.policy) if one.policy else "", "family": family_of(one.state)}
        for one in checks
    ]


def may_ask(person: Person, now: datetime, covers: Collection[Category]) -> list[Recipient]:
    """Return the payers that a consent for payment lets know what `covers` names, now."""
    payers = list(recipients_to_name().filter(kind=RecipientKind.PAYER))
    named = live_consents(person, payers, Purpose.PAYMENT, covers, now)
    return [one for one in payers if one.pk in named]


def telling(payers: Collection[Recipient], covers: Collection[Category]) -> dict[str, Any]:
    """Return what the page of a call says about naming the person to a plan."""
    if payers:
        return {"payers": payers, "telling": ", ".join(one.called for one in payers)}
    parts = ", ".join(str(Category(one).label).lower() for one in covers)
    return {
        "payers": (),
        "telling": "Asking by name tells the plan that the person is here. It takes a consent for payment "
        f"that covers: {parts}. Without it the person asks, or you ask without saying who it is about.",
    }


AUTHORIZATION_FAMILY = {"asked": "attention", "granted": "success", "refused": "urgent"}


def authorization(row: Any) -> dict[str, Any]:
    """Return one authorization in words; `used` is annotated."""
    unit = row.asked["unit"]
    facts = [("Asked for", f"{row.units_asked} {unit}: {row.asked['for']}")]
    if row.state == AuthorizationState.GRANTED:
        left = row.units_granted - row.used
        facts += [
            ("Granted", f"{row.units_granted} {unit}, {day(row.starts_on)} to {day(row.ends_on)}"),
            ("Used", f"{row.used} {unit}"),
            ("Left", f"{left} {unit}"),
        ]
    if row.answer:
        facts += [("Number", row.answer["number"]), ("Spoke with", row.answer["spoken_to"])]
    return {
        "row": row,
        "title": plan_title(row.policy),
        "facts": facts,
        "family": "neutral" if row.closed_at else AUTHORIZATION_FAMILY[row.state],
        "words": (row.answer or {}).get("words", ""),
    }


def way(row: OtherWay) -> dict[str, Any]:
    """Return one way to pay in words."""
    outcome = row.outcome or {}
    result = str(WayResult(outcome["result"]).label) if outcome else ""
    return {"row": row, "result": result, "words": outcome.get("words", "")}


def prices(rates: dict[str, SelfPayRate]) -> list[tuple[str, str]]:
    """Return the levels that have a price now, with it, in the order of the levels."""
    return [
        (level, f"{label}: {dollars(rates[level].amount)} a {rates[level].get_unit_display().lower()}")
        for level, label in PaidLevel.choices
        if level in rates and rates[level].amount is not None
    ]


def estimate_words(made: SelfPayEstimate) -> str:
    """Return an estimate in one line."""
    told = made.details
    unit = told["unit"] if told["units"] == 1 else f"{told['unit']}s"
    level = PaidLevel(told["level"]).label
    return f"{level}, {told['units']} {unit} at {dollars(told['amount'])}: about {dollars(told['total'])}"

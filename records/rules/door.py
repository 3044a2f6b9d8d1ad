"""Whether a court order with its mandate, or a written agreement, opens the door now. Pure decisions.

Sources: 42 CFR 2.61 to 2.67 (subpart E), 2.11 and 2.12(c)(4) (service organisations), 2.52, 2.53.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

SUBPOENA_ALONE = (
    "A subpoena alone does not open a record. Federal law (42 CFR 2.61) asks for a court order under subpart "
    "E together with the subpoena. Until both are here nothing leaves, and nobody may say whether a record "
    "exists. Pass it to the privacy officer."
)
ORDER_ALONE = (
    "A court order alone permits and does not compel (42 CFR 2.61). Register the subpoena that goes with it."
)
# Which kinds of order come only after notice and an opportunity to respond (2.64(b), 2.65(b)).
AFTER_NOTICE = frozenset({"noncriminal", "criminal"})


@dataclass(frozen=True)
class Refusal:
    """Why nothing may leave: the rule's code and a sentence that says what to do."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Paper:
    """An order, a mandate or an agreement: whose, to whom, from and to which day, and whether it ended."""

    id: str
    person: str
    recipient: str
    starts: date
    last_day: date
    ended: bool = False


@dataclass(frozen=True)
class Order(Paper):
    """A court order."""

    kind: str = "noncriminal"
    notice: bool = False
    opportunity: bool = False


@dataclass(frozen=True)
class Mandate(Paper):
    """A subpoena or the like; `order` is the order it was registered with."""

    order: str = ""


def spent(paper: Paper, name: str, today: date) -> Refusal | None:
    """Return why a paper does not hold on this day, or None."""
    if paper.ended:
        return Refusal(f"{name}_ended", f"This {name} has been ended. Nothing more leaves on it.")
    if today < paper.starts:
        return Refusal(f"{name}_not_yet", f"This {name} does not hold yet. Check its first day.")
    if today > paper.last_day:
        return Refusal(f"{name}_expired", f"The last day of this {name} has passed. Ask for a new one.")
    return None


def order_refusal(
    order: Order | None, mandate: Mandate | None, *, person: str, recipient: str, today: date
) -> Refusal | None:
    """Return why this order and this mandate do not open the door for this person and receiver, or None."""
    if order is None:
        return Refusal("subpoena_alone", SUBPOENA_ALONE)
    if mandate is None:
        return Refusal("order_alone", ORDER_ALONE)
    for paper, name in ((order, "order"), (mandate, "subpoena")):
        if paper.person != person:
            return Refusal(f"{name}_other_person", f"This {name} is not about this person.")
        if paper.recipient != recipient:
            return Refusal(f"{name}_other_recipient", f"This {name} does not name this receiver.")
    if mandate.order != order.id:
        return Refusal("subpoena_other_order", "This subpoena does not go with this court order.")
    refusal = spent(order, "order", today) or spent(mandate, "subpoena", today)
    if refusal:
        return refusal
    if order.kind in AFTER_NOTICE and not (order.notice and order.opportunity):
        return Refusal(
            "order_without_notice",
            "This order is under a section that asks for notice and an opportunity to respond first. Neither "
            "may be missing. Pass it to counsel.",
        )
    return None


def agreement_refusal(
    agreement: Paper | None, *, kind: str, wanted_kind: str, recipient: str, today: date
) -> Refusal | None:
    """Return why this agreement does not open the door for this receiver, or None."""
    if agreement is None or kind != wanted_kind:
        return Refusal("no_agreement", "There is no written agreement of this kind. Register it first.")
    if agreement.recipient != recipient:
        return Refusal("agreement_other_recipient", "This agreement is with another party.")
    return spent(agreement, "agreement", today)


def within(asked: Collection[str], covered: Collection[str]) -> frozenset[str]:
    """Return what of the asked categories is covered; never counseling notes, which go by themselves."""
    return frozenset(str(one) for one in asked) & frozenset(covered) - {"counseling_notes"}

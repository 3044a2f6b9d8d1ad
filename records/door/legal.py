"""A court order with its subpoena as a basis (42 CFR 2.61 to 2.67)."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from config.clock import center_day
from records.choices_door import SharedFor
from records.door.grant import Asked, Grant, NotPermitted
from records.models import CourtOrder, Mandate
from records.rules import door as rules

FOR_THE_COURT = (
    "You receive this under a court order entered under 42 CFR part 2, subpart E, and the mandate that goes "
    "with it. Use and disclose it only as that order says."
)


@dataclass(frozen=True)
class CourtOrderWithMandate:
    """An order and the subpoena or similar mandate registered with it, both looked at now."""

    order_id: UUID | None
    mandate_id: UUID | None
    code = "court_order"
    from_chart = True

    def grant(self, asked: Asked) -> Grant:
        """Return what the order covers. Raises NotPermitted with the fixed sentence of the rule."""
        if not asked.may("records.legal_manage"):
            raise NotPermitted("role", "A supervisor or the privacy officer answers a court order.")
        order, mandate = live_papers(self.order_id, self.mandate_id, asked)
        allowed = rules.within(asked.categories, order.categories)
        if not allowed:
            raise NotPermitted("category_not_covered", "The court order covers none of this information.")
        return Grant(
            allowed,
            proof={"order": order, "mandate": mandate},
            redisclosure=FOR_THE_COURT,
            binds=False,
        )


def live_papers(order_id: UUID | None, mandate_id: UUID | None, asked: Asked) -> tuple[CourtOrder, Mandate]:
    """Return an order and its mandate that hold now for what is asked. Raises NotPermitted."""
    if asked.purpose != SharedFor.PROCEEDINGS:
        raise NotPermitted("order_purpose", "A court order opens the door for its proceedings alone.")
    order = CourtOrder.objects.filter(pk=order_id).first()
    mandate = Mandate.objects.filter(pk=mandate_id).first()
    refusal = rules.order_refusal(
        order_facts(order), mandate_facts(mandate), person=str(asked.person.pk),
        recipient=asked.recipient_id, today=center_day(asked.now),
    )  # fmt: skip
    if refusal is not None:
        raise NotPermitted(refusal.code, refusal.sentence)
    return cast(CourtOrder, order), cast(Mandate, mandate)


def order_facts(order: CourtOrder | None) -> rules.Order | None:
    """Return an order as the rule reads it."""
    return order and rules.Order(
        id=str(order.pk), person=str(order.person_id), recipient=str(order.recipient_id),
        starts=order.ordered_on, last_day=order.valid_until, ended=order.ended_at is not None,
        kind=order.kind, notice=order.notice_given, opportunity=order.opportunity_given,
    )  # fmt: skip


def mandate_facts(mandate: Mandate | None) -> rules.Mandate | None:
    """Return a mandate as the rule reads it."""
    return mandate and rules.Mandate(
        id=str(mandate.pk), person=str(mandate.person_id), recipient=str(mandate.recipient_id),
        starts=mandate.issued_on, last_day=mandate.valid_until, ended=mandate.ended_at is not None,
        order=str(mandate.order_id or ""),
    )  # fmt: skip

"""A court order with its subpoena as a basis (42 CFR 2.61 to 2.67)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from records.actions.consents import center_day
from records.choices_door import SharedFor
from records.door.grant import COUNSELING_NOTES, Grant, NotPermitted
from records.models import CourtOrder, Mandate, Person, Recipient
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

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient | None,
        purpose: str,
        categories: Collection[str],
        now: datetime,
        by: Any,
        medium: str,
    ) -> Grant:
        """Return what the order covers. Raises NotPermitted with the fixed sentence of the rule."""
        if not getattr(by, "has_perm", lambda name: False)("records.legal_manage"):
            raise NotPermitted("role", "A supervisor or the privacy officer answers a court order.")
        if purpose != SharedFor.PROCEEDINGS:
            raise NotPermitted("order_purpose", "A court order opens the door for its proceedings alone.")
        order = CourtOrder.objects.filter(pk=self.order_id).first()
        mandate = Mandate.objects.filter(pk=self.mandate_id).first()
        refusal = rules.order_refusal(
            order_facts(order), mandate_facts(mandate), person=str(person.pk),
            recipient=str(recipient.pk) if recipient else "", today=center_day(now),
        )  # fmt: skip
        if refusal is not None or order is None:
            raise NotPermitted(refusal.code, refusal.sentence) if refusal else NotPermitted("order_alone", "")
        covered = {*order.categories, *([COUNSELING_NOTES] if order.covers_counseling_notes else [])}
        allowed = rules.within(categories, covered, counseling_notes=order.covers_counseling_notes)
        if not allowed:
            raise NotPermitted("category_not_covered", "The court order covers none of this information.")
        return Grant(
            allowed,
            proof={"order": order, "mandate": mandate},
            redisclosure=FOR_THE_COURT,
            binds=False,
        )


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

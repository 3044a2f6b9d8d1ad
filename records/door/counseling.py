"""The two bases on which a counseling note leaves (42 CFR 2.31(b), 2.61): its own consent, or an order.

Who may receive a note is never typed: it is somebody whom such a consent or such an order names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from config.clock import center_day
from records.choices import Purpose
from records.choices_door import SharedFor
from records.consent_texts import day_words, purpose_words
from records.door.consent import copy_of
from records.door.grant import COUNSELING_NOTES, Asked, Content, Grant, NotPermitted
from records.door.legal import FOR_THE_COURT, live_papers, mandate_facts, order_facts
from records.models import CourtOrder, Mandate, Person, Recipient
from records.queries.consents import named_for_notes, notes_consent_for
from records.rules.door import ORDER_ALONE, order_refusal

NO_SUCH_CONSENT = "Counseling notes leave only with a consent for counseling notes that names this recipient."
NOT_NAMED_BY_ORDER = "This court order does not say that it covers counseling notes. Pass it to counsel."
ONLY = frozenset({COUNSELING_NOTES})


@dataclass(frozen=True)
class NotesConsent:
    """A consent for counseling notes, and nothing else, checked now. `reference` is all that is accounted."""

    reference: Sequence[tuple[str, str]]
    code = "consent"
    from_chart = False

    def grant(self, asked: Asked) -> Grant:
        """Return the ids and the hash that the accounting keeps. Raises NotPermitted."""
        if asked.recipient is None:
            raise NotPermitted("recipient_not_named", "A consent names its receiver. Choose a recipient.")
        consent, decision = notes_consent_for(asked.person, asked.recipient, asked.purpose, asked.now)
        if consent is None and decision.code != "no_consent":
            raise NotPermitted(decision.code, decision.sentence)
        if consent is None or set(consent.categories) != ONLY:
            raise NotPermitted("counseling_consent", NO_SUCH_CONSENT)
        return Grant(ONLY, consent, copy_of(consent, asked.recipient), facts=_facts(self.reference))


@dataclass(frozen=True)
class NotesOrder:
    """A court order that names counseling notes, with its subpoena, both looked at now.

    Supervisor or privacy officer registered both; the author opens the note, since nobody else can.
    """

    order_id: UUID | None
    mandate_id: UUID | None
    reference: Sequence[tuple[str, str]]
    code = "court_order"
    from_chart = False

    def grant(self, asked: Asked) -> Grant:
        """Return the ids and the hash that the accounting keeps. Raises NotPermitted."""
        order, mandate = live_papers(self.order_id, self.mandate_id, asked)
        if not order.covers_counseling_notes:
            raise NotPermitted("order_without_notes", NOT_NAMED_BY_ORDER)
        return Grant(
            ONLY,
            proof={"order": order, "mandate": mandate},
            facts=_facts(self.reference),
            redisclosure=FOR_THE_COURT,
            binds=False,
        )


def _facts(reference: Sequence[tuple[str, str]]) -> Content:
    return cast(Content, {COUNSELING_NOTES: [list(row) for row in reference]})


@dataclass(frozen=True)
class Way:
    """One receiver of a note, and by which paper. `refusal` says why it doesn't hold now, or is empty.

    `scope` is what the order covers, to go along with the note; a consent goes along as its own copy.
    """

    key: str
    recipient: Recipient
    purpose: str
    words: str
    refusal: str
    order_id: UUID | None = None
    mandate_id: UUID | None = None
    scope: str = ""

    @property
    def by_order(self) -> bool:
        """Say whether this goes by legal process; either of the two papers alone is refused as that."""
        return self.order_id is not None or self.mandate_id is not None


def ways_out(person: Person, now: datetime) -> list[Way]:
    """Return who is named to receive counseling notes of this person, by consent and by order, in that order.

    An order that doesn't name counseling notes, and a consent of another kind, name nobody here.
    """
    return [*_by_consent(person, now), *_by_order(person, now)]


def _by_consent(person: Person, now: datetime) -> list[Way]:
    found: dict[str, Way] = {}
    for recipient, purpose in named_for_notes(person):
        key = f"consent-{recipient.pk}-{purpose}"
        if key in found:
            continue
        consent, decision = notes_consent_for(person, recipient, purpose, now)
        why = purpose_words(Purpose(purpose), "en")
        words = f"{recipient.called}: by the person's consent. Purpose: {why}"
        found[key] = Way(key, recipient, purpose, words, "" if consent else decision.sentence)
    return list(found.values())


def _by_order(person: Person, now: datetime) -> list[Way]:
    orders = CourtOrder.objects.filter(person=person, covers_counseling_notes=True)
    orders = orders.select_related("recipient", "data_key").order_by("-recorded_at", "id")
    return [way for order in orders for way in _of_order(person, order, now)]


def _of_order(person: Person, order: CourtOrder, now: datetime) -> list[Way]:
    """Return one way for each subpoena of an order; an order without any is refused by name."""
    words = f"{order.recipient.called}: by court order, {order.court}, {order.case_number}"
    mandates = list(order.mandates.order_by("-recorded_at", "id"))
    if not mandates:
        return [_of_papers(order, None, words, ORDER_ALONE)]
    found = []
    for mandate in mandates:
        refusal = order_refusal(
            order_facts(order), mandate_facts(mandate), person=str(person.pk),
            recipient=str(order.recipient_id), today=center_day(now),
        )  # fmt: skip
        said = f"{words}. {mandate.get_kind_display()} {mandate.number}"
        found.append(_of_papers(order, mandate, said, refusal.sentence if refusal else ""))
    return found


def _of_papers(order: CourtOrder, mandate: Mandate | None, words: str, refusal: str) -> Way:
    first, last = day_words(order.ordered_on, "en"), day_words(order.valid_until, "en")
    return Way(
        key=f"order-{order.pk}-{mandate.pk if mandate else 'none'}",
        recipient=order.recipient,
        purpose=SharedFor.PROCEEDINGS,
        words=words,
        refusal=refusal,
        order_id=order.pk,
        mandate_id=mandate.pk if mandate else None,
        scope=(
            f"The order of {order.court} in {order.case_number}, entered {first}, "
            f"covers counseling notes for {order.recipient.called}, until the end of {last}."
        ),
    )

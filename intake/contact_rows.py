"""How a request is shown: one row of the list, or the head of its page."""

from datetime import datetime
from functools import cached_property
from typing import Any

from config.templatetags.ui import clock, clock_day, phone_link, span_words
from intake.choices_contact import (
    CHIP,
    OPEN_STATUSES,
    MessageRule,
    Observed,
    RequestKind,
    RequestStatus,
    Suspicion,
    When,
    Who,
)
from intake.contact_details import amendments_of, current_details
from intake.models import ContactAmendment, ContactRequest
from intake.rules.promise import clock_state
from intake.wording import contact_of
from records.choices import Language

FOR_WHOM = {
    Who.ME: "for themselves",
    Who.FAMILY: "for someone they care about",
    Who.PROFESSIONAL: "for a patient",
}


class RequestRow:
    """One request with the sender's changes applied, in words for staff."""

    def __init__(
        self, request: ContactRequest, amendments: list[ContactAmendment], user: Any, now: datetime
    ) -> None:
        self.request, self.amendments, self.now = request, amendments, now
        self.may_read = request.kind == RequestKind.CALL or user.has_perm("intake.information_read")
        self.removed = request.data_key.wrapped is None

    @cached_property
    def details(self) -> dict[str, Any]:
        """What holds now; empty when it was removed or may not be read."""
        if self.removed or not self.may_read:
            return {}
        return current_details(self.request, self.amendments)

    @property
    def name(self) -> str:
        """What to call them, or what this is."""
        if self.request.kind == RequestKind.INFORMATION:
            return "Information left"
        return str(self.details.get("call_name", ""))

    @property
    def for_whom(self) -> str:
        """For whom they asked."""
        return FOR_WHOM.get(self.details.get("who", ""), "")

    @property
    def about_somebody_else(self) -> bool:
        """Whether somebody asks or tells about another person."""
        return self.request.kind == RequestKind.INFORMATION or self.details.get("who") == Who.FAMILY

    @property
    def observed(self) -> list[str]:
        """What somebody has noticed, in words."""
        return [str(Observed(code).label) for code in self.details.get("observed", ())]

    @property
    def contact(self) -> str:
        """Number or address as it is written here."""
        return contact_of(self.details)

    @property
    def tel(self) -> str:
        """Target of a tel: link; empty when there is no number."""
        return phone_link(self.details["phone"]) if self.details.get("phone") else ""

    @property
    def may_leave_message(self) -> bool:
        """Whether a first name and a number may be left."""
        return self.details.get("message_ok") == MessageRule.NAME_NUMBER

    @property
    def language(self) -> str:
        """The language to speak."""
        return str(Language(self.request.language).label)

    @property
    def rules(self) -> str:
        """The contact rules in one line."""
        if self.request.kind == RequestKind.INFORMATION:
            return ""
        if self.details.get("email"):
            return "Write only"
        rules = ["Name and number only" if self.may_leave_message else "No message"]
        if self.details.get("text_ok"):
            rules.append("text OK")
        return ", ".join(rules)

    @property
    def asked_time(self) -> str:
        """The part of the day they asked for; empty for "as soon as you can"."""
        when = self.details.get("when", When.SOON)
        return "" if when == When.SOON else str(When(when).label)

    @property
    def waits(self) -> bool:
        """Whether a call is still due."""
        return self.request.kind == RequestKind.CALL and self.request.status in OPEN_STATUSES

    @cached_property
    def timing(self) -> tuple[str, str]:
        """Chip family and words of the clock; empty when it does not run."""
        if not self.waits:
            return "", ""
        state, minutes = clock_state(self.request.next_call_at, self.now)
        words = span_words(abs(self.now - self.request.next_call_at))
        if state == "overdue":
            return "urgent", f"Overdue {words}" if minutes else "Due now"
        if state == "due":
            return "attention", f"Due in {minutes} min"
        return "neutral", f"Due {clock(self.request.next_call_at)}"

    @property
    def overdue(self) -> bool:
        """Whether the promise was missed."""
        return self.timing[0] == "urgent"

    @property
    def call_by(self) -> str:
        """When to call, in words."""
        return clock_day(self.request.next_call_at, self.now)

    @property
    def chip(self) -> str:
        """The colour family of the status."""
        return CHIP[RequestStatus(self.request.status)]

    @property
    def why(self) -> str:
        """How and when it came."""
        return f"{self.request.get_source_display()}, {clock_day(self.request.received_at, self.now)}"

    @property
    def many(self) -> str:
        """How many requests from the same number this row stands for, in words."""
        return f"{getattr(self.request, 'same', 1)} from this number"

    @property
    def looks_automatic(self) -> bool:
        """Whether it may come from a machine."""
        return self.request.suspicion != Suspicion.NONE

    @property
    def cancelled(self) -> bool:
        """Whether the sender asked us not to call any more."""
        return any(amendment.kind == "cancel" for amendment in self.amendments)


def rows_of(requests: list[ContactRequest], user: Any, now: datetime) -> list[RequestRow]:
    """Return rows for a list, with one query for all the changes."""
    amendments = amendments_of(requests)
    return [RequestRow(request, amendments[request.pk], user, now) for request in requests]

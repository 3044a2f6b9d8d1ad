"""How a call after a stay is shown: which number, what may be said, and what was tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.contact_rows import RequestRow, rows_of
from programs.models import FollowUp

NO_MESSAGE = "No message"
FAMILIES = {
    "reached": "success",
    "declined": "neutral",
    "died": "neutral",
    "readmitted": "info",
    "in_care": "info",
    "not_reached": "attention",
    "missed": "urgent",
}


@dataclass(frozen=True)
class FollowUpRow:
    """One call, with the request that the contact rules come from when the person asked for themselves."""

    follow_up: FollowUp
    asked: RequestRow | None

    @property
    def phone(self) -> str:
        """The number on file, else the one that the person's own request gave; empty when there is none."""
        given = self.asked.details.get("phone") if self.asked else ""
        return self.follow_up.admission.episode.person.phone or given or ""

    @property
    def rules(self) -> str:
        """The contact rules in one line. Who allowed nothing gets no message."""
        return (self.asked.rules if self.asked else "") or NO_MESSAGE

    @property
    def may_leave_message(self) -> bool:
        """Whether a first name and a number may be left."""
        return bool(self.asked and self.asked.may_leave_message)


def rows_for(follow_ups: Sequence[FollowUp], user: Any, now: datetime) -> list[FollowUpRow]:
    """Return rows for calls, with one query for what the requests' senders changed."""
    asked = [one.admission.episode.contact_request for one in follow_ups]
    made = rows_of([one for one in asked if one is not None], user, now)
    rows = {row.request.pk: row for row in made if not row.about_somebody_else}
    return [FollowUpRow(one, rows.get(one.admission.episode.contact_request_id)) for one in follow_ups]

"""How a promise to call back is shown: where the call ended, how to reach the person, what was tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.templatetags.ui import clock
from intake.contact_rows import RequestRow, rows_of
from intake.models import Callback
from intake.queries import waiting_callbacks
from intake.questions import BY_KEY

NO_MESSAGE = "No message"


@dataclass(frozen=True)
class CallbackRow:
    """One promise, with the request that the contact rules come from, if there was one."""

    callback: Callback
    asked: RequestRow | None

    @property
    def phone(self) -> str:
        """The number on file, else the one that the request gave; empty when there is none."""
        given = self.asked.details.get("phone") if self.asked else ""
        return self.callback.episode.person.phone or given or ""

    @property
    def rules(self) -> str:
        """The contact rules in one line. Who allowed nothing gets no message."""
        return (self.asked.rules if self.asked else "") or NO_MESSAGE

    @property
    def may_leave_message(self) -> bool:
        """Whether a first name and a number may be left."""
        return bool(self.asked and self.asked.may_leave_message)

    @property
    def where(self) -> str:
        """The section and the question where the call ended; nothing when no answer was given yet."""
        return field_words(self.callback.section, self.callback.field)

    @property
    def into_call(self) -> str:
        """How far into the call, as 00:04:12; nothing when it isn't known."""
        if self.callback.seconds_in is None:
            return ""
        minutes, seconds = divmod(self.callback.seconds_in, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours:02}:{minutes:02}:{seconds:02}"

    @property
    def why(self) -> str:
        """Why to call now, in a line. Names the section only: lists are read over shoulders."""
        parts = [self.callback.get_reason_display()]
        if self.callback.section in BY_KEY:
            parts.append(f"at {BY_KEY[self.callback.section].title}")
        if self.into_call:
            parts.append(f"{self.into_call} into it")
        if self.callback.tried:
            parts.append(f"tried {self.callback.tried}x, last {clock(self.callback.last_try)}")
        return " · ".join(parts)


def field_words(section_key: str, field: str) -> str:
    """A field in words, like "Mental health, Anxiety"; nothing for a section that is not there."""
    section = BY_KEY.get(section_key)
    if section is None:
        return ""
    question = section.question(field.rpartition(":")[2])
    return f"{section.title}, {question.label.rstrip('?')}" if question else section.title


def rows_for(callbacks: list[Callback], user: Any, now: datetime) -> list[CallbackRow]:
    """Return rows for promises, with one query for what their requests' senders changed."""
    asked = [one.episode.contact_request for one in callbacks if one.episode.contact_request]
    rows = {row.request.pk: row for row in rows_of(asked, user, now)} if asked else {}
    return [CallbackRow(one, rows.get(one.episode.contact_request_id)) for one in callbacks]


def waiting_rows(user: Any, now: datetime, limit: int) -> list[CallbackRow]:
    """Return the promises that wait in `user`'s reach, the most urgent first."""
    return rows_for(list(waiting_callbacks(user)[:limit]), user, now)

"""What a request may see of a record opened in an emergency: pages of one record, for reading.

A POST sees nothing of it, so that every step is the same 404 as for a stranger; the safety check alone may
be written down. Exports are no reading. It ends with the row, on the very next query.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from config import clock
from records.models import BreakGlass
from records.queries.people import live_break_glass

SESSION_KEY = "break_glass"


def safety_documentation(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let this view be written to while a record is open in an emergency."""
    view.safety_documentation = True  # type: ignore[attr-defined]
    return view


class EmergencyReading:
    """Marks the user of a request that reads in an emergency, and gives the page its banner."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what it reads is known once the view is."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Look for an open row only in the session that opened it."""
        if not request.user.is_authenticated or SESSION_KEY not in request.session:
            return
        row = live_break_glass(request.user).select_related("person__data_key", "data_key").first()
        if row is None:
            del request.session[SESSION_KEY]
            return
        request.break_glass = _with_time(row)  # type: ignore[attr-defined]
        about_a_record = any(isinstance(value, UUID) for value in kwargs.values())
        reads = request.method in ("GET", "HEAD") or getattr(view, "safety_documentation", False)
        exports = getattr(getattr(view, "access", None), "export", False)
        request.user.reads_in_emergency = about_a_record and reads and not exports  # type: ignore[union-attr]


def _with_time(row: BreakGlass) -> BreakGlass:
    row.minutes_left = row.minutes_left_at(clock.now())  # type: ignore[attr-defined]
    return row

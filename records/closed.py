"""A record whose key was destroyed or damaged: its pages say so, and lists go around it."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.actions import record
from config.crypto import CannotOpen
from config.errors import not_found
from records.fields import around_closed
from records.queries.keys import person_of_key

log = logging.getLogger("clearway.records")

GetResponse = Callable[[HttpRequest], HttpResponse]


class ClosedRecords:
    """Answers for a view that met something it can't open. Which key it was, only trail and log say."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a list again around what is closed; for one record, say that it can't be opened."""
        if not isinstance(exception, CannotOpen):
            return None
        log.warning("can't be opened: key %s", exception.key_id)
        if not request.user.is_authenticated:
            return not_found(request)
        return _list_around(request) or _closed(request, exception)


def _list_around(request: HttpRequest) -> HttpResponse | None:
    """Make the page of a list once more; an address that names a record is not a list."""
    match = request.resolver_match
    if request.method != "GET" or match is None or match.kwargs:
        return None
    with around_closed():
        try:
            return match.func(request, *match.args)
        except (CannotOpen, ValueError, TypeError, LookupError) as problem:
            log.warning("no list around it", exc_info=problem)
            return None


def _closed(request: HttpRequest, exception: CannotOpen) -> HttpResponse:
    person = person_of_key(exception.key_id) if exception.key_id else None
    record("record.closed", by=request.user, person=person, key=exception.key_id)
    return render(request, "records/closed.html", status=410)

"""Leads whoever sends a form a second time to where the first one led."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from outbox.submit import AlreadyDone


class LeadWhereItLed:
    """Answers AlreadyDone, from whichever view it comes, with the address that the first submit led to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Redirect a second submit; leave every other exception alone."""
        return redirect(exception.url) if isinstance(exception, AlreadyDone) else None

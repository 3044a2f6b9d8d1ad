"""The refusals that a screen explains, and the handlers for pages that cannot be shown."""

import secrets
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


class Refused(Exception):
    """A rule says no. `code` names the rule, `message` says it to the user, `field` places it on a form.

    `reasons` holds further sentences when there is more than one, each with what to do about it.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None, reasons: Any = ()) -> None:
        super().__init__(code)
        self.code, self.message, self.field, self.reasons = code, message, field, tuple(reasons)


class Conflict(Exception):
    """Somebody else was first. `message` says who and what, in words for the user; answered with 409."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__("conflict")
        self.message, self.details = message, details


class TrailUnavailable(Exception):
    """The trail could not be written, so nothing opens, leaves or is stored. Answered with 503."""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form whose protection token is missing or old, without losing the way back."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page for what does not exist and for what is not yours."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the page needs another role."""
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request could not be read."""
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, with a reference that the log line carries too.

    When the trail or the database is away, say that nothing can be opened now, and what to do meanwhile.
    """
    request.error_reference = secrets.token_hex(4)  # type: ignore[attr-defined]
    if isinstance(sys.exc_info()[1], TrailUnavailable | OperationalError | InterfaceError):
        return closed(request)
    return render(request, "500.html", {"reference": request.error_reference}, status=500)


def closed(request: HttpRequest) -> HttpResponse:
    """Say that nothing can be opened now (503). Asks neither database nor session."""
    page = {
        "reference": getattr(request, "error_reference", ""),
        "staff": request.path.startswith(("/staff/", "/accounts/")),
    }
    return HttpResponse(render_to_string("503.html", page), status=503, headers={"Retry-After": "60"})

"""Logs and error reports without anybody's data: ids, types and places, one JSON object in a line."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

# Addresses whose next part is a token or a spoken word.
_SECRET_PLACE = re.compile(r"(/p/|/sign/)[^/\s]+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|=\([^)]*\)")
LONGEST = 2000
PLACES = 12
# What an operator must read to help: where something could not be reached or was not set; nobody's data.
_TELLING = (ImproperlyConfigured, OperationalError, ImportError, OSError)


def place_of(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Return 'Type at file:line > file:line', without message, locals or source lines."""
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{kind.__name__ if kind else 'Exception'} at {' > '.join(places[-PLACES:])}"


def _without_secrets(value: Any) -> str:
    """Return an argument of a log line without query, token and spoken word."""
    return _SECRET_PLACE.sub(r"\1…", str(value).split("?")[0])


def _said(record: logging.LogRecord) -> str:
    """Return the message, cut to what its writer may say: what comes from a request or a task is left out."""
    if record.name.startswith("celery") and isinstance(record.args, dict):
        return f"Task {record.args.get('name', '')}[{record.args.get('id', '')}]"
    if record.name.startswith("django.") and isinstance(record.args, tuple):
        args = tuple(arg if isinstance(arg, int) else _without_secrets(arg) for arg in record.args)
        return str(record.msg) % args if args else str(record.msg)
    if record.name.startswith("gunicorn"):
        return _QUOTED.sub("…", _without_secrets(record.getMessage()))
    return record.getMessage()


class OneLine(logging.Formatter):
    """Formats a record as one line of JSON, whatever line breaks somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an exception is reduced to its type and the places it passed through."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record)[:LONGEST],
        }
        if record.exc_info and record.exc_info[0]:
            told["error"] = place_of(record.exc_info[0], record.exc_info[2])
        reference = getattr(getattr(record, "request", None), "error_reference", "")
        if reference:
            told["reference"] = reference
        return json.dumps(told)


class ScrubbedHandler(logging.StreamHandler):
    """A console handler that cannot print what somebody typed."""

    def __init__(self, stream: Any = None) -> None:
        super().__init__(stream)
        self.setFormatter(OneLine())


def say_why_it_ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Replace Python's last words (`sys.excepthook`): the text of an error only where it is nobody's data."""
    if issubclass(kind, KeyboardInterrupt):
        return
    told = f"{place_of(kind, trace)}\n"
    if isinstance(error, _TELLING):
        told += f"{error}\n"
    sys.stderr.write(told)


class NoLocals(SafeExceptionReporterFilter):
    """Hides every local variable and every setting in an error page."""

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> list[tuple[str, Any]]:
        """Return no variables at all."""
        return []

    def get_post_parameters(self, request: Any) -> dict:
        """Return no form values at all."""
        return {}


class Reporter(ExceptionReporter):
    """Django's error page without request data."""

    def get_traceback_data(self) -> dict:
        """Remove what could hold a person's data."""
        data = super().get_traceback_data()
        for key in (
            "request_GET_items",
            "request_FILES_items",
            "request_COOKIES_items",
            "filtered_POST_items",
        ):
            data[key] = []
        data["exception_value"] = _QUOTED.sub("…", str(data.get("exception_value", "")))[:200]
        return data

"""Logs and error reports without anybody's data: ids and types, never values."""

import logging
import re
from typing import Any

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

# Addresses whose next part is a token or a spoken word.
_SECRET_PLACE = re.compile(r"(/p/|/sign/)[^/\s]+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|=\([^)]*\)")


class ScrubbedFormatter(logging.Formatter):
    """Formats a record; an exception is reduced to its type and the places it passed through."""

    def formatException(self, ei: Any) -> str:
        """Return 'Type at file:line < file:line', without message, locals or source lines."""
        kind, _, trace = ei
        places = []
        while trace is not None:
            places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
            trace = trace.tb_next
        return f"{kind.__name__ if kind else 'Exception'} at {' > '.join(places[-12:])}"


class ScrubbedHandler(logging.StreamHandler):
    """A console handler that cannot print what somebody typed."""

    def setFormatter(self, fmt: logging.Formatter | None) -> None:
        """Keep the given line format, with our own treatment of exceptions."""
        super().setFormatter(ScrubbedFormatter(fmt._fmt if fmt else None))

    def emit(self, record: logging.LogRecord) -> None:
        """Drop cached exception text that another handler may have left, URL queries, tokens and words."""
        record.exc_text = None
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(_SECRET_PLACE.sub(r"\1…", str(arg).split("?")[0]) for arg in record.args)
        super().emit(record)


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

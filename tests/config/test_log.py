"""Logs hold no token, no spoken word, no query and no text of an exception."""

import logging

import pytest

from config.log import ScrubbedHandler


def logged(message, *args, name="django.request", error=None):
    lines = []

    class Stream:
        def write(self, text):
            lines.append(text)

        def flush(self):
            pass

    handler = ScrubbedHandler(Stream())
    handler.setFormatter(logging.Formatter("%(message)s"))
    info = (type(error), error, error.__traceback__) if error else None
    handler.handle(logging.LogRecord(name, logging.WARNING, "f", 1, message, args, info))
    return "".join(lines)


@pytest.mark.parametrize(
    "path,kept",
    [
        ("/p/xHEe81r9JGWA-secret/", "/p/…/"),
        ("/es/sign/mv7v6qdd/", "/es/sign/…/"),
        ("/staff/people/?name=Jordan+Lee", "/staff/people/"),
    ],
)
def test_paths_lose_what_is_secret(path, kept):
    line = logged("%s: %s", "Not Found", path)
    assert line.strip() == f"Not Found: {kept}"


def test_an_exception_is_told_by_type_and_place_only():
    try:
        raise ValueError("Jordan Lee, 804 555 0123")
    except ValueError as error:
        line = logged("Internal Server Error: %s", "/staff/", error=error)
    assert "ValueError at test_log.py" in line
    assert "Jordan" not in line

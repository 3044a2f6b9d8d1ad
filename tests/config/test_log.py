"""Logs hold no token, no spoken word, no query and no text of an exception; an entry is one line of JSON."""

import json
import logging
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from config.errors import server_error
from config.last_resort import with_last_resort
from config.log import ScrubbedHandler, say_why_it_ended


def lines_of(message, *args, name="django.request", error=None, **extra):
    lines = []

    class Stream:
        def write(self, text):
            lines.append(text)

        def flush(self):
            pass

    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, "f", 1, message, args, info)
    record.__dict__.update(extra)
    ScrubbedHandler(Stream()).handle(record)
    return "".join(lines)


def logged(message, *args, **options):
    text = lines_of(message, *args, **options)
    assert text.count("\n") == 1 and text.endswith("\n")
    return json.loads(text)


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "path,kept",
    [
        ("/p/xHEe81r9JGWA-secret/", "/p/…/"),
        ("/es/sign/mv7v6qdd/", "/es/sign/…/"),
        ("/staff/people/?name=Jordan+Lee", "/staff/people/"),
    ],
)
def test_paths_lose_what_is_secret(path, kept):
    assert logged("%s: %s", "Not Found", path)["message"] == f"Not Found: {kept}"


def test_an_exception_is_told_by_type_and_place_only():
    error = raised(ValueError("Jordan Lee, 804 555 0123"))
    line = logged("Internal Server Error: %s", "/staff/", error=error)
    assert line["error"].startswith("ValueError at test_log.py")
    assert "Jordan" not in str(line)


@pytest.mark.parametrize(
    "typed", ["ana\r\nroot signed in", 'a\n{"level": "INFO"}', "x\u2028y\x1b[31m", "\x00"]
)
def test_nobody_can_write_a_second_line(typed):
    for name in ("clearway.accounts", "django.request", "gunicorn.error"):
        line = lines_of("sign-in of %s failed", typed, name=name)
        assert len(line.splitlines()) == 1
        assert line.isascii() and line.strip().isprintable()


def test_a_task_is_told_by_name_and_id_without_its_error():
    told = {
        "name": "outbox.tasks.deliver",
        "id": "7",
        "exc": "ValueError('Jordan Lee')",
        "traceback": "Jordan",
    }
    record = logging.LogRecord("celery.app.trace", logging.ERROR, "f", 1, "%(name)s %(exc)s", (told,), None)
    assert record.args == told
    line = logged("Task %(name)s[%(id)s] raised: %(exc)s", told, name="celery.app.trace")
    assert line["message"] == "Task outbox.tasks.deliver[7]"


def test_the_web_servers_own_lines_lose_what_was_asked():
    line = logged("Error handling request %s", "/staff/people/?name=Jordan", name="gunicorn.error")
    assert line["message"] == "Error handling request /staff/people/"
    line = logged(
        "Invalid request from ip=1.2.3.4: Invalid HTTP request line: 'GET Jordan'", name="gunicorn.error"
    )
    assert "Jordan" not in line["message"]


def test_a_crash_shows_a_reference_and_the_log_has_the_same(db):
    request = RequestFactory().get("/staff/")
    page = server_error(request).content.decode()
    line = logged("Internal Server Error: %s", "/staff/", request=request)
    assert line["reference"] in page
    assert len(line["reference"]) == 8
    assert "Traceback" not in page and "911" in page


def test_when_django_itself_fails_a_fixed_page_answers(caplog):
    def broken(environ, start_response):
        raise ValueError("Jordan Lee")

    told = {}

    def start(status, headers, exc_info=None):
        told.update(dict(headers), status=status)

    body = b"".join(with_last_resort(broken)({}, start)).decode()
    assert told["status"].startswith("500")
    assert told["Cache-Control"] == "no-store, private"
    assert int(told["Content-Length"]) == len(body.encode())
    assert "tel:911" in body and "Jordan" not in body
    reference = caplog.records[-1].args[0]
    assert reference in body


def test_a_command_ends_without_the_text_of_its_error(capsys):
    say_why_it_ended(ValueError, *(lambda e: (e, e.__traceback__))(raised(ValueError("Jordan Lee"))))
    said = capsys.readouterr().err
    assert said.startswith("ValueError at test_log.py") and "Jordan" not in said
    say_why_it_ended(ImproperlyConfigured, ImproperlyConfigured("Set CLEARWAY_SECRET_KEY"), None)
    assert "Set CLEARWAY_SECRET_KEY" in capsys.readouterr().err


def test_the_web_server_takes_our_log_and_believes_no_peer():
    script = (
        "import sys; sys.argv = ['gunicorn', 'config.wsgi', '-c', 'config/web.py'];"
        "from gunicorn.app.wsgiapp import WSGIApplication; c = WSGIApplication().cfg;"
        "print(c.logger_class.__name__, c.forwarded_allow_ips, c.accesslog)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    assert done.stdout.split("\n")[0] == "WebLog [] None", done.stderr

"""AS-68, TM-20: whatever breaks, in whichever view, nobody's data is in the page, the log or a mail.

Every view of the URLconf is made to fail at its end, with a seeded person's data in its hands, in its locals
and in the text of the error. What comes out is a page with a reference, and log lines with the same one.
"""

import io
import json
import logging

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, get_resolver

from config.log import ScrubbedHandler
from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, BACKEND, may_open, parts_of, visit

pytestmark = pytest.mark.django_db
SECRETS = ("Jordan Lee", "+18045550171", "804-555-0171", "took 60 g", "1988-06-21")


class Broken(Exception):
    """Carries somebody's data in its text, as a careless library would."""


def views(resolver=None, space=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield space + entry.name, entry
        else:
            yield from views(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


def failing(original):
    """Return a view that fails with people's data all around it, and says who may open it as before."""

    def view(request, *args, **kwargs):
        person, phone, born = SECRETS[0], SECRETS[1], SECRETS[4]
        request.META["HTTP_X_PERSON"] = person
        try:
            raise Broken(f"duplicate key: ({person}, {phone}, {born}) already exists")
        except Broken as error:
            raise ValueError(f"could not save {SECRETS[2]}: {SECRETS[3]}") from error

    if hasattr(original, "access"):
        view.access = original.access
    return view


@pytest.fixture
def log():
    """Return everything that our handler writes, by the loggers as they are set up."""
    stream = io.StringIO()
    handler = ScrubbedHandler(stream)
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_no_view_tells_anything_when_it_breaks(
    ana, cole, dana, sam, pia, audrey, ada, log, monkeypatch, settings
):
    settings.ADMINS = settings.MANAGERS = [("Ops", "ops@center.example")]
    world = build_world(ana, cole, dana)
    entries, staff = dict(views()), (sam, cole, ana, pia, ada, audrey)
    client, wrong, broken = Client(raise_request_exception=False), [], 0
    for address in ADDRESSES:
        url = address.url(parts_of(address, world, world.ordinary))
        user = next(one for one in staff if may_open(one, address.access))
        client.force_login(user, backend=BACKEND)
        entry = entries[address.name]
        original = entry.callback
        monkeypatch.setattr(entry, "callback", failing(original), raising=False)
        for method in ("get", "post"):
            log.seek(0)
            log.truncate()
            response = visit(client, method, url + "?name=Jordan+Lee")
            if response.status_code in (302, 403, 404, 405):
                continue
            broken += 1
            page, lines = response.content.decode(), log.getvalue().splitlines()
            told = [json.loads(line) for line in lines]
            references = {one["reference"] for one in told if "reference" in one}
            text = page + log.getvalue() + str(response.headers)
            leaks = [secret for secret in (*SECRETS, "Jordan") if secret in text.replace(url, "")]
            if response.status_code != 500 or leaks or not any(one in page for one in references):
                wrong.append(f"{method} {address.name}: {response.status_code} {leaks} {references}")
        monkeypatch.setattr(entry, "callback", original, raising=False)
    assert not wrong
    assert broken > 60, "the views were not made to fail"
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_the_database_says_nothing_either_when_a_row_is_refused(ana, log):
    """PostgreSQL's own words hold the row that it refused; they stop at the log's door."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO accounts_user (email) VALUES ('Jordan Lee')")
    except DatabaseError:
        logging.getLogger("clearway.test").exception("a row was refused")
    line = json.loads(log.getvalue())
    assert line["error"].startswith("IntegrityError") or "Error at" in line["error"]
    assert "Jordan" not in log.getvalue()

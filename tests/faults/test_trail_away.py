"""The trail refuses to be written: nothing opens, leaves or commits, and people are told what to do."""

from contextlib import closing

import pytest
from django.db import connection
from django.urls import reverse

from config import clock
from config.errors import TrailUnavailable
from desk.actions import search
from intake.models import ContactRequest
from records.actions.people import create_person, update_person
from records.models import Disclosure, Person
from tests import database
from tests.factories.consents import signed_consent
from tests.factories.records import make_recipient
from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, parts_of
from tests.records.test_disclose import open_door

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True, databases=["default", "public"])]

REFUSE = """
    CREATE FUNCTION refuse_trail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse_trail BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_trail();
"""
ALLOW = "DROP TRIGGER refuse_trail ON audit_event; DROP FUNCTION refuse_trail();"


class Trail:
    """Switches the trail off and on again, as the owner."""

    def __init__(self):
        self.off = False

    def _do(self, statements):
        with closing(database.owner()) as owner, owner.cursor() as cursor:
            cursor.execute(statements)

    def refuse(self):
        self._do(REFUSE)
        self.off = True

    def revoke(self):
        self._do("REVOKE INSERT ON audit_event FROM clearway_app")
        self.off = True

    def restore(self):
        if self.off:
            self._do(
                "GRANT INSERT ON audit_event TO clearway_app; DROP TRIGGER IF EXISTS refuse_trail ON"
                " audit_event; DROP FUNCTION IF EXISTS refuse_trail();"
            )


@pytest.fixture
def trail():
    trail = Trail()
    yield trail
    trail.restore()


def contents():
    """Return how many rows each table has that a person's work would change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(
            row[0]
            for row in cursor.fetchall()
            if not row[0].startswith(("django_session", "usersessions_", "accounts_", "demo_"))
        )
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)), 0) FROM "{table}" t')
            counts[table] = cursor.fetchone()
    return counts


@pytest.mark.parametrize("way", ["refuse", "revoke"])
def test_no_page_of_a_record_opens_and_nothing_is_stored(ana, cole, dana, trail, way):
    world = build_world(ana, cole, dana)
    about = [address for address in ADDRESSES if address.about_a_record and address.access.kind == "staff"]
    clients = {role: browser(role) for role in ("supervisor", "clinician", "privacy")}
    before = contents()
    getattr(trail, way)()
    opened, names = [], (world.ordinary.person.name, world.ordinary.person.phone)
    for address in about:
        values = parts_of(address, world, world.ordinary)
        for role, client in clients.items():
            for method in ("get", "post"):
                response = getattr(client, method)(address.url(values))
                body = b"".join(response).decode(errors="replace")
                if response.status_code == 200 or any(name and name in body for name in names):
                    opened.append(f"{method} {address.name} as {role}: {response.status_code}")
    assert not opened, "\n".join(opened)
    assert contents() == before


def test_the_page_says_what_to_do(ana, as_user, trail):
    person = create_person(by=ana, name="Robin Vale", phone="+18045550199")
    client = as_user(ana)
    client.raise_request_exception = False
    trail.refuse()
    response = client.get(reverse("desk:person", args=[person.pk]))
    assert response.status_code == 503
    page = response.content.decode()
    assert "Records can't be opened now" in page.replace("&#x27;", "'")
    assert "medical emergency" in page
    assert "Robin" not in page
    assert client.get(reverse("desk:downtime")).status_code == 200


def test_nobody_signs_in(ana, client, trail):
    client.raise_request_exception = False
    trail.refuse()
    response = client.post("/accounts/login/", {"login": ana.email, "password": "quiet-harbor-2026"})
    assert response.status_code in (200, 503)
    assert "_auth_user_id" not in client.session


def test_nothing_leaves_by_the_door(ana, trail):
    person = create_person(by=ana, name="Robin Vale", phone="+18045550199")
    harbor = make_recipient()
    signed_consent(ana, person, harbor)
    trail.refuse()
    with pytest.raises(TrailUnavailable):
        open_door(person, harbor)
    assert not Disclosure.objects.exists()


def test_no_action_commits(ana, trail):
    person = create_person(by=ana, name="Robin Vale", phone="+18045550199")
    trail.refuse()
    for act in (
        lambda: create_person(by=ana, name="Quinn Ash", phone="+18045550198"),
        lambda: update_person(person=person, by=ana, name="Someone Else"),
        lambda: search(by=ana, name="Robin Vale"),
    ):
        with pytest.raises(TrailUnavailable):
            act()
    assert [one.name for one in Person.objects.all()] == ["Robin Vale"]


def test_the_public_pages_stay_and_a_request_is_kept_on_the_screen(client, trail):
    client.raise_request_exception = False
    trail.refuse()
    for name in ("public:help-now", "public:home"):
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert "911" in response.content.decode()
    assert not ContactRequest.objects.exists()
    assert clock.now()


def test_when_it_is_back_everything_works(ana, as_user, trail):
    person = create_person(by=ana, name="Robin Vale", phone="+18045550199")
    client = as_user(ana)
    client.raise_request_exception = False
    url = reverse("desk:person", args=[person.pk])
    trail.refuse()
    assert client.get(url).status_code == 503
    trail.restore()
    assert client.get(url).status_code == 200

"""The public role may execute one function, and that function returns nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from audit.models import Event
from config import clock
from intake.actions.public_requests import submit_request


@pytest.mark.django_db(databases=["default", "public"])
def test_the_public_role_has_no_privilege_on_any_table():
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("clearway_public",)
        cursor.execute(
            """
            SELECT c.relname, p.privilege FROM pg_class c, unnest(ARRAY[
                'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'
            ]) AS p(privilege)
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
              AND has_table_privilege(c.oid, p.privilege)
            """
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db(databases=["default", "public"])
def test_the_public_role_may_execute_two_functions_of_ours():
    with connections["public"].cursor() as cursor:
        cursor.execute(
            """
            SELECT p.proname FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """
        )
        assert sorted(cursor.fetchall()) == [("submit_complaint",), ("submit_contact_request",)]
        cursor.execute(
            "SELECT DISTINCT prorettype::regtype::text FROM pg_proc"
            " WHERE proname IN ('submit_contact_request', 'submit_complaint')"
        )
        assert cursor.fetchall() == [("void",)]


@pytest.mark.django_db
def test_the_app_may_not_use_the_public_door():
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege(oid, 'EXECUTE') FROM pg_proc"
            " WHERE proname IN ('submit_contact_request', 'submit_complaint')"
        )
        assert cursor.fetchall() == [(False,), (False,)]


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_event_of_a_request_does_not_tell_who_said_that_they_are_in_danger():
    due_at = clock.now() + timedelta(minutes=10)
    submit_request(
        submit_key=uuid4(), details={"who": "me"}, danger="yes", language="en", due_at=due_at, kind="call"
    )
    event = Event.objects.get(name="contact_request.received")
    assert event.ids == {"kind": "call"}

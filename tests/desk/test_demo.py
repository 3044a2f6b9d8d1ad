"""The demo: a marked database, a clock that moves for everyone, a world loaded once; absent otherwise."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import NoReverseMatch, reverse

from desk.demo.clock import parse_step
from tests import database
from tests.factories.accounts import make_user

ROOT = Path(__file__).resolve().parents[2]
COUNTS = "SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM audit_event)"


def manage(*command, name=None, demo="1"):
    """Run a management command against the database `name` and return the finished process."""
    env = {**os.environ, "DEMO": demo, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if name:
        env |= {key: database.with_database(os.environ[key], name) for key in database.ROLE_VARIABLES}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def demo_database(django_db_setup):
    """A database of its own, marked as a demo and loaded."""
    name = f"demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with closing(database.admin()) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {database.TEMPLATE} OWNER clearway_owner')
    for command in ("demo_setup", "demo_load"):
        done = manage(command, name=name)
        assert done.returncode == 0, done.stderr
    return name


def query(name, sql, role="DATABASE_URL"):
    with closing(psycopg2.connect(database.with_database(os.environ[role], name))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None


def test_loading_again_changes_nothing(demo_database):
    before = query(
        demo_database, "SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM audit_event)"
    )
    done = manage("demo_load", name=demo_database)
    assert done.returncode == 0, done.stderr
    after = query(
        demo_database, "SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM audit_event)"
    )
    assert before == after
    assert before[0][0] == 8


def test_sign_ins_are_listed_as_text_and_as_json(demo_database):
    logins = json.loads(manage("demo_logins", "--json", name=demo_database).stdout)
    assert {login["role"] for login in logins} == {
        "admissions",
        "clinician",
        "supervisor",
        "privacy",
        "auditor",
        "administrator",
    }
    assert all(login["email"].endswith("@demo.example") and login["password"] for login in logins)
    assert "ana@demo.example" in manage("demo_logins", name=demo_database).stdout


def test_the_boards_of_the_loop_show_something_of_each_kind(demo_database):
    offers = query(
        demo_database,
        "SELECT r.name, o.status, f.next_step, o.last_heard_at < app_now() - interval '1 day' "
        "FROM referrals_offer o JOIN referrals_referral f ON f.id = o.referral_id "
        "JOIN referrals_facility p ON p.id = o.facility_id JOIN records_recipient r ON r.id = p.recipient_id "
        "ORDER BY o.made_at DESC",
    )
    assert offers == [
        ("Northgate", "sent", "call_partner", None),
        ("Elm", "accepted", "await_arrival", False),
        ("Elm", "arrived", "daily_contact", False),
        ("Elm", "arrived", "daily_contact", True),
    ]
    kept = "SELECT count(*) FROM programs_slothold WHERE kind = 'return' AND released_at IS NULL"
    assert query(demo_database, kept) == [(1,)]


def test_the_clock_moves_for_everyone(demo_database):
    before = datetime.fromisoformat(manage("demo_clock", name=demo_database).stdout.strip())
    after = datetime.fromisoformat(manage("demo_clock", "+1d", name=demo_database).stdout.strip())
    assert timedelta(days=1) <= after - before < timedelta(days=1, minutes=2)
    assert query(demo_database, "SELECT app_now() > clock_timestamp() + interval '23 hours'")[0][0]


def test_the_clock_goes_forward_only(demo_database):
    assert manage("demo_clock", "--", "-1h", name=demo_database).returncode == 1
    assert manage("demo_clock", "soon", name=demo_database).returncode == 1


def test_outside_demo_mode_the_commands_refuse(demo_database):
    for command in ("demo_setup", "demo_load", "demo_logins", "demo_clock"):
        assert manage(command, name=demo_database, demo="0").returncode == 1, command


def test_the_product_refuses_to_serve_demo_data_as_real(demo_database):
    env = {key: database.with_database(os.environ[key], demo_database) for key in database.ROLE_VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**os.environ, **env, "DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "demo world" in done.stderr


def test_demo_mode_does_not_start_on_a_database_that_is_no_demo(django_db_setup):
    done = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env={**os.environ, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "not marked as a demo" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_database_with_data_is_never_marked():
    make_user("admissions", "zoe")
    done = manage("demo_setup", name=None)
    assert done.returncode == 1
    assert "holds data" in done.stderr


@pytest.mark.django_db
def test_without_demo_mode_there_is_no_clock(as_user, ana):
    with pytest.raises(NoReverseMatch):
        reverse("desk:demo-clock")
    assert as_user(ana).post("/staff/demo-clock/", {"step": "1h"}).status_code == 404
    assert b"Demo clock" not in as_user(ana).get("/staff/").content


def test_the_app_cannot_replace_the_clock(db):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() $$"
        )


@pytest.mark.parametrize("text,minutes", [("+15m", 15), ("1h", 60), ("+2d", 2880)])
def test_steps_are_read(text, minutes):
    assert parse_step(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "1", "-1h", "+1w", "+99999d", "1.5h", "+401d"])
def test_other_steps_are_refused(text):
    with pytest.raises(ValueError):
        parse_step(text)

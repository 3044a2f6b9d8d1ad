"""Marks a database as a demo and gives it a movable clock. Runs as the owner; refuses real data."""

from django.core.management.base import CommandError
from django.db import connection

MARK = """
    CREATE TABLE demo_world (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        loaded text[] NOT NULL DEFAULT '{}'
    );
    INSERT INTO demo_world DEFAULT VALUES;
    CREATE TABLE demo_clock (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        shift interval NOT NULL DEFAULT '0'
    );
    INSERT INTO demo_clock DEFAULT VALUES;
    REVOKE INSERT, DELETE ON demo_world, demo_clock FROM clearway_app;
    CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE
        SET search_path = public, pg_temp AS $$ SELECT clock_timestamp() + shift FROM demo_clock $$;
"""

# A database that holds any of these holds somebody's work.
OCCUPIED_BY = ("accounts_user", "records_person", "intake_contactrequest")


def is_demo() -> bool:
    """Return whether this database is marked as a demo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.demo_world') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def mark_as_demo() -> bool:
    """Mark an empty database as a demo; return whether this call did. Raises CommandError when not empty."""
    if is_demo():
        return False
    with connection.cursor() as cursor:
        for table in OCCUPIED_BY:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")  # noqa: S608 - names from this module
            if cursor.fetchone()[0]:
                raise CommandError("This database holds data and is no demo. Nothing was changed.")
        cursor.execute(MARK)
    return True

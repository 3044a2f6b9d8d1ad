"""Whoever holds the public form's password tries everything else the server could do for them, and may not.

Runs against whatever server the tests use: the embedded one, or the one that TEST_DATABASE_ADMIN_URL names.
"""

import os
from contextlib import closing

import psycopg2
import pytest
from django.db import connections
from psycopg2 import errors

from tests.factories.records import make_person

pytestmark = pytest.mark.django_db(databases=["default", "public"])

EVERY_TABLE = (
    'SELECT 1 FROM "{}"',
    'SELECT count(*) FROM "{}"',
    'INSERT INTO "{}" DEFAULT VALUES',
    'DELETE FROM "{}"',
    'TRUNCATE "{}"',
    'DO $$ BEGIN LOCK TABLE "{}" IN ACCESS SHARE MODE; END $$',
    'COPY "{}" TO STDOUT',
    'COPY (SELECT * FROM "{}") TO STDOUT',
    'DROP TABLE "{}"',
    'ALTER TABLE "{}" OWNER TO clearway_public',
    'CREATE POLICY one ON "{}" USING (true)',
    'GRANT SELECT ON "{}" TO clearway_public',
)
SUBMIT = "submit_contact_request(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"


@pytest.fixture
def door():
    """A connection as the public role, each statement on its own."""
    with closing(psycopg2.connect(os.environ["DATABASE_PUBLIC_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("clearway_public",)
            yield cursor


def tables():
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_no_table_can_be_used_in_any_way(door):
    names = tables()
    assert len(names) > 30
    for name in names:
        for statement in EVERY_TABLE:
            with pytest.raises(errors.InsufficientPrivilege):
                door.execute(statement.format(name))


def test_no_function_of_ours_can_be_called_but_the_two_that_hand_in(door):
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """
            SELECT p.oid::regprocedure::text, p.proname, p.pronargs FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """
        )
        functions = cursor.fetchall()
    assert len(functions) > 5
    for _signature, name, arguments in functions:
        if name in ("submit_contact_request", "submit_complaint"):
            continue
        with pytest.raises(errors.InsufficientPrivilege):
            door.execute(f"SELECT {name}({', '.join(['NULL'] * arguments)})")


TRICKS = (
    "SET ROLE clearway_app",
    "SET ROLE clearway_owner",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION clearway_app",
    "CREATE TABLE mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "CREATE TABLE pg_temp.mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.app_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    "CREATE EXTENSION dblink",
    "CREATE ROLE mine SUPERUSER",
    "CREATE DATABASE mine",
    "CREATE VIEW mine AS SELECT 1",
    "ALTER ROLE clearway_public SUPERUSER",
    "ALTER ROLE clearway_public BYPASSRLS",
    "ALTER SYSTEM SET log_statement = 'all'",
    "ALTER DATABASE postgres SET search_path = 'x'",
    "GRANT clearway_app TO clearway_public",
    "COPY (SELECT 1) TO PROGRAM 'touch /tmp/pwned'",
    "COPY (SELECT 1) TO '/tmp/pwned'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/pwned')",
    "SELECT pg_reload_conf()",
    "SELECT pg_rotate_logfile()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('x')",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_file_settings",
    "SELECT * FROM pg_config",
    "DO $$ BEGIN PERFORM 1 FROM records_person; END $$",
    "WITH x AS (DELETE FROM records_person RETURNING 1) SELECT * FROM x",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM records_person",
    "PREPARE one AS SELECT * FROM records_person; EXECUTE one",
    "EXPLAIN ANALYZE SELECT * FROM records_person",
    "SELECT query_to_xml('SELECT * FROM records_person', true, false, '')",
    "SELECT table_to_xml('records_person', true, false, '')",
    "SELECT 'records_person'::regclass, pg_relation_size('records_person')/0 FROM records_person",
    "COMMENT ON TABLE records_person IS 'x'",
    "CREATE TRIGGER x BEFORE INSERT ON intake_contactrequest FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION refuse_change()",
    "CREATE RULE x AS ON SELECT TO records_person DO INSTEAD SELECT 1",
    "CREATE PUBLICATION x FOR ALL TABLES",
    "CREATE SUBSCRIPTION x CONNECTION '' PUBLICATION y",
    "CREATE SERVER x FOREIGN DATA WRAPPER y",
    "SECURITY LABEL ON TABLE records_person IS 'x'",
    "REASSIGN OWNED BY clearway_owner TO clearway_public",
    "CREATE CAST (text AS integer) WITH FUNCTION refuse_change()",
    "VACUUM FULL pg_authid",
)
MAY_ONLY_WARN = ("VACUUM",)
# The words of PostgreSQL 17 and later, and those of earlier ones.
REFUSED = ("permission denied", "only superuser")


@pytest.mark.parametrize("statement", TRICKS)
def test_no_way_round(door, statement):
    if statement.startswith(MAY_ONLY_WARN):
        door.execute(statement)
        assert any(word in notice for notice in door.connection.notices for word in REFUSED)
        return
    with pytest.raises(psycopg2.Error) as refused:
        door.execute(statement)
        door.fetchall()
    assert refused.value.pgcode not in (None, "22012", "57014"), "refused, not by accident"


def test_large_objects_hold_nothing_of_ours_and_take_nothing(door):
    """PostgreSQL lets every role make large objects; `setup_roles` takes that away."""
    with pytest.raises(errors.InsufficientPrivilege):
        door.execute("SELECT lo_create(0)")
    with pytest.raises(errors.InsufficientPrivilege):
        door.execute("SELECT lo_from_bytea(0, 'x')")


def test_statistics_and_sessions_of_others_tell_nothing(ana, door):
    make_person(ana, "Jordan Lee")
    door.execute("SELECT count(*) FROM pg_stats WHERE schemaname = 'public'")
    assert door.fetchone() == (0,)
    door.execute("SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query <> ''")
    assert {row[0] for row in door.fetchall()} <= {"<insufficient privilege>"}


def test_the_one_function_answers_nothing_and_refuses_what_is_not_sealed(door):
    with pytest.raises(psycopg2.Error) as refused:
        door.execute(f"SELECT {SUBMIT}")
    assert (
        refused.value.diag.constraint_name == "intake_contactrequest_sealed"
        or refused.value.pgcode == "23502"
    )
    door.execute("SELECT set_config('search_path', 'pg_temp, public', false)")
    with pytest.raises(psycopg2.Error):
        door.execute(f"SELECT {SUBMIT}")


APP_MAY_NOT = (
    "SET ROLE clearway_owner",
    "CREATE TABLE mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "TRUNCATE audit_event",
    "DELETE FROM audit_event",
    "UPDATE audit_event SET name = 'x'",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_create(0)",
    "ALTER ROLE clearway_app SUPERUSER",
    "DROP TABLE records_person",
    "CREATE EXTENSION dblink",
)


def test_the_app_has_no_way_to_change_what_is_written_or_who_it_is():
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        for statement in APP_MAY_NOT:
            with pytest.raises(psycopg2.Error):
                cursor.execute(statement)

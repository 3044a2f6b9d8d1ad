"""Makes the cluster's three roles and the database, as a superuser. Safe to repeat."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
import psycopg2.errors
from django.core.management.base import BaseCommand, CommandError
from psycopg2 import sql

from config.settings import ROLE_URLS

# Neither role of the running product may create anything, or be a member of the owner.
ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT"


def ensure_roles(cursor: Any, passwords: dict[str, str]) -> None:
    """Create or correct each role; an empty password leaves it to the server's own authentication."""
    for role, password in passwords.items():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} {ATTRIBUTES}").format(sql.Identifier(role))
        if password:
            statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
        cursor.execute(statement)


def ensure_database(cursor: Any, name: str, owner: str) -> None:
    """Create the database, owned by `owner`, closed to everyone else until migrations grant."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for role in ("clearway_app", "clearway_public"):
        cursor.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
        )


# PostgreSQL lets every role make large objects, which no table's privileges cover. Nobody here needs any.
LARGE_OBJECTS = """
    SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_import', 'lo_open', 'lo_put', 'lowrite')
"""


def refuse_large_objects(cursor: Any) -> bool:
    """Take large objects away from every role in the connected database; return whether that was allowed.

    Servers run by somebody else may not let their administrator change functions of PostgreSQL itself.
    """
    cursor.execute(LARGE_OBJECTS)
    try:
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
    except psycopg2.errors.InsufficientPrivilege:
        return False
    return True


class Command(BaseCommand):
    help = "Create clearway_owner, clearway_app and clearway_public, and the database (DATABASE_ADMIN_URL)."
    requires_system_checks: list = []

    def handle(self, *args: Any, **options: Any) -> None:
        urls = {role: _url(name) for role, name in ROLE_URLS.items()}
        admin = _url("DATABASE_ADMIN_URL")
        database = (urlsplit(urls["app"]).path or "/clearway").lstrip("/")
        passwords = {f"clearway_{role}": unquote(urlsplit(url).password or "") for role, url in urls.items()}
        connection = psycopg2.connect(admin)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                ensure_roles(cursor, passwords)
                ensure_database(cursor, database, "clearway_owner")
        finally:
            connection.close()
        inside = psycopg2.connect(urlunsplit(urlsplit(admin)._replace(path=f"/{database}")))
        inside.autocommit = True
        try:
            with inside.cursor() as cursor:
                if not refuse_large_objects(cursor):
                    self.stdout.write("Large objects stay allowed: this administrator can not change that.")
        finally:
            inside.close()
        self.stdout.write("Roles clearway_owner, clearway_app and clearway_public are ready.")


def _url(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CommandError(f"{name} is not set.")
    return value

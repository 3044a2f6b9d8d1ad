"""One migrated template database, a copy of it for each worker, and resets as the owner."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import sql

from accounts.management.commands.setup_roles import ensure_database
from config.embedded import postgres_programs

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "clearway_template"
ROLE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PUBLIC_URL")
KEPT = ("django_migrations", "django_content_type", "auth_permission", "referrals_zipcentroid")


def with_database(url: str, name: str) -> str:
    """Return `url` with another database name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def admin(name: str = "postgres"):
    """Connect as the superuser, outside any transaction."""
    connection = psycopg2.connect(with_database(os.environ["DATABASE_ADMIN_URL"], name))
    connection.autocommit = True
    return connection


def owner():
    """Connect to this worker's database as its owner."""
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    return connection


def make_template() -> None:
    """Migrate the template once per session; workers wait for the first."""
    state = Path(os.environ["CLEARWAY_STATE"])
    with (state / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = state / "template.ready"
        if ready.exists():
            return
        _manage("setup_roles")
        folder = os.environ.get("TEST_TEMPLATE_FOLDER")
        if folder:
            _restore_or_keep(Path(folder))
        else:
            _manage("migrate", "--verbosity", "0")
        ready.touch()


def _restore_or_keep(folder: Path) -> None:
    """Restore the template from an earlier run, and migrate only what is new since; keep the result.

    Beside each dump stand the fingerprints of the files that shaped it. A dump is used when all of them are
    unchanged here, so that what is left to do is what a migration adds.
    """
    here = _shapes()
    kept = folder / f"{hashlib.sha256(json.dumps(here, sort_keys=True).encode()).hexdigest()}.dump"
    if kept.exists():
        _postgres("pg_restore", "--exit-on-error", str(kept))
        return
    folder.mkdir(parents=True, exist_ok=True)
    earlier = {one: json.loads(one.read_text()) for one in folder.glob("*.json")}
    usable = [one for one, shapes in earlier.items() if shapes.items() <= here.items()]
    if usable:
        nearest = max(usable, key=lambda one: len(earlier[one]))
        _postgres("pg_restore", "--exit-on-error", str(nearest.with_suffix(".dump")))
    _manage("migrate", "--verbosity", "0")
    fresh = kept.with_suffix(f".{os.getpid()}")
    _postgres("pg_dump", "--format=custom", f"--file={fresh}")
    fresh.replace(kept)
    kept.with_suffix(".json").write_text(json.dumps(here))


def _shapes() -> dict[str, str]:
    """Return path and fingerprint of everything that shapes the schema."""
    paths = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*sql.py"), ROOT / "requirements-dev.txt"]
    paths += [ROOT / "config/crypto.py", ROOT / "records/fields.py"]
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _manage(*command: str) -> None:
    """Run a management command on the template."""
    urls = {name: with_database(os.environ[name], TEMPLATE) for name in ROLE_VARIABLES}
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        check=True,
    )


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the template, as the superuser."""
    address = with_database(os.environ["DATABASE_ADMIN_URL"], TEMPLATE)
    subprocess.run([str(postgres_programs() / program), f"--dbname={address}", *arguments], check=True)


def make_worker_database(worker: str) -> str:
    """Copy the template for one worker and point this process and its children at the copy."""
    make_template()
    name = f"test_{worker}"
    with closing(admin()) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER clearway_owner')
        ensure_database(cursor, name, "clearway_owner")  # a copy is open to everyone until it is closed
    for variable in ROLE_VARIABLES:
        os.environ[variable] = with_database(os.environ[variable], name)
    for alias in ("default", "public"):
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    return name


def reset() -> None:
    """Empty every table of ours, as the owner; the app's role may not TRUNCATE."""
    with closing(owner()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [sql.Identifier(row[0]) for row in cursor.fetchall() if row[0] not in KEPT]
        has_rows = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table.string), table)
            for table in tables
        )
        cursor.execute(has_rows)
        used = [sql.Identifier(row[0]) for row in cursor.fetchall()]
        if used:
            cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(used)))

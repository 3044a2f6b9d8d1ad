"""pytest plugin: a PostgreSQL and a Valkey of this run's own, ready before Django's settings are read.

Loaded with `-p tests.servers`, which is earlier than any conftest and than pytest-django. Only the controller
starts servers; the workers of pytest-xdist inherit its environment. The environment's own DATABASE_URL and
REDIS_URL are always replaced, so that no test ever meets real data. TEST_DATABASE_ADMIN_URL (a superuser's
address) and TEST_REDIS_URL name other servers to use instead.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.embedded import EmbeddedPostgres, EmbeddedValkey
from config.local_files import ensure_counseling_keys, ensure_keys, ensure_secret
from config.owned_server import OwnedServer

FOLDER = "clearway-test-"
ROLES = {
    "DATABASE_URL": "clearway_app",
    "DATABASE_OWNER_URL": "clearway_owner",
    "DATABASE_PUBLIC_URL": "clearway_public",
}


class TestServers:
    """The servers, keys and folder of one test run."""

    __test__ = False

    def __init__(self) -> None:
        base = Path("/dev/shm")
        if not os.access(base, os.W_OK):
            base = Path(tempfile.gettempdir())
        _remove_abandoned(base)
        self.process = os.getpid()
        self.state = Path(tempfile.mkdtemp(prefix=FOLDER, dir=base))
        self.running: list[OwnedServer] = []

    def start(self) -> None:
        """Start what is needed and put the addresses into the environment."""
        atexit.register(self.stop)
        os.environ["CLEARWAY_STATE"] = str(self.state)
        keys = self.state / "keys.json"
        ensure_keys(keys)
        os.environ["CLEARWAY_KEYS_FILE"] = str(keys)
        ensure_counseling_keys(self.state / "counseling-keys.json")
        os.environ["CLEARWAY_COUNSELING_KEYS_FILE"] = str(self.state / "counseling-keys.json")
        os.environ["CLEARWAY_SECRET_KEY"] = ensure_secret(self.state / "secret_key")
        os.environ.pop("DEMO", None)
        if admin := os.environ.get("TEST_DATABASE_ADMIN_URL"):
            os.environ.update(_external_database(admin))
        else:
            self._run(EmbeddedPostgres(self.state / "postgres", durable=False))
        if redis := os.environ.get("TEST_REDIS_URL"):
            os.environ["REDIS_URL"] = redis
        else:
            self._run(EmbeddedValkey(self.state / "valkey", durable=False))

    def stop(self) -> None:
        """Stop the servers and remove every file. Does nothing in a forked child or the second time."""
        if os.getpid() != self.process:
            return
        for server in reversed(self.running):
            server.stop()
            server.remove()
        self.running.clear()
        shutil.rmtree(self.state, ignore_errors=True)

    def _run(self, server: OwnedServer) -> None:
        server.start()
        self.running.append(server)
        os.environ.update(server.environment())


def _external_database(admin: str) -> dict[str, str]:
    """Return the four addresses on the superuser's server; TEST_<name> gives one explicitly."""
    found = {"DATABASE_ADMIN_URL": admin}
    for name, role in ROLES.items():
        parts = urlsplit(admin)
        host = parts.netloc.rpartition("@")[2]
        found[name] = os.environ.get(f"TEST_{name}") or urlunsplit(
            parts._replace(netloc=f"{role}@{host}", path="/clearway")
        )
    return found


def _remove_abandoned(base: Path) -> None:
    """Delete the folders of runs that were killed: over a minute old, and no process owns their server."""
    for folder in base.glob(f"{FOLDER}*"):
        lock = folder / "postgres" / "owner.lock"
        try:
            if time.time() - folder.stat().st_mtime < 60:
                continue
            if lock.exists():
                with lock.open("a") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def pytest_unconfigure() -> None:
    """Stop the servers at the end of the run, also after Ctrl-C."""
    if SERVERS is not None:
        SERVERS.stop()


SERVERS = None if "PYTEST_XDIST_WORKER" in os.environ else TestServers()
if SERVERS is not None:
    SERVERS.start()

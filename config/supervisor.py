"""One command runs it all: `python -m config.supervisor`, which is what `bin/run` ends in.

Starts the servers that the environment doesn't name, prepares the database, then runs web, worker, beat and
relay until Ctrl-C, and stops everything it started. Children end with it even when it is killed. Standard
library only, so that it can speak before anything else is imported.

Environment: HOST and PORT (default 127.0.0.1, 8000), CLEARWAY_STATE (default ./.local), DEMO (default 1 with
the embedded database), DATABASE_URL (with the URLs of its other roles) and REDIS_URL for existing servers.
"""

import contextlib
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from config.console import StepError, Waiting, counter, run_step, say
from config.embedded import EmbeddedPostgres, EmbeddedValkey
from config.local_files import (
    ensure_counseling_keys,
    ensure_keys,
    ensure_secret,
    private_folder,
    write_environment,
)
from config.owned_server import EmbeddedError, OwnedServer, last_lines

ROOT = Path(__file__).resolve().parent.parent
OTHER_ROLES = ("DATABASE_OWNER_URL", "DATABASE_PUBLIC_URL")
HEALTHY_WITHIN_SECONDS = 90
WEB = "gunicorn config.wsgi -c config/web.py --workers 2 --threads 4"
WORKER = "celery -A config worker -c 2 -l WARNING --without-mingle --without-gossip"
BEAT = "celery -A config beat -l WARNING --pidfile="


class CannotRun(RuntimeError):
    """Clearway can't start or go on; the text is for the person at the terminal."""


class Stop(BaseException):
    """Somebody asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


class Child(OwnedServer):
    """One of Clearway's own long-running processes."""

    stop_signals = ((signal.SIGTERM, 10), (signal.SIGQUIT, 4), (signal.SIGKILL, 5))
    start_seconds = 5

    def __init__(self, label: str, arguments: list[str], state: Path, environment: dict[str, str]) -> None:
        super().__init__(state / "process" / label, log=state / "log" / f"{label}.log")
        self.label = label
        self.arguments = arguments
        self._variables = environment

    def ready(self) -> bool:
        """A child counts as started when it runs; whether it works is for /health/ to say."""
        return self.process is not None and self.process.poll() is None

    def _command(self) -> list[str]:
        return [sys.executable, *self.arguments]

    def _mark(self) -> bytes:
        return b"\0".join(os.fsencode(part) for part in self._command())

    def _options(self) -> dict[str, Any]:
        return {"cwd": ROOT, "env": self._variables}


class Supervisor:
    """Everything that one start needs, in the order in which it happens."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.state = Path(environment.get("CLEARWAY_STATE") or ROOT / ".local").resolve()
        self.logs = self.state / "log"
        self.host = environment.get("HOST") or "127.0.0.1"
        self.port = int(environment.get("PORT") or 8000)
        self.servers: list[OwnedServer] = []
        self.children: list[Child] = []
        self.is_first_start = False

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the site."""
        local = self.host in ("127.0.0.1", "0.0.0.0", "::1", "::", "localhost")  # noqa: S104 - compared, not bound
        return f"http://{'localhost' if local else self.host}:{self.port}/"

    def run(self) -> None:
        """Start, watch until something ends or somebody asks for it, and stop what was started."""
        private_folder(self.state)
        private_folder(self.logs)
        with self._only_one():
            try:
                self._start()
                self._watch()
            finally:
                self._stop()

    def _start(self) -> None:
        (self.logs / "prepare.log").unlink(missing_ok=True)
        self._describe_children()
        for child in self.children:
            child.claim()
        self._check_port()
        self._start_servers()
        self._prepare_database()
        logins = self._load_demo() if self.environment.get("DEMO") == "1" else ""
        for child in self.children:
            child.start()
        self._await_health()
        say()
        say(f"Clearway is running at {self.address}")
        if logins:
            say(logins)
        say("Stop it with Ctrl-C.")

    # -- one at a time

    @contextlib.contextmanager
    def _only_one(self) -> Any:
        """Hold this folder for as long as we run: two supervisors would stop each other's servers."""
        with (self.state / "run.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CannotRun(f"Clearway already runs from this folder: {lock.read().strip()}") from None
            lock.truncate(0)
            lock.write(f"{self.address} (process {os.getpid()})\n")
            lock.flush()
            yield

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as problem:
                raise CannotRun(
                    f"Port {self.port} on {self.host} can't be used: {problem.strerror}. "
                    f"Choose another, for example: PORT={self.port + 1} bin/run"
                ) from problem

    # -- servers and database

    def _start_servers(self) -> None:
        if self.environment.get("DATABASE_URL"):
            self._require_other_roles()
        else:
            self._start_postgres()
        if self.environment.get("DEMO") == "1":
            self._use_local_keys()
        if not self.environment.get("REDIS_URL"):
            self._start_server(EmbeddedValkey(self.state / "valkey", log=self.logs / "valkey.log"))
        self._default("BASE_URL", self.address.rstrip("/"))

    def _require_other_roles(self) -> None:
        missing = [name for name in OTHER_ROLES if not self.environment.get(name)]
        if missing:
            raise CannotRun(f"DATABASE_URL is set, so {' and '.join(missing)} must be set as well.")

    def _use_local_keys(self) -> None:
        """Make keys and a secret here, unless the environment has some: only data made here needs them."""
        ensure_keys(self.state / "keys.json")
        ensure_counseling_keys(self.state / "counseling-keys.json")
        self._default("CLEARWAY_KEYS_FILE", str(self.state / "keys.json"))
        self._default("CLEARWAY_COUNSELING_KEYS_FILE", str(self.state / "counseling-keys.json"))
        self._default("CLEARWAY_SECRET_KEY", ensure_secret(self.state / "secret_key"))

    def _start_postgres(self) -> None:
        """Start the embedded database with what belongs to it: local keys, and the demo unless refused."""
        database = EmbeddedPostgres(self.state / "postgres", log=self.logs / "postgres.log")
        self.is_first_start = database.is_new()
        say("Making the database ..." if self.is_first_start else "Starting the database ...")
        self._start_server(database)
        self._use_local_keys()
        self._default("DEMO", "1")

    def _default(self, name: str, value: str) -> None:
        """Set a variable that is not set, or is empty, which means the same."""
        if not self.environment.get(name):
            self.environment[name] = value

    def _start_server(self, server: OwnedServer) -> None:
        self.servers.append(server)
        server.start()
        self.environment.update(server.environment())

    def _remember_environment(self) -> None:
        """Leave the addresses where `manage.py` in another terminal looks for them."""
        prefixes = ("DATABASE_", "REDIS_URL", "CLEARWAY_", "DEMO", "BASE_URL")
        known = {name: value for name, value in self.environment.items() if name.startswith(prefixes)}
        write_environment(self.state / "runtime.env", known)

    def _prepare_database(self) -> None:
        if self.servers:
            self._remember_environment()
        if self.environment.get("DATABASE_ADMIN_URL"):
            self._manage("Preparing the database's roles", "setup_roles")
        total = None
        if self.is_first_start:
            plan = self._manage("Counting tables", "showmigrations", "--plan")
            total = sum(line.startswith("[ ]") for line in plan.splitlines())
        self._manage("Preparing tables", "migrate", detail=counter(r"^\s+Applying ", "steps", total))
        self._collect_static_files()

    def _collect_static_files(self) -> None:
        """Collect and compress them, unless nothing changed since the last start."""
        stamp = self.state / "static.stamp"
        sources = _static_fingerprint()
        if stamp.exists() and stamp.read_text() == sources:
            return
        self._manage(
            "Collecting styles and scripts", "collectstatic", "--noinput", "--clear", "--verbosity", "0"
        )
        stamp.write_text(sources)

    def _load_demo(self) -> str:
        """Load the synthetic world unless it is there, and return the sign-ins."""
        self._manage("Marking the database as a demo", "demo_setup")
        self._manage("Loading the demo world", "demo_load", detail=str.strip)
        return self._manage("Looking up the demo sign-ins", "demo_logins")

    def _manage(self, title: str, *arguments: str, **options: Any) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return run_step(title, command, self.environment, self.logs / "prepare.log", **options)

    # -- our own processes

    def _describe_children(self) -> None:
        bound = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        commands = {
            "web": ["-m", *WEB.split(), "--bind", bound],
            "worker": ["-m", *WORKER.split()],
            "beat": ["-m", *BEAT.split()],
            "relay": [str(ROOT / "manage.py"), "relay"],
        }
        self.children = [
            Child(name, command, self.state, self.environment) for name, command in commands.items()
        ]

    def _await_health(self) -> None:
        waiting = Waiting("Starting web, worker, beat and relay")
        deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
        while True:
            self._raise_if_one_ended()
            healthy, answer = self._ask_health()
            if healthy:
                return
            if time.monotonic() > deadline:
                raise CannotRun(f"Not healthy after {HEALTHY_WITHIN_SECONDS} s: {answer}. Logs: {self.logs}")
            waiting.still(answer)
            time.sleep(0.3)

    def _ask_health(self) -> tuple[bool, str]:
        """Return whether all is well, and what /health/ says."""
        target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - looked up
        connection = http.client.HTTPConnection(target, self.port, timeout=5)
        try:
            connection.request("GET", "/health/", headers={"Host": "localhost"})
            answer = connection.getresponse()
            return (
                answer.status == 200,
                f"/health/ answers {answer.status} {answer.read(200).decode(errors='replace')}",
            )
        except (OSError, http.client.HTTPException):
            return False, "the web server does not answer yet"
        finally:
            connection.close()

    def _watch(self) -> None:
        while True:
            self._raise_if_one_ended()
            time.sleep(0.5)

    def _raise_if_one_ended(self) -> None:
        for process in (*self.servers, *self.children):
            if process.ended():
                code = process.process.returncode if process.process else None
                raise CannotRun(
                    f"{process.label} ended by itself ({code}), so everything stops. "
                    f"Its log {process.log} ends:\n{last_lines(process.log)}"
                )

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self.children:
            child.ask_to_stop()
        for process in (*self.children, *reversed(self.servers)):
            process.stop()


def _static_fingerprint() -> str:
    """Return what changes whenever a static file of ours or the list of packages does."""
    ours = [*(ROOT / "static").rglob("*"), *ROOT.glob("[!.]*/static/**/*")]
    seen = [
        f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sorted(ours) if path.is_file()
    ]
    rules = [(ROOT / name).read_text() for name in ("requirements.txt", "config/static.py")]
    return hashlib.sha256("\n".join(seen + rules).encode()).hexdigest()


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def main() -> int:
    """Run until stopped; returns 0 when somebody asked for the end, 1 when something went wrong."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
    try:
        Supervisor(environment).run()
    except Stop:
        say("Stopped.")
        return 0
    except (CannotRun, StepError, EmbeddedError) as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

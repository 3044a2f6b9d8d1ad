"""A server process that one process of ours owns: started, watched, ended, and never left behind.

Standard library only, and nothing runs on import.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

LONGEST_SOCKET_FOLDER = 88
LOG_LIMIT = 5_000_000


class EmbeddedError(RuntimeError):
    """An embedded server can't be found, started or stopped; the text says why."""


def die_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` after which the child gets `sig` when this process ends, however it ends.

    Linux only; elsewhere it does nothing.
    """
    parent = os.getpid()
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None)

    def arm() -> None:
        libc.prctl(1, sig)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def last_lines(log: Path, count: int = 12) -> str:
    """Return the last lines of a log file, empty when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""


def socket_folder(home: Path) -> Path:
    """Return where the sockets of `home` go: there, or in a short private folder when its path won't do.

    Socket paths end at 107 bytes, and a space in one would have to survive several URL parsers.
    """
    plain = all(c.isascii() and (c.isalnum() or c in "/._-") for c in str(home))
    if plain and len(str(home)) <= LONGEST_SOCKET_FOLDER:
        return home
    tag = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"clearway-{os.geteuid()}-{tag}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise EmbeddedError(f"{folder} is not a private folder of this user; remove it and try again")
    return folder


def plain_environment() -> dict[str, str]:
    """Return the environment without what would change a server's behaviour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _send(pid: int, sig: signal.Signals) -> None:
    """Signal a server; the last resort goes to its whole session."""
    if sig == signal.SIGKILL:
        os.killpg(pid, sig)
    else:
        os.kill(pid, sig)


class OwnedServer:
    """A server process with a home folder, owned by one process of ours at a time.

    Two locks, both held by the kernel and so never stale: `owner.lock` by the process that started the
    server, `alive.lock` by every process of the server itself, which inherits it. If the owner is gone and
    `alive.lock` is taken, a server was left over and is ended first; if it is free, whatever a pid file says
    is history.
    """

    label: str
    stop_signals: ClassVar[tuple[tuple[signal.Signals, int], ...]]
    start_seconds: ClassVar[int]

    def __init__(self, home: Path | str, *, durable: bool = True, log: Path | None = None) -> None:
        self.home = Path(home).resolve()
        self.durable = durable
        self.log = log or self.home / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._owner: int | None = None
        self._alive: int | None = None
        self._asked = False

    def claim(self) -> None:
        """Become the owner and end what an earlier owner left running; raises EmbeddedError.

        `start` does this too; call it earlier to free what a leftover holds, such as a port.
        """
        if self._owner is not None:
            return
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self._owner = self._lock("owner.lock")
        if self._owner is None:
            raise EmbeddedError(f"{self.label} in {self.home} is in use by another process")
        try:
            self._alive = self._end_leftover()
        except BaseException:
            self._release()
            raise

    def start(self) -> None:
        """Start the server and return when it answers; after an EmbeddedError nothing is left running."""
        self.claim()
        try:
            self._prepare()
            self._launch()
            self._await_ready()
        except BaseException:
            self.stop()
            raise

    def ask_to_stop(self) -> None:
        """Send the first, gentle signal, once, and don't wait."""
        if self.process is not None and not self._asked and self.process.poll() is None:
            self.process.send_signal(self.stop_signals[0][0])
            self._asked = True

    def stop(self) -> None:
        """Stop the server, first gently, and return when it has ended. Stopping twice is harmless."""
        self.ask_to_stop()
        for position, (sig, seconds) in enumerate(self.stop_signals):
            if self.process is None or self.process.poll() is not None:
                break
            if position > 0:
                _send(self.process.pid, sig)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        self._asked = False
        self._release()

    def ended(self) -> bool:
        """Tell whether a server that was started has ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def remove(self) -> None:
        """Delete a stopped server's files, data included."""
        shutil.rmtree(self.home, ignore_errors=True)
        self._remove_elsewhere()

    def ready(self) -> bool:
        """Tell whether the server answers a question on its socket."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                return self._answers(connection)
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        """Return the variables by which the rest of the project finds this server."""
        raise NotImplementedError

    def _answers(self, connection: socket.socket) -> bool:
        raise NotImplementedError

    def _prepare(self) -> None:
        """Make what must exist before the server starts."""

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _options(self) -> dict[str, Any]:
        """Return what Popen needs besides: another account, folder or environment."""
        return {"cwd": "/", "env": plain_environment()}

    def _remove_elsewhere(self) -> None:
        """Delete what lies outside the home folder."""

    def _release(self) -> None:
        """Give up both locks; a server that lives keeps its own hold on `alive.lock`."""
        for descriptor in (self._owner, self._alive):
            if descriptor is not None:
                os.close(descriptor)
        self._owner = self._alive = None

    def _lock(self, name: str) -> int | None:
        """Return a descriptor that holds the lock, or None when another process holds it."""
        descriptor = os.open(self.home / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _end_leftover(self) -> int:
        """End a server whose owner is gone and return the descriptor that holds `alive.lock`."""
        for sig, seconds in ((None, 1), *self.stop_signals):
            if sig is not None:
                self._signal_leftover(sig)
            deadline = time.monotonic() + seconds
            while True:
                descriptor = self._lock("alive.lock")
                if descriptor is not None:
                    return descriptor
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
        raise EmbeddedError(f"an earlier {self.label} in {self.home} is still running and can't be stopped")

    def _signal_leftover(self, sig: signal.Signals) -> None:
        """Signal the process that the last start noted, unless its id is another program's by now."""
        try:
            pid = int((self.home / "server.pid").read_text())
            process = Path(f"/proc/{pid}/cmdline")
            if process.parent.parent.is_dir() and self._mark() not in process.read_bytes():
                return
            _send(pid, sig)
        except (OSError, ValueError):
            return

    def _mark(self) -> bytes:
        """Return what the command line of this server, and of no other, contains."""
        return os.fsencode(self.home)

    def _launch(self) -> None:
        if self._alive is None:
            raise EmbeddedError(f"{self.label} was not claimed")
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._alive,),
                preexec_fn=die_with_parent(self.stop_signals[0][0]),
                **self._options(),
            )
        os.close(self._alive)
        self._alive = None
        (self.home / "server.pid").write_text(str(self.process.pid))

    def _await_ready(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while not self.ready():
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                problem = "ended at once" if ended else f"did not answer within {self.start_seconds} s"
                raise EmbeddedError(f"{self.label} {problem}. Its log ends:\n{last_lines(self.log)}")
            time.sleep(0.05)

"""What the person who started Clearway sees: short lines, and never a long silence.

Standard library only.
"""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from config.owned_server import die_with_parent

QUIET_SECONDS = 3
SHOWN_LINES = 12
STOP_SECONDS = 5


class StepError(RuntimeError):
    """A step of the start failed; the text shows the end of what it said."""


def say(text: str = "") -> None:
    """Print a line at once. A terminal that is gone is no reason to stop."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


class Waiting:
    """Says what is going on, and again every few seconds for as long as it lasts."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._began = self._said = time.monotonic()
        say(f"{title} ...")

    def still(self, detail: str = "") -> None:
        """Print a line if the last one is some seconds old."""
        now = time.monotonic()
        if now - self._said >= QUIET_SECONDS:
            self._said = now
            say(f"  {detail or 'still at it'} ({now - self._began:.0f} s)")


def run_step(
    title: str,
    command: list[str],
    environment: dict[str, str],
    log: Path,
    detail: Callable[[str], str] = lambda _: "",
) -> str:
    """Run a command to its end, show that it is alive, and return its output, which also goes to `log`.

    `detail` makes a progress text of a line of output, empty for none. Raises StepError when it fails.
    """
    waiting = Waiting(title)
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    lines, shown = [], ""
    try:
        with log.open("a") as record:
            for line in _lines(process.stdout):
                if line is not None:
                    record.write(f"{line}\n")
                    lines.append(line)
                    shown = detail(line) or shown
                waiting.still(shown)
        code = process.wait()
    finally:
        _end(process)
    if code:
        end = "\n".join(lines[-SHOWN_LINES:])
        raise StepError(f"{title}: failed ({code}). The whole output is in {log}; it ends:\n{end}")
    return "\n".join(lines)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a step that was interrupted: gently, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()


def _lines(stream: IO[bytes] | None) -> Iterator[str | None]:
    """Yield each line as it comes, and None about once a second in between."""
    if stream is None:
        return
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=1):
                yield None
                continue
            block = os.read(stream.fileno(), 65536)
            if not block:
                break
            *whole, waiting = (waiting + block).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace")
    if waiting:
        yield waiting.decode(errors="replace")


def counter(pattern: str, text: str, total: int | None) -> Callable[[str], str]:
    """Return a `detail` that counts the lines that match: "12 of 34 tables", or "12 tables" without total."""
    matches = re.compile(pattern)
    count = 0

    def detail(line: str) -> str:
        nonlocal count
        if not matches.search(line):
            return ""
        count += 1
        return f"{count} of {total} {text}" if total else f"{count} {text}"

    return detail

"""The whole product, started as a user starts it, for a browser to walk through."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_", "TEST_", "REDIS_", "CLEARWAY_", "DEMO", "DJANGO_", "PYTEST_", "PORT", "HOST")


class Product:
    """A running Clearway in demo mode, with servers, mail folder and clock of its own."""

    def __init__(self, state: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.state = state
        self.address = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.env = {**kept, "CLEARWAY_STATE": str(state), "PORT": str(port), "DEMO": "1"}
        self.env["BASE_URL"] = self.address
        with (state / "console.log").open("wb") as console:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        self._wait()
        self.password = json.loads(self.manage("demo_logins", "--json"))[0]["password"]

    def _wait(self) -> None:
        deadline = time.monotonic() + 900  # a busy machine is no failure
        console = self.state / "console.log"
        while "is running at" not in console.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Clearway did not start:\n" + console.read_text())
            time.sleep(0.2)

    def manage(self, *command: str) -> str:
        """Run a management command as a tester would in another terminal; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**self.env, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            timeout=180,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def letters(self) -> list:
        """Return the mails written so far, oldest first."""
        folder = self.state / "mail"
        files = sorted(folder.glob("*.eml"), key=lambda f: f.stat().st_mtime) if folder.exists() else []
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def wait_for_letter(self, to: str, text: str = "", seconds: float = 60) -> str:
        """Return the body of the newest mail to `to` that contains `text`, waiting for it."""
        deadline = time.monotonic() + seconds
        while True:
            for letter in reversed(self.letters()):
                body = letter.get_content()
                if to in letter["To"] and text in body:
                    return body
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"no mail to {to}; there are {[(m['To'], m['Subject']) for m in self.letters()]}"
                )
            time.sleep(0.2)

    def link_in(self, body: str) -> str:
        """Return the first link to this product in a mail."""
        return re.search(re.escape(self.address) + r"\S+", body)[0]

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

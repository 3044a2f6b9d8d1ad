"""Broker, worker and relay break on purpose: nothing is lost, nothing happens twice, nobody waits."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from config.embedded import valkey_program
from outbox import actions
from outbox.models import Message

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

# A handler for these runs only: it takes a moment, then sends a mail.
HANDLER = """
import time
from outbox.handlers import register
from outbox.mail import Email

def slow(message):
    time.sleep(0.05)
    return Email("pat@harbor.example", "New message", "Open it here.")

register("test.slow", slow)
"""


class Processes:
    """The relay and the worker group, as the product runs them, on a broker of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.running = folder, {}
        (folder / "fault_handlers.py").write_text(HANDLER)
        self.socket = folder / "v.sock"
        self.env = {
            **os.environ,
            "DEMO": "1",
            "CLEARWAY_STATE": str(folder),
            "REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0",
            "PYTHONPATH": f"{ROOT}:{folder}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self, name: str) -> None:
        commands = {
            "broker": [
                valkey_program(),
                "--port",
                "0",
                "--unixsocket",
                str(self.socket),
                "--save",
                "",
                "--dir",
                self.folder,
            ],
            "relay": [sys.executable, "manage.py", "relay"],
            "worker": [
                *(sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "2", "-l", "warning"),
                *("--without-mingle", "--without-gossip", "-I", "fault_handlers"),
            ],
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [str(part) for part in commands[name]],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, name: str, number: int) -> None:
        """Signal the whole process group, as a machine that dies does."""
        os.killpg(self.running[name].pid, number)
        if number == signal.SIGKILL:
            self.running.pop(name).wait()

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def sent(self) -> list[str]:
        return [letter.stem for letter in (self.folder / "mail").glob("*.eml")]


@pytest.fixture
def processes():
    # Not tmp_path: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="cw-") as folder:
        running = Processes(Path(folder))
        yield running
        running.stop()


def write(count: int) -> float:
    """Write messages one transaction each, as requests do; return the longest any took, in seconds."""
    longest = 0.0
    for _ in range(count):
        began = time.monotonic()
        with transaction.atomic():
            actions.send("test.slow", key=f"fault {uuid4()}", ids={"offer": uuid4()})
        longest = max(longest, time.monotonic() - began)
    return longest


def wait_until_delivered(count: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while Message.objects.filter(status="delivered").count() < count:
        assert time.monotonic() < deadline, Counter(Message.objects.values_list("status", flat=True))
        time.sleep(0.1)


def hurry_leases() -> None:
    """End every lease now, instead of waiting for it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_message SET leased_until = now() WHERE status = 'waiting'")


def test_killing_the_worker_group_mid_delivery_loses_and_repeats_nothing(processes):
    for name in ("broker", "relay", "worker"):
        processes.start(name)
    write(120)
    deadline = time.monotonic() + 40
    while not Message.objects.filter(status="delivered").count() > 10:
        assert time.monotonic() < deadline, "the worker never began"
        time.sleep(0.05)
    processes.signal("worker", signal.SIGKILL)
    assert Message.objects.filter(status="waiting").exists()
    processes.start("worker")
    hurry_leases()
    wait_until_delivered(120)
    assert sorted(processes.sent()) == sorted(str(pk) for pk in Message.objects.values_list("id", flat=True))


@pytest.mark.parametrize("seconds", [0, pytest.param(60, marks=pytest.mark.long)])
def test_a_stopped_and_a_frozen_broker_make_no_request_wait(processes, seconds):
    processes.start("broker")
    processes.start("relay")
    time.sleep(2)
    processes.signal("broker", signal.SIGSTOP)
    frozen = write(40)
    time.sleep(seconds)
    frozen = max(frozen, write(40))
    processes.signal("broker", signal.SIGCONT)
    processes.signal("broker", signal.SIGKILL)
    stopped = write(40)
    time.sleep(seconds)
    assert max(frozen, stopped) < 1.0
    processes.start("broker")
    processes.start("worker")
    hurry_leases()
    wait_until_delivered(120)
    assert len(processes.sent()) == 120


def test_the_same_message_handed_over_many_times_is_delivered_once(processes):
    processes.start("broker")
    processes.start("worker")
    write(5)
    pushed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from config.celery import app\n"
            "for _ in range(6):\n"
            "    [app.send_task('outbox.tasks.deliver', [i]) for i in sys.argv[1:]]",
            *[str(pk) for pk in Message.objects.values_list("id", flat=True)],
        ],
        cwd=ROOT,
        env=processes.env,
        timeout=60,
        check=False,
    )
    assert pushed.returncode == 0
    wait_until_delivered(5)
    time.sleep(2)
    assert len(processes.sent()) == 5
    assert Message.objects.filter(attempts__gt=0).count() == 0

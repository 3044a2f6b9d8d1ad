"""The one command: it refuses politely, speaks while it works, stops cleanly and survives being killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.supervisor import CannotRun, Supervisor

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_", "TEST_", "REDIS_", "CLEARWAY_", "DEMO", "DJANGO_", "PYTEST_")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    """What a fresh terminal has, with a state folder (a space in its path) and a port of this test's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    state = tmp_path / "st ate"
    return inherited | {
        "CLEARWAY_STATE": str(state),
        "PORT": str(free_port()),
        "DEMO": "0",
        "BEHIND_TLS": "0",
    }


def processes_of(state):
    """Return the living processes that hold any of the folder's `alive.lock`s, or name the folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            held = [str(link.readlink()) for link in (folder / "fd").iterdir()]
        except OSError:
            continue
        if command and (os.fsencode(state) in command or any(path.startswith(str(state)) for path in held)):
            found.append(command.replace(b"\0", b" ").decode())
    return found


class Run:
    """A supervisor in a process of its own, and what it has said so far."""

    def __init__(self, environment):
        self.state = Path(environment["CLEARWAY_STATE"])
        self.port = int(environment["PORT"])
        self.said = []
        self.silences = []
        command = [sys.executable, "-m", "config.supervisor"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def wait_for(self, text):
        last = time.monotonic()
        for line in self.process.stdout:
            self.silences.append(time.monotonic() - last)
            last = time.monotonic()
            self.said.append(line.rstrip())
            if text in line:
                return
        pytest.fail("ended without saying so:\n" + "\n".join(self.said))

    def end(self, sig, seconds=30):
        self.process.send_signal(sig)
        code = self.process.wait(seconds)
        self.said += self.process.stdout.read().splitlines()
        return code

    def health(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status
        finally:
            connection.close()

    def manage(self, environment, *arguments):
        """Run a management command as in another terminal, which knows only the state folder."""
        names = ("PATH", "HOME", "CLEARWAY_STATE")
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env={name: environment[name] for name in names},
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@pytest.fixture
def run(environment):
    runs = []

    def start():
        runs.append(Run(environment))
        return runs[-1]

    yield start
    for each in runs:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)
        each.process.stdout.close()


def start_once(environment):
    command = [sys.executable, "-m", "config.supervisor"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30)


@pytest.mark.fault
def test_a_taken_port_is_refused_before_anything_starts(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        done = start_once(environment)
    assert done.returncode == 1
    assert f"Port {environment['PORT']} on 127.0.0.1 can't be used" in done.stdout
    assert not (Path(environment["CLEARWAY_STATE"]) / "postgres").exists()
    assert processes_of(environment["CLEARWAY_STATE"]) == []


@pytest.mark.fault
def test_a_second_start_is_refused_with_the_address_of_the_first(environment):
    first = Supervisor(dict(environment))
    first.state.mkdir()
    with first._only_one():
        done = start_once(environment)
    assert done.returncode == 1
    assert f"already runs from this folder: {first.address}" in done.stdout
    assert done.stderr == ""


@pytest.mark.fault
def test_an_existing_database_needs_the_urls_of_all_roles(environment):
    supervisor = Supervisor(environment | {"DATABASE_URL": "postgres://clearway_app@db/clearway"})
    with pytest.raises(CannotRun, match="DATABASE_OWNER_URL and DATABASE_PUBLIC_URL"):
        supervisor._start_servers()


def sql(run, statement):
    """Run a statement on the cluster as its superuser, with the address that the supervisor left."""
    lines = (run.state / "runtime.env").read_text().splitlines()
    address = dict(line.split("=", 1) for line in lines)["DATABASE_ADMIN_URL"]
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def wait_until_nothing_is_left(state, seconds):
    deadline = time.monotonic() + seconds
    while left := processes_of(state):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


@pytest.mark.fault
def test_an_empty_variable_is_one_that_is_not_set(environment):
    supervisor = Supervisor(
        environment | {"DEMO": "", "CLEARWAY_KEYS_FILE": "", "CLEARWAY_SECRET_KEY": "given"}
    )
    supervisor.state.mkdir()
    supervisor._default("DEMO", "1")
    supervisor._use_local_keys()
    assert supervisor.environment["DEMO"] == "1"
    assert supervisor.environment["CLEARWAY_KEYS_FILE"] == str(supervisor.state / "keys.json")
    assert supervisor.environment["CLEARWAY_SECRET_KEY"] == "given"


@pytest.mark.fault
@pytest.mark.long
def test_ctrl_c_stops_everything_and_the_next_start_finds_the_data(environment, run):
    first = run()
    first.wait_for("Stop it with Ctrl-C")
    assert first.health() == 200
    assert max(first.silences) < 8
    assert first.manage(environment, "shell", "--no-imports", "-c", "print(6 * 7)") == "42\n"
    sql(first, "CREATE TABLE kept AS SELECT 7 AS n")
    private = ("keys.json", "secret_key", "runtime.env")
    assert all((first.state / name).stat().st_mode & 0o077 == 0 for name in private)
    keys = (first.state / "keys.json").read_bytes()

    assert start_once(environment).returncode == 1
    assert first.health() == 200

    began = time.monotonic()
    assert first.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 15
    assert processes_of(first.state) == []

    second = run()
    second.wait_for("Stop it with Ctrl-C")
    assert sql(second, "SELECT n FROM kept") == [(7,)]
    assert (second.state / "keys.json").read_bytes() == keys
    assert second.end(signal.SIGTERM) == 0
    assert processes_of(second.state) == []


@pytest.mark.fault
@pytest.mark.long
def test_a_killed_supervisor_leaves_no_process_and_no_port_and_loses_nothing(environment, run):
    first = run()
    first.wait_for("Stop it with Ctrl-C")
    sql(first, "CREATE TABLE kept AS SELECT 7 AS n")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    second = run()
    second.wait_for("Stop it with Ctrl-C")
    assert second.health() == 200
    assert sql(second, "SELECT n FROM kept") == [(7,)]
    assert second.end(signal.SIGKILL) == -signal.SIGKILL
    wait_until_nothing_is_left(second.state, seconds=20)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", second.port))


@pytest.mark.fault
@pytest.mark.long
@pytest.mark.parametrize("name", ["web", "worker", "beat", "relay", "valkey", "postgres"])
def test_when_one_process_ends_all_end_and_it_is_named(environment, run, name):
    started = run()
    started.wait_for("Stop it with Ctrl-C")
    server = name in ("valkey", "postgres")
    pid_file = (
        started.state / name / "server.pid" if server else started.state / "process" / name / "server.pid"
    )
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    assert started.process.wait(30) == 1
    said = started.process.stdout.read().lower()
    assert f"{'postgresql' if name == 'postgres' else name} ended by itself (-9)" in said
    wait_until_nothing_is_left(started.state, seconds=10)

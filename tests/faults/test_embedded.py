"""The embedded servers: nothing left behind, nothing lost, however their owner ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.embedded import EmbeddedPostgres, EmbeddedValkey
from config.owned_server import EmbeddedError, last_lines

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]

# An owner that starts one server, says so, and waits to be killed.
OWNER = """
import sys, time
from config import embedded
server = getattr(embedded, sys.argv[1])(sys.argv[2])
server.start()
print(server.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    """A folder whose path has a space in it."""
    return tmp_path / "with space" / "server"


@pytest.fixture
def servers():
    started = []
    yield started
    for server in started:
        server.stop()
        server.remove()


def start_owner(kind, home):
    """Start a process that owns a server; return it and the server's process id."""
    command = [sys.executable, "-c", OWNER, kind, str(home)]
    owner = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return owner, int(owner.stdout.readline())


def kill(owner):
    owner.kill()
    owner.wait()
    owner.stdout.close()


def is_alive(pid):
    """Tell whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid, seconds=10):
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < deadline, "the server outlived its owner"
        time.sleep(0.05)


def query(server, *statements):
    connection = psycopg2.connect(server.url("postgres", "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_postgres_is_reached_by_its_socket_alone_and_logs_no_statement(home, servers):
    server = EmbeddedPostgres(home)
    servers.append(server)
    server.start()
    wanted = (
        "listen_addresses",
        "log_statement",
        "log_min_error_statement",
        "fsync",
        "max_connections",
        "TimeZone",
    )
    settings = dict(query(server, f"SELECT name, setting FROM pg_settings WHERE name IN {wanted}"))
    assert settings == {
        "listen_addresses": "",
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "fsync": "on",
        "max_connections": "100",
        "TimeZone": "UTC",
    }
    with pytest.raises(psycopg2.Error):
        query(
            server,
            "CREATE TABLE t (name text UNIQUE)",
            "INSERT INTO t VALUES ('Quillfeather'), ('Quillfeather')",
        )
    log = server.log.read_text()
    assert "duplicate key" in log
    assert "Quillfeather" not in log
    assert server.sockets.stat().st_mode & 0o077 == 0
    assert home.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["EmbeddedPostgres", "EmbeddedValkey"])
def test_a_server_ends_with_an_owner_that_is_killed(home, kind):
    owner, server = start_owner(kind, home)
    kill(owner)
    wait_until_gone(server)


def test_data_is_intact_after_owner_and_server_are_killed(home, servers):
    owner, pid = start_owner("EmbeddedPostgres", home)
    query(EmbeddedPostgres(home), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    os.kill(pid, signal.SIGKILL)
    kill(owner)
    server = EmbeddedPostgres(home)
    servers.append(server)
    server.start()
    assert query(server, "SELECT n FROM kept") == [(7,)]


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_a_start(home, servers):
    server = EmbeddedPostgres(home)
    servers.append(server)
    server.start()
    pid_file = server.cluster / "postmaster.pid"
    left = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    server.start()
    assert query(server, "SELECT 1") == [(1,)]


def test_a_leftover_server_is_ended_before_a_new_one_opens_the_data(home, servers):
    """A server that was frozen could not follow its owner; the next start ends it."""
    owner, pid = start_owner("EmbeddedPostgres", home)
    os.kill(pid, signal.SIGSTOP)
    kill(owner)
    assert is_alive(pid)
    os.kill(pid, signal.SIGCONT)
    server = EmbeddedPostgres(home)
    servers.append(server)
    server.start()
    assert not is_alive(pid)
    assert query(server, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("kind", [EmbeddedPostgres, EmbeddedValkey])
def test_a_second_owner_is_refused_and_the_first_is_unharmed(home, servers, kind):
    first = kind(home)
    servers.append(first)
    first.start()
    with pytest.raises(EmbeddedError, match="in use by another process"):
        kind(home).start()
    assert first.ready()


def test_a_cluster_of_another_version_is_refused_with_a_sentence(home, servers):
    server = EmbeddedPostgres(home)
    servers.append(server)
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 9"):
        server.start()


def test_a_server_that_can_not_start_shows_the_end_of_its_log(home):
    server = EmbeddedValkey(home)
    home.mkdir(parents=True)
    (home / "appendonlydir").write_text("not a folder")
    with pytest.raises(EmbeddedError, match="ended at once"):
        server.start()
    assert last_lines(server.log)
    assert server.process is None
    server.remove()


def test_valkey_keeps_its_queue_over_a_restart(home, servers):
    server = EmbeddedValkey(home)
    servers.append(server)
    for command, answer in ((b"RPUSH queue a\r\n", b":1"), (b"LLEN queue\r\n", b":1")):
        server.start()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(server.address))
            connection.sendall(command)
            assert connection.recv(2) == answer
        server.stop()

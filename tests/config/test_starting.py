"""What comes before the supervisor: a good Python, an identity for PostgreSQL, private files, progress."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import rootless
from config.console import StepError, counter, run_step
from config.embedded import postgres_programs
from config.local_files import ensure_keys, ensure_secret, write_environment
from config.owned_server import EmbeddedError, socket_folder
from config.safety import refuse_unsafe

ROOT = Path(__file__).resolve().parents[2]


def find_python(python):
    return subprocess.run(
        ["sh", "-c", ". bin/environment.sh; find_python"],
        cwd=ROOT,
        env=os.environ | {"PYTHON": str(python)},
        capture_output=True,
        text=True,
    )


def test_a_python_that_is_too_old_is_refused_with_its_version(tmp_path):
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    done = find_python(old)
    assert done.returncode == 1
    assert "needs Python 3.11 or later" in done.stderr
    assert "Python 3.9.2" in done.stderr


def test_a_python_that_is_new_enough_is_taken_also_from_a_path_with_a_space(tmp_path):
    python = tmp_path / "with space"
    python.symlink_to(sys.executable)
    assert find_python(python).stdout.strip() == str(python)


def test_an_ordinary_user_runs_the_database_as_himself(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    identity = rootless.choose(tmp_path, postgres_programs())
    assert (identity.prefix, identity.options, identity.home) == ((), {}, tmp_path)


def test_root_without_namespaces_uses_an_account_and_a_folder_that_it_can_reach(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(rootless, "SHELTERS", tmp_path)
    monkeypatch.setenv("CLEARWAY_NO_NAMESPACE", "1")
    identity = rootless.choose(tmp_path / "home", postgres_programs())
    assert identity.prefix == ()
    assert identity.options["user"] != 0
    assert identity.options["extra_groups"] == []
    assert identity.home == rootless.shelter_of(tmp_path / "home")
    reached = subprocess.run([identity.binaries / "postgres", "--version"], capture_output=True, text=True)
    assert reached.stdout.startswith("postgres (PostgreSQL)")
    for folder in (identity.binaries, *identity.binaries.parents):
        if folder == tmp_path:
            break
        assert folder.stat().st_mode & stat.S_IXOTH


def test_data_made_in_a_namespace_is_not_replaced_by_an_empty_database(monkeypatch, tmp_path):
    (tmp_path / "cluster").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(rootless, "SHELTERS", tmp_path)
    monkeypatch.setenv("CLEARWAY_NO_NAMESPACE", "1")
    with pytest.raises(OSError, match="user namespace"):
        rootless.choose(tmp_path, postgres_programs())


def test_sockets_stay_short_and_plain_and_their_folder_private(monkeypatch, tmp_path):
    assert socket_folder(Path("/srv/clearway/.local/postgres")) == Path("/srv/clearway/.local/postgres")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for home in (Path("/srv/clear way/postgres"), Path("/srv") / ("x" * 100)):
        folder = socket_folder(home)
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    with pytest.raises(EmbeddedError, match="not a private folder"):
        socket_folder(home)


def test_keys_and_secret_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    keys, secret = tmp_path / "keys.json", tmp_path / "secret_key"
    ensure_keys(keys)
    made = keys.read_text()
    assert set(json.loads(made)) == {"primary", "keys", "index_key", "audit"}
    value = ensure_secret(secret)
    ensure_keys(keys)
    assert keys.read_text() == made
    assert ensure_secret(secret) == value
    assert {stat.S_IMODE(path.stat().st_mode) for path in (keys, secret)} == {0o600}


def test_the_environment_file_refuses_a_value_that_would_become_two_lines(tmp_path):
    with pytest.raises(ValueError, match="line break"):
        write_environment(tmp_path / "runtime.env", {"A": "1\nDEMO=1"})


def test_a_step_that_takes_long_says_how_far_it_is(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("config.console.QUIET_SECONDS", 0)
    script = "print('  Applying a.0001... OK'); print('  Applying a.0002... OK')"
    detail = counter(r"^\s+Applying ", "steps", 34)
    said = run_step(
        "Preparing tables", [sys.executable, "-c", script], dict(os.environ), tmp_path / "log", detail
    )
    assert said.count("Applying") == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Preparing tables ..."
    assert lines[-1].startswith("  2 of 34 steps (")


def test_a_step_that_fails_shows_the_end_of_what_it_said(tmp_path):
    script = "import sys; print('first', flush=True); sys.exit('no such table')"
    with pytest.raises(StepError, match=r"Preparing: failed \(1\)[\s\S]*no such table"):
        run_step("Preparing", [sys.executable, "-c", script], dict(os.environ), tmp_path / "log")
    assert (tmp_path / "log").read_text() == "first\nno such table\n"


@pytest.mark.parametrize("npi", ["1234567890", "123456789", "12345678934", "١٢٣٤٥٦٧٨٩٣", "x"])
def test_a_wrong_number_of_the_center_is_refused_at_start(settings, npi):
    settings.CENTER_NPI = npi
    with pytest.raises(ImproperlyConfigured, match="CENTER_NPI must be ten digits"):
        refuse_unsafe(settings)


@pytest.mark.parametrize("npi", ["", "1234567893"])
def test_the_center_starts_with_a_right_number_or_none(settings, npi):
    settings.CENTER_NPI = npi
    refuse_unsafe(settings)

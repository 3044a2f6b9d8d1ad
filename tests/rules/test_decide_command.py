import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from programs.rules.engines import decide_document
from tests.rules.cases import clear

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def decide(monkeypatch, capsys):
    """Return a function that runs the command on bytes: (exit status, standard output, standard error)."""

    def run(engine, content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
        status = 0
        try:
            call_command("decide", engine)
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("engine", "document"),
    [
        ("detox", {}),
        ("detox", [clear(cows=5), clear(cows=13)]),
        ("loc", {"F1": 2, "F4": 3}),
        ("instrument", {"instrument": "phq9", "answers": {"phq9_9": 1}}),
        ("timeline", {"products": {"kratom_leaf": {"amount": 25}}}),
    ],
)
def test_prints_one_document_and_nothing_else(decide, engine, document):
    status, output, errors = decide(engine, json.dumps(document).encode())
    assert (status, errors) == (0, "")
    assert json.loads(output) == decide_document(engine, document)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "input: not valid JSON"),
        (b'{"colour": 1}', "colour: unknown key"),
        (
            b'[{}, {"substances": {"alcohol": {"amount": -7}}}]',
            "[1].substances.alcohol.amount: must not be negative",
        ),
        (b'{"substances": {"\\ud800\\n": 1}}', "substances.\\ud800\\u000a: must be an object"),
        (b"[" * 200_000, "input: nested too deeply or too large"),
        ('{"substances": {"té": 1}}'.encode(), "substances.té: must be an object"),
    ],
)
def test_bad_input_is_one_line_on_standard_error(decide, content, line):
    assert decide("detox", content) == (2, "", f"{line}\n")


def run_alone(engine, content, **environment):
    """Run the command in a process of its own, with no database and no keys in its environment."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "decide", engine],
        cwd=ROOT,
        input=content,
        capture_output=True,
        env={**kept, **environment},
        check=False,
    )


def test_needs_no_database_and_no_keys():
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = run_alone("detox", b"{}", **nowhere)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["rules"] == ["R-01"]


def test_a_process_of_its_own_refuses_on_one_line_too():
    done = run_alone("loc", '{"F2": 9, "é": 1}'.encode(), LC_ALL="C")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"F2: must be a whole number from 0 to 4\n"

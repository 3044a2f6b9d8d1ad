"""An export is checked on a machine without the product, and shows what was done behind the triggers."""

import base64
import io
import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import sealer
from audit.actions import record
from audit.actors import Actor
from audit.models import Event, Seal
from tests import database
from tests.audit.trail import ready, seal

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def write(count):
    for number in range(count):
        record("test.done", by=Actor.system(), n=number)


def superuser(*statements):
    """Do what nobody should: change rows with the triggers switched off."""
    with closing(database.admin(connection.settings_dict["NAME"])) as other, other.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def auditor(tmp_path, settings):
    """Export into an empty folder and check there with a copy of the verifier and nothing else."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    shutil.copy(ROOT / "bin" / "verify-audit", folder / "verify-audit")
    trail = settings.KEY_RING["audit"]
    keys = {name: base64.b64encode(key).decode() for name, key in trail["keys"].items()}
    (folder / "keys.json").write_text(json.dumps({"keys": keys}))

    def check(name, *arguments):
        done = subprocess.run(
            [sys.executable, "-I", "verify-audit", name, *arguments],
            cwd=folder,
            env={},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert not done.stderr
        return done.returncode, done.stdout

    def export(name, **options):
        call_command("export_audit", to=str(folder / name), stdout=io.StringIO(), **options)
        return folder / name

    check.export = export
    check.folder = folder
    return check


WITH_KEY = ("--key-file", "keys.json")


def test_an_untouched_trail_is_right_and_what_is_not_sealed_is_said(auditor):
    write(5)
    seal()
    write(2)
    auditor.export("trail.jsonl")
    code, said = auditor("trail.jsonl", "--checkpoint", "trail.jsonl.checkpoint.json", *WITH_KEY)
    assert (code, "5 sealed events (numbers 1 to 5), 3 not sealed yet." in said) == (0, True), said
    assert "NOTE" not in said
    code, said = auditor("trail.jsonl")
    assert code == 0
    assert "The keyed codes were not checked" in said
    assert "Without a checkpoint" in said


def test_an_insider_edits_deletes_and_truncates_and_each_is_named(auditor):
    write(10)
    seal()
    auditor.export("before.jsonl")
    ids = list(Seal.objects.order_by("number").values_list("event_id", flat=True))
    superuser(
        f"UPDATE audit_event SET actor_id = gen_random_uuid() WHERE id = '{ids[2]}'",
        f"DELETE FROM audit_event WHERE id = '{ids[4]}'",
        "DELETE FROM audit_seal WHERE number > 7",
        "DELETE FROM audit_event WHERE name = 'test.done' AND id NOT IN (SELECT event_id FROM audit_seal)",
    )
    auditor.export("after.jsonl")
    code, said = auditor("after.jsonl", "--checkpoint", "before.jsonl.checkpoint.json", *WITH_KEY)
    assert code == 1
    problems = [line for line in said.splitlines() if line.startswith("PROBLEM")]
    assert len(problems) == 3, said
    assert f"number 3 (event {ids[2]}) was altered" in problems[0]
    assert f"number 5 (event {ids[4]}) has lost its event" in problems[1]
    assert "numbers 8 to 10 are missing: truncated after 7" in problems[2]


def test_the_chain_goes_on_after_damage_and_still_shows_it(auditor):
    write(4)
    seal()
    superuser("DELETE FROM audit_seal WHERE number = 2", "DELETE FROM audit_event WHERE ids->>'n' = '3'")
    write(2)
    ready(2)
    assert sealer.seal_all() == 2, "the event whose seal is gone gets no new one that would hide it"
    auditor.export("trail.jsonl")
    code, said = auditor("trail.jsonl", *WITH_KEY)
    assert code == 1
    assert "number 2 is missing" in said
    assert "number 4 (event" in said
    assert "2 not sealed yet" in said  # that one, and the export itself


@pytest.mark.parametrize(
    "column,value",
    [
        ("at", "at - interval '1 day'"),
        ("name", "'test.other'"),
        ("actor_kind", "'staff'"),
        ("actor_id", "gen_random_uuid()"),
        ("role", "'auditor'"),
        ("session", "'0123456789abcdef'"),
        ("object_type", "'records.person'"),
        ("object_id", "gen_random_uuid()"),
        ("person_id", "gen_random_uuid()"),
        ("fields", "'{name}'"),
        ("ids", "'{}'"),
        ("transaction", "'7'"),
        ("epoch", "'7'"),
    ],
)
def test_no_column_of_an_event_can_change_unseen(auditor, column, value):
    write(3)
    seal()
    target = Seal.objects.get(number=2).event_id
    superuser(f"UPDATE audit_event SET {column} = {value} WHERE id = '{target}'")
    auditor.export("trail.jsonl")
    code, said = auditor("trail.jsonl")
    assert code == 1
    assert f"number 2 (event {target}) was altered" in said


def test_every_column_of_an_event_is_sealed():
    from audit.rows import EVENT_COLUMNS

    assert set(EVENT_COLUMNS) == {field.column for field in Event._meta.concrete_fields}


def test_since_exports_the_rest_and_joins_on(auditor):
    write(6)
    seal()
    auditor.export("first.jsonl")
    write(3)
    seal()
    auditor.export("second.jsonl", since=6)
    code, said = auditor("second.jsonl", "--checkpoint", "first.jsonl.checkpoint.json", *WITH_KEY)
    assert code == 0, said
    assert "numbers 7 to 10" in said
    assert "begins after number 6" in said
    with pytest.raises(CommandError, match="no seal"):
        auditor.export("third.jsonl", since=99)


def test_an_export_is_an_event_and_never_overwrites(auditor):
    path = auditor.export("trail.jsonl")
    assert Event.objects.filter(name="trail.exported").count() == 1
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists"):
        auditor.export("trail.jsonl")


def test_what_is_no_export_is_no_pass(auditor):
    (auditor.folder / "empty").write_text("")
    (auditor.folder / "other").write_text("{}\n")
    assert auditor("empty")[0] == 1
    assert auditor("other")[0] == 1
    assert auditor("missing")[0] == 2
    assert auditor("other", "--key-file", "other")[0] == 2


def test_the_program_in_bin_runs_by_itself():
    done = subprocess.run(
        [ROOT / "bin" / "verify-audit", "--help"], capture_output=True, text=True, check=True
    )
    assert "--checkpoint" in done.stdout

"""A checkpoint a day lands outside the database, and tells later that the end was cut off."""

import json
from datetime import timedelta

import pytest

from audit import checkpoints
from audit.export import export_lines
from audit.verifier import Check
from config import clock
from outbox import sweeps
from tests.audit.test_export import superuser, write
from tests.audit.trail import seal

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_day_gets_one_file_and_it_names_what_was_cut_off(settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    now = clock.now()
    write(5)
    seal()
    file = checkpoints.checkpoint_sweep(now)
    assert checkpoints.checkpoint_sweep(now) is None
    assert checkpoints.checkpoint_sweep(now + timedelta(days=1)) != file
    assert file.stat().st_mode & 0o077 == 0
    superuser("DELETE FROM audit_seal WHERE number > 3", "DELETE FROM audit_event WHERE ids->>'n' > '2'")
    lines, _ = export_lines(now)
    check = Check(settings.KEY_RING["audit"]["keys"], [("daily", json.loads(file.read_text()))])
    assert check.run(lines) == ["daily: numbers 4 to 5 are missing: truncated after 3"]


def test_the_checkpoint_is_written_with_the_sweeps():
    assert checkpoints.checkpoint_sweep in sweeps.registered()

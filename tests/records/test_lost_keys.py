"""Without the right keys nothing starts, and the sentence says which key is missing or wrong."""

import base64
import io
import os
import subprocess
import sys

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from config.ring_users import problems, refuse_missing_keys
from records.models import DataKey
from tests.factories.records import make_person
from tests.records.ring_process import ROOT, SECOND, as_text, manage, with_second

TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings_test", "C_FORCE_ROOT": "1"}


def gone(ring):
    """Return a ring that no longer has k1."""
    return with_second(ring, keep_first=False)


@pytest.mark.django_db
def test_with_its_keys_nothing_is_wrong(ana):
    make_person(ana)
    assert problems() == []


@pytest.mark.django_db
def test_a_key_that_rows_need_is_missing(ana, cole, settings):
    make_person(ana)
    TOTP.activate(cole, "JBSWY3DPEHPK3PXP")
    settings.KEY_RING = gone(settings.KEY_RING)
    said = " ".join(problems())
    assert "The main key ring lacks the key “k1”, which 1 data keys need." in said
    assert "The main key ring lacks the key “k1”, which 1 second factors need." in said


@pytest.mark.django_db
def test_a_key_that_nothing_needs_may_be_missing(ana, settings):
    person = make_person(ana)
    DataKey.objects.filter(pk=person.data_key_id).update(wrapped=None, destroyed_at="2026-07-14T00:00Z")
    settings.KEY_RING = gone(settings.KEY_RING)
    assert problems() == []


@pytest.mark.django_db
def test_another_key_under_the_same_name_is_noticed(ana, settings):
    make_person(ana)
    settings.KEY_RING = {**settings.KEY_RING, "keys": {"k1": SECOND}}
    assert problems()[0] == (
        "The key “k1” of the main key ring is not the one that 1 data keys were sealed with."
    )


@pytest.mark.django_db
def test_another_index_key_is_noticed(ana, settings):
    make_person(ana)
    settings.KEY_RING = {**settings.KEY_RING, "index_key": SECOND}
    assert problems() == [
        "The “index_key” is not the one that look-ups were made with: nobody would be found."
    ]


@pytest.mark.django_db
def test_one_damaged_key_keeps_nothing_from_starting(ana):
    damaged = make_person(ana, "Jordan Lee")
    make_person(ana, "Riley Park")
    DataKey.objects.filter(pk=damaged.data_key_id).update(wrapped=b"\x01\x02k1" + b"x" * 60)
    assert problems() == []


@pytest.mark.django_db(transaction=True)
def test_the_start_is_refused(ana, settings):
    make_person(ana)
    settings.KEY_RING = gone(settings.KEY_RING)
    with pytest.raises(ImproperlyConfigured, match="lacks the key “k1”"):
        refuse_missing_keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("start", ["web", "relay", "worker"])
def test_each_process_ends_and_shows_no_key(ana, settings, start):
    make_person(ana)
    ring = gone(settings.KEY_RING)
    if start == "relay":
        process = manage("relay", ring=ring)
    else:
        command = {
            "web": ["-c", "import config.wsgi"],
            "worker": ["-m", "celery", "-A", "config", "worker", "-P", "solo"],
        }
        process = subprocess.Popen(
            [sys.executable, *command[start]],
            cwd=ROOT,
            env=os.environ | TEST_SETTINGS | {"CLEARWAY_KEYS": as_text(ring)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    said = "".join(process.communicate(timeout=60))
    assert process.returncode != 0
    plain = said.replace("\\u201c", "“").replace("\\u201d", "”")  # a log line is JSON
    assert "lacks the key “k1”, which 1 data keys need" in plain
    for key in (*settings.KEY_RING["keys"].values(), SECOND, settings.KEY_RING["index_key"]):
        for shown in (base64.b64encode(key).decode(), key.hex(), repr(key)):
            assert shown not in said


@pytest.mark.django_db
def test_check_keys_counts_and_names_by_id(ana):
    damaged, destroyed = make_person(ana, "Jordan Lee"), make_person(ana, "Riley Park")
    make_person(ana, "Sam Reed")
    out, errors = io.StringIO(), io.StringIO()
    call_command("check_keys", stdout=out)
    assert "data keys: 3 can be opened, 0 can't, 0 were destroyed" in out.getvalue()
    DataKey.objects.filter(pk=damaged.data_key_id).update(wrapped=b"\x01\x02k1" + b"x" * 60)
    DataKey.objects.filter(pk=destroyed.data_key_id).update(wrapped=None, destroyed_at="2026-07-14T00:00Z")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_keys", stdout=out, stderr=errors)
    assert "data keys: 1 can be opened, 1 can't, 1 were destroyed" in out.getvalue()
    assert errors.getvalue() == f"can't be opened: person {damaged.pk}, key {damaged.data_key_id}\n"

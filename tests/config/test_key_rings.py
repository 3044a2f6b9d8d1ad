"""A key ring that can't be used is refused with one sentence, which names the key and never shows one."""

import base64
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.key_rings import fingerprint, load_ring
from config.safety import refuse_unsafe


def b64(letter, count=32):
    return base64.b64encode(letter * count).decode()


def ring_text(**changes):
    trail = {"primary": "t1", "keys": {"t1": b64(b"t")}}
    whole = {"primary": "k1", "keys": {"k1": b64(b"a")}, "index_key": b64(b"i"), "audit": trail}
    return json.dumps({**whole, **changes})


def load(text="", file=""):
    return load_ring(text=text, file=str(file), label="key ring")


def test_a_good_ring_is_read_from_text_or_file(tmp_path):
    (tmp_path / "keys.json").write_text(ring_text())
    for ring in (load(ring_text()), load(file=tmp_path / "keys.json")):
        assert ring["problem"] == ""
        assert ring["keys"] == {"k1": b"a" * 32}
        assert (ring["primary"], ring["index_key"]) == ("k1", b"i" * 32)


@pytest.mark.parametrize(
    "text,problem",
    [
        ("", "The key ring is missing."),
        ("not json", "The key ring is not JSON: see line 1, column 1."),
        ("[]", 'The key ring has no "keys".'),
        (ring_text(keys={}), 'The key ring has no "keys".'),
        (ring_text(audit={}), 'The key ring has no "keys" under "audit", which seals the trail.'),
        (ring_text(primary="k2"), 'The key ring must name one of its "keys" as "primary".'),
        (ring_text(primary=["k1"]), 'The key ring must name one of its "keys" as "primary".'),
        (
            ring_text(keys={"k1": b64(b"a"), "k2": b64(b"b", 16)}),
            "The key ring has “k2”, which is not 32 bytes in base64 but 16.",
        ),
        (ring_text(keys={"k1": "~~~~"}), "The key ring has “k1”, which is not base64."),
        (ring_text(keys={"k1": 7}), "The key ring has “k1”, which is not 32 bytes in base64 but 0."),
        (ring_text(index_key=""), "The key ring has “index_key”, which is not 32 bytes in base64 but 0."),
        (
            ring_text(keys={"k1": b64(b"a"), "k2": b64(b"a")}),
            "The key ring has the same key under two names.",
        ),
        (ring_text(index_key=b64(b"a")), "The key ring has the same key under two names."),
        (
            ring_text(keys={"k1": b64(b"a"), "k2": b64(b"b")}).replace("k2", "k1"),
            "The key ring has “k1” twice. Give each key a name of its own.",
        ),
        (
            ring_text(keys={"k 1": b64(b"a")}),
            "The key ring has a key whose name is not 1 to 40 letters, digits, dots or dashes.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_no_key_is_shown(text, problem):
    ring = load(text)
    assert ring["problem"] == problem
    assert ring["keys"] == {}
    assert b64(b"a") not in ring["problem"]


def test_a_file_that_is_not_there_or_not_readable_is_named(tmp_path):
    assert load(file=tmp_path / "gone.json")["problem"].endswith(f"there is no file {tmp_path}/gone.json.")
    assert (
        load(file=tmp_path)["problem"] == f"The key ring can't be read from {tmp_path} (IsADirectoryError)."
    )


def test_fingerprints_tell_keys_apart():
    assert fingerprint(b"a" * 32) == fingerprint(b"a" * 32) != fingerprint(b"b" * 32)
    assert len(fingerprint(b"a" * 32)) == 9


class Configured:
    SECRET_KEY = "s" * 40
    DEBUG = DEMO = False
    MINORS_ADMITTED = False
    CENTER_NPI = ""
    ALLOWED_HOSTS = ("center.example",)

    def __init__(self, main, counseling):
        self.KEY_RING, self.COUNSELING_RING = main, counseling


COUNSELING = load_ring(
    text=json.dumps({"primary": "c1", "keys": {"c1": b64(b"c")}}),
    file="",
    label="other ring",
    main=False,
)


def test_both_rings_are_needed_and_share_no_key():
    refuse_unsafe(Configured(load(ring_text()), COUNSELING))
    with pytest.raises(ImproperlyConfigured, match="The key ring is missing"):
        refuse_unsafe(Configured(load(), COUNSELING))
    with pytest.raises(ImproperlyConfigured, match="The key ring is missing"):
        refuse_unsafe(Configured(load(ring_text()), load()))
    with pytest.raises(ImproperlyConfigured, match="must share no key"):
        refuse_unsafe(Configured(load(ring_text(keys={"k1": b64(b"c")})), COUNSELING))

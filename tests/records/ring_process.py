"""Rings of two keys, and management commands in processes of their own with a given ring."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECOND = b"2" * 32


def with_second(ring, *, primary="k2", keep_first=True):
    """Return the ring with a second key, which is the primary one."""
    keys = {**(ring["keys"] if keep_first else {}), "k2": SECOND}
    return {**ring, "primary": primary, "keys": keys}


def as_text(ring):
    """Return the ring as its file would hold it."""
    index_key = base64.b64encode(ring["index_key"]).decode()
    return json.dumps({**_named(ring), "index_key": index_key, "audit": _named(ring["audit"])})


def _named(ring):
    keys = {name: base64.b64encode(key).decode() for name, key in ring["keys"].items()}
    return {"primary": ring["primary"], "keys": keys}


def manage(*arguments, ring=None, **more):
    """Start `manage.py …` with the ring; returns the process."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"} | more
    if ring is not None:
        environment["CLEARWAY_KEYS"] = as_text(ring)
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

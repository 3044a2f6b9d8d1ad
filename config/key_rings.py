"""Reading a key ring, and saying in one sentence what is wrong with it. Never shows a key.

A ring is {"primary": name, "keys": {name: 32 bytes}, "index_key": 32 bytes, "audit": {…}, "problem": sentence
or ""}. "audit" holds the keys that seal the trail, in the same shape; only the main ring has the last three.
The problem is not raised here: commands that need no keys run without them.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

KEY_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


class _Wrong(Exception):
    """What is wrong with a ring, as the end of a sentence. Holds names of keys, never a key."""


def load_ring(*, text: str, file: str, label: str, main: bool = True) -> dict[str, Any]:
    """Return the ring that `text`, or else the file, describes; without either, one with a problem.

    `label` is how a person knows it ("key ring"). Names are 1 to 40 letters, digits, dots, dashes.
    """
    nothing: dict[str, Any] = {"primary": "", "keys": {}}
    empty = {**nothing, "index_key": b"", "audit": nothing}
    try:
        return {**empty, **_read(text or _text_of(file), main), "problem": ""}
    except _Wrong as wrong:
        return {**empty, "problem": f"The {label} {wrong}"}


def fingerprint(key: bytes) -> str:
    """Return eight characters that tell two keys apart and reveal neither, to compare with a paper copy."""
    digest = hmac.new(key, b"clearway key check 1", hashlib.sha256).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}"


def _text_of(file: str) -> str:
    if not file:
        raise _Wrong("is missing.")
    try:
        return Path(file).read_text()
    except FileNotFoundError:
        raise _Wrong(f"is missing: there is no file {file}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise _Wrong(f"can't be read from {file} ({type(problem).__name__}).") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: JSON would keep the last, and lose a key."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _Wrong(f"has “{twice[0]}” twice. Give each key a name of its own.")
    return dict(pairs)


def _read(text: str, main: bool) -> dict[str, Any]:
    try:
        ring = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        raise _Wrong(f"is not JSON: see line {problem.lineno}, column {problem.colno}.") from None
    read = _named_keys(ring, "")
    known = list(read["keys"].values())
    if main:
        read["index_key"] = _key("index_key", ring.get("index_key", ""))
        read["audit"] = _named_keys(ring.get("audit"), ' under "audit", which seals the trail')
        known += [read["index_key"], *read["audit"]["keys"].values()]
    if len(set(known)) < len(known):
        raise _Wrong("has the same key under two names.")
    return read


def _named_keys(ring: Any, where: str) -> dict[str, Any]:
    """Read "primary" and "keys" of one ring."""
    if not isinstance(ring, dict) or not isinstance(ring.get("keys"), dict) or not ring["keys"]:
        raise _Wrong(f'has no "keys"{where}.')
    for name in ring["keys"]:
        if not _NAME.fullmatch(name):
            raise _Wrong("has a key whose name is not 1 to 40 letters, digits, dots or dashes.")
    keys = {name: _key(name, value) for name, value in ring["keys"].items()}
    if not isinstance(ring.get("primary"), str) or ring["primary"] not in keys:
        raise _Wrong(f'must name one of its "keys" as "primary"{where}.')
    return {"primary": ring["primary"], "keys": keys}


def _key(name: str, value: Any) -> bytes:
    try:
        key = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error:
        raise _Wrong(f"has “{name}”, which is not base64.") from None
    if len(key) != KEY_BYTES:
        raise _Wrong(f"has “{name}”, which is not {KEY_BYTES} bytes in base64 but {len(key)}.")
    return key

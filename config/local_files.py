"""The private files of a machine that runs Clearway by itself: keys, secret and the addresses of its servers.

Standard library only. Nothing here is used where the environment provides keys and servers.
"""

import base64
import json
import os
import secrets
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Make `path` a folder that only its owner can enter, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step by one that only its owner can read."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def ensure_keys(path: Path) -> None:
    """Make the keys that are not there yet; one that exists stays: what it seals needs it for ever."""
    ring = json.loads(path.read_text()) if path.exists() else {}
    whole = {
        "primary": "k1",
        "keys": {"k1": _random_key()},
        "index_key": _random_key(),
        "audit": {"primary": "a1", "keys": {"a1": _random_key()}},
    } | ring
    if whole != ring:
        write_private(path, json.dumps(whole, indent=2) + "\n")


def ensure_counseling_keys(path: Path) -> None:
    """Make the separate key ring of counseling notes, unless the file exists."""
    if not path.exists():
        write_private(path, json.dumps({"primary": "c1", "keys": {"c1": _random_key()}}, indent=2) + "\n")


def ensure_secret(path: Path) -> str:
    """Return the secret that signs cookies, made on first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64) + "\n")
    return path.read_text().strip()


def write_environment(path: Path, values: dict[str, str]) -> None:
    """Write KEY=VALUE lines; a value with a line break is refused with ValueError."""
    if any("\n" in value for value in values.values()):
        raise ValueError("a value holds a line break")
    write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()

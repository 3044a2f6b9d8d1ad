"""Whatever is sealed under a key ring is reached by a rotation, or expires by itself."""

import ast
from pathlib import Path

from config.ring_users import users

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")
# Who seals under a ring, and what reaches it. The cookie of a sent public request lives 30 minutes, a session
# 12 hours.
SEALERS = {
    "accounts/adapter.py": "second factors",
    "outbox/actions.py": "waiting messages",
    "records/models/data_key.py": "data keys, keys of counseling notes",
    "intake/receipt.py": "expires",
    "accounts/session_store.py": "expires",
}
SEALING = {"seal_secret", "wrap_key", "wrap_counseling_key"}


def names_used(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "config.crypto":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "crypto":
            yield node.attr


def test_everything_sealed_under_a_ring_is_known_to_the_rotation():
    found = {
        str(path.relative_to(ROOT))
        for app in CHAIN
        for path in (ROOT / app).rglob("*.py")
        if SEALING & set(names_used(path.read_text()))
    }
    assert found == set(SEALERS)
    nouns = {noun for held in SEALERS.values() for noun in held.split(", ")} - {"expires"}
    assert nouns == {user.noun for user in users()}


def test_only_known_modules_touch_the_rings():
    """Keys are read from the settings in few places, so that none can slip into a page or a log."""
    found = {
        str(path.relative_to(ROOT))
        for app in (*CHAIN, "config")
        for path in (ROOT / app).rglob("*.py")
        if any(word in path.read_text() for word in ("KEY_RING", "COUNSELING_RING", "ring_of("))
    }
    assert found == {
        "accounts/ring.py",
        "audit/sealer.py",
        "audit/watch.py",
        "config/crypto.py",
        "config/ring_users.py",
        "config/safety.py",
        "config/settings.py",
        "outbox/ring.py",
        "records/actions/keys.py",
        "records/management/commands/check_keys.py",
        "records/management/commands/rewrap_keys.py",
        "records/models/data_key.py",
        "records/rotation.py",
        "referrals/keys.py",
    }

"""Eight apps in one line: each imports, and points foreign keys, only to its right."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")
PURE_PARTS = ("rules", "choices", "workflow")
IMPURE = ("django.db", "django.conf", "config.clock")


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def modules_of(app: str) -> list[Path]:
    return list((ROOT / app).rglob("*.py"))


@pytest.mark.parametrize("app", CHAIN)
def test_imports_go_to_the_right_only(app):
    forbidden = CHAIN[: CHAIN.index(app)]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(app)
        for name in imports_of(path)
        if name.split(".")[0] in forbidden
    ]
    assert not wrong


def test_config_imports_no_app_except_in_urls():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / "config").rglob("*.py")
        if path.name != "urls.py"
        for name in imports_of(path)
        if name.split(".")[0] in CHAIN
    ]
    assert not wrong


@pytest.mark.parametrize("app", CHAIN)
def test_foreign_keys_go_to_the_right_only(app):
    forbidden = CHAIN[: CHAIN.index(app)]
    wrong = [
        str(field)
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in forbidden
    ]
    assert not wrong


def test_audit_events_have_no_foreign_keys():
    assert not [f for f in apps.get_model("audit", "Event")._meta.get_fields() if f.is_relation]


@pytest.mark.parametrize("app", CHAIN)
def test_rules_are_pure(app):
    """Rules, workflow tables and choices know no models, no settings and no clock."""
    wrong = []
    for path in modules_of(app):
        parts = path.relative_to(ROOT / app).with_suffix("").parts
        if parts[0] not in ("rules", "workflow"):
            continue
        for name in imports_of(path):
            if name.startswith(IMPURE) or ".models" in name or ".actions" in name or ".queries" in name:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong

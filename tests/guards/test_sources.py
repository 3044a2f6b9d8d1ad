"""Small promises about the source itself."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")


def sources(*suffixes):
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if name.endswith(suffixes)]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_only_the_clock_asks_for_the_time():
    """Everything else gets `now` from config.clock, so that the demo clock and the triggers agree."""
    asks = re.compile(r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(")
    wrong = [
        str(path.relative_to(ROOT))
        for app in CHAIN
        for path in (ROOT / app).rglob("*.py")
        if asks.search(path.read_text())
    ]
    assert not wrong


def test_a_day_is_the_day_of_a_place():
    """The day of a moment in UTC is tomorrow every evening: ask center_day, or a moment told its zone."""
    told = re.compile(r"astimezone\(|\b_?local\b")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\w[\w)]\.date\(\)", line) and not told.search(line)
    ]
    assert not wrong


def test_the_web_process_never_talks_to_celery():
    """Only the relay hands tasks over; everything else writes an outbox message."""
    asks = re.compile(r"\.(delay|apply_async|delay_on_commit|send_task)\(")
    allowed = {"outbox/management/commands/relay.py"}
    wrong = [
        str(path.relative_to(ROOT))
        for app in CHAIN
        for path in (ROOT / app).rglob("*.py")
        if asks.search(path.read_text())
    ]
    assert set(wrong) <= allowed


def test_no_signals_and_no_save_overrides():
    wrong = []
    for app in CHAIN:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            if "django.dispatch" in text or "django.db.models.signals" in text:
                wrong.append(f"{path.relative_to(ROOT)}: signals")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef) and node.name == "save" and "models" in path.parts:
                    wrong.append(f"{path.relative_to(ROOT)}: save()")
    assert not wrong


def test_templates_have_no_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE)
    wrong = [str(p.relative_to(ROOT)) for p in sources(".html") if inline.search(p.read_text())]
    assert not wrong


def test_nothing_is_fetched_from_elsewhere():
    outside = re.compile(r"(src=|<link[^>]*href=|url\()[\"']?(https?:)?//", re.IGNORECASE)
    wrong = [str(p.relative_to(ROOT)) for p in sources(".html", ".css") if outside.search(p.read_text())]
    assert not wrong


def test_no_test_is_skipped_or_expected_to_fail():
    marks = re.compile(r"mark\.(skip|xfail|skipif)|pytest\.(skip|xfail|importorskip)\(")
    here = Path(__file__)
    wrong = [
        str(p.relative_to(ROOT))
        for p in (ROOT / "tests").rglob("*.py")
        if p != here and marks.search(p.read_text())
    ]
    assert not wrong


@pytest.mark.parametrize("app", CHAIN)
def test_files_stay_small(app):
    """One concept per file: about 400 lines."""
    wrong = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        if (count := len(path.read_text().splitlines())) > 420
    }
    assert not wrong


def test_links_come_from_us():
    """No template makes a link of what somebody typed: a target is made by our views or by `url`.

    Names that stand in `href` alone are listed here. AS-02.
    """
    ours = {"back", "url", "item.url", "next", "previous", "leave.url", "other.url", "back_url", "change_url"}
    target = re.compile(r'href="\{\{\s*([^}|]+?)\s*(?:\|[^}]*)?\}\}')
    wrong = set()
    for path in sources(".html"):
        for name in target.findall(path.read_text()):
            if name not in ours and not name.endswith((".url", "_url", "get_full_path", "href")):
                wrong.add(f"{path.relative_to(ROOT)}: {name}")
    assert not wrong

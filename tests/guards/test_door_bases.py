"""Every lawful basis is one class of `records/door/`, and nothing leaves by another kind of exit."""

import ast
import re
from importlib import import_module
from pathlib import Path

from django.conf import settings

from records.choices_door import BasisCode

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")
# Pages with a print button: inside the program (audited), what the door handed out, and public pages.
PRINTED = {
    "intake/public/help_now.html",
    "programs/checklist_print.html",
    "records/consent_copy.html",
    "records/consent_receipt.html",
    "records/counseling_shared.html",
    "records/disclosure.html",
    "records/paper_print.html",
    "records/sign_done.html",
    "records/withdrawal_notice.html",
    "referrals/packet_print.html",
    "intake/coverage/summary_print.html",
    "referrals/sheet.html",
    # inside the program: a card about nobody, an audited assessment, and the trail of one record by reference
    "desk/downtime.html",
    "intake/assessment_print.html",
    # the person's own plan, handed to them here
    "programs/care_plan_print.html",
    "desk/looks.html",
}
# The monitors' page says how the parts are, and knows no person. The page of a section, whose reader is on
# the care team and has it open already, hears what became of what they typed. One's own account says who is
# signed in, and knows no person.
ANSWERS_IN_JSON = {"outbox/views.py", "intake/views/autosave.py", "accounts/views/own.py"}
# The export of the trail: ids and codes, for whoever checks it; nothing of a record.
STREAMS_THE_TRAIL = {"desk/views/trail.py"}


def sources():
    for app in CHAIN:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def bases():
    """Return the classes of the door that can grant, by module."""
    for path in sorted((ROOT / "records/door").glob("*.py")):
        module = import_module(f"records.door.{path.stem}")
        for name, one in vars(module).items():
            public = isinstance(one, type) and one.__module__ == module.__name__ and not name.startswith("_")
            if public and hasattr(one, "grant") and name != "Basis":
                yield one


def test_each_basis_has_its_class():
    codes = {one.code for one in bases() if isinstance(one.code, str)}
    # One class makes both kinds of report: its code is the kind.
    assert codes | {"child_abuse", "crime"} == set(BasisCode.values)
    assert len([one for one in bases() if not isinstance(one.code, str)]) == 1


def test_each_basis_is_documented_and_tested():
    """Each module of a basis stands in the table of docs/security.md."""
    text = (ROOT / "docs/security.md").read_text()
    wrong = {one.__module__ for one in bases() if f"`{one.__module__.replace('.', '/')}.py`" not in text}
    assert not wrong


def test_the_grant_of_every_basis_is_asked_only_by_the_door():
    asks = {
        path
        for path, text in sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "grant"
    }
    assert asks == {"records/disclose.py"}


def test_there_is_no_admin_no_api_and_no_stream():
    assert not [app for app in settings.INSTALLED_APPS if "admin" in app or "rest_framework" in app]
    found = {
        path for path, text in sources() if re.search(r"\bJsonResponse\b|\bStreamingHttpResponse\b", text)
    }
    assert found == ANSWERS_IN_JSON | STREAMS_THE_TRAIL


def test_every_page_that_prints_is_known():
    found = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if "data-print" in path.read_text()
    }
    assert found == PRINTED, "say here whether it prints inside the program or what the door handed out"


def test_mails_and_tasks_read_nobody():
    """Handlers and tasks never touch a person's fields: what they send says that something waits."""
    wrong = []
    for path, text in sources():
        if Path(path).name not in ("handlers.py", "tasks.py"):
            continue
        for node in ast.walk(ast.parse(text)):
            touched = isinstance(node, ast.Attribute) and "person" in ast.unparse(node.value)
            if touched and node.attr in {"name", "phone", "date_of_birth", "called", "preferred_name"}:
                wrong.append(f"{path}: {node.attr}")
    assert not wrong

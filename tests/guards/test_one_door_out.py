"""One door out: nothing else writes an accounting row, and what leaves is fetched through `disclose`."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit")
DOOR = "records/disclose.py"
# Who may open the door: the packet of an offer, whatever it is opened as, and the actions of the other bases.
OPENERS = {
    "referrals/actions/packets.py",
    "records/actions/counseling_disclosure.py",
    "records/actions/emergencies.py",
    "records/actions/legal.py",
    "records/actions/agreements.py",
    "records/actions/reports.py",
    "records/actions/own_access.py",
    "intake/actions/asking_plans.py",
    "intake/actions/benefit_summary.py",
    "records/actions/helpers.py",
    "programs/actions/prescriber_calls.py",
    "programs/actions/sharing.py",
}
# Streams and files that a browser saves: each such view must be known here.
ATTACHMENTS = {
    "records/views/documents.py",
    "records/views/accounting.py",
    "referrals/views/directory_file.py",  # partners, nobody in care
    "referrals/views/unmet.py",  # numbers of whole months, small ones hidden
    "records/views/incident_steps.py",
    "intake/views/public.py",
    "intake/views/notice.py",
    "desk/views/trail.py",
    "referrals/views/packet_files.py",  # a kept packet, opened at the door
    "referrals/views/calendar.py",  # a time and "Appointment": no person, place or reason
    "desk/views/downtime.py",  # blank forms, beds, slots and partners: nobody's data
}
MAKERS = ("FileResponse", "pdf_response", "csv_response", "attachment")


def sources():
    for app in CHAIN:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def calls(text, name):
    return [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") == name or getattr(node.func, "attr", "") == name)
    ]


def test_only_the_door_writes_the_accounting():
    wrong = [
        path
        for path, text in sources()
        if path != DOOR and re.search(r"(?<!class )\bDisclosure(\.objects\.(bulk_)?create)?\(", text)
    ]
    assert not wrong


def test_the_door_and_its_bases_write_no_second_row():
    """The accounting row is written in one place of the door, and by nothing in raw SQL."""
    assert len(calls((ROOT / DOOR).read_text(), "Disclosure")) == 1
    assert not [
        path for path, text in sources() if re.search(r"Disclosure\.objects\.\w*(create|update)", text)
    ]
    assert not [path for path, text in sources() if re.search(r"(INTO|UPDATE) records_disclosure\b", text)]


def test_only_known_places_open_the_door():
    assert {path for path, text in sources() if path != DOOR and calls(text, "disclose")} == OPENERS


def test_every_attachment_is_known():
    """A download of a person's data is a disclosure or an audited use inside the program; both are listed."""
    found = {
        path
        for path, text in sources()
        if "Content-Disposition" in text or any(calls(text, name) for name in MAKERS)
    }
    assert found == ATTACHMENTS


def test_partner_pages_read_people_through_the_door_only():
    """The partner's views never touch a person's fields: identifiers reach them inside a packet."""
    names = ("partner", "partner_packet", "packet_files")
    text = "\n".join((ROOT / f"referrals/views/{name}.py").read_text() for name in names)
    touched = {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        if node.attr in {"name", "phone", "date_of_birth", "called", "preferred_name", "email"}
        if "person" in ast.unparse(node.value)
    }
    assert not touched

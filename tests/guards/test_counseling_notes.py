"""No module but the notes' own reaches a counseling note: no packet, search, timeline, export or print."""

import ast
from pathlib import Path

from django.apps import apps

import records.models
from records import urls_counseling
from records.choices import Category
from records.disclose import SECTIONS
from records.door.grant import COUNSELING_NOTES
from records.models import SealedModel
from records.models.counseling import CounselingAddendum, CounselingNote
from records.models.data_key import CounselingKey

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ("desk", "referrals", "programs", "intake", "records", "outbox", "accounts", "audit", "config")
# The notes' own modules, and what makes the tables known to Django.
OWN = {
    "records/models/counseling.py",
    "records/models/__init__.py",
    "records/actions/counseling.py",
    "records/actions/counseling_disclosure.py",
    "records/door/counseling.py",
    "records/queries/counseling.py",
    "records/views/counseling.py",
    "records/views/counseling_share.py",
    "records/forms/counseling.py",
    "records/urls_counseling.py",
}
# Who may name one of those modules: the table of addresses.
NAMES_ITS_ADDRESSES = {"records/urls.py"}
MODULES = {path.removesuffix(".py").replace("/", ".") for path in OWN - {"records/models/__init__.py"}}
# By name, in any string or raw SQL.
TRACES = ("records_counselingnote", "records_counselingaddendum", "counselingnote", "counselingaddendum")
CLASSES = {"CounselingNote", "CounselingAddendum"}


def sources():
    for app in CHAIN:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def imported(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_notes_own_modules_import_them():
    users = {path for path, text in sources() if MODULES & set(imported(text))}
    assert users <= OWN | NAMES_ITS_ADDRESSES


def test_nothing_else_names_the_tables():
    wrong = {
        path
        for path, text in sources()
        if path not in OWN
        if any(trace in text.lower() for trace in TRACES) or any(name in text for name in CLASSES)
    }
    assert not wrong


def test_records_models_does_not_hand_them_on():
    assert not CLASSES & set(vars(records.models))


def test_nothing_leads_to_them_from_a_person_or_any_other_row():
    """No reverse name: a builder that walks from a person's row never arrives."""
    for model in apps.get_models():
        for relation in model._meta.related_objects:
            if relation.related_model in (CounselingNote, CounselingAddendum) and model is not CounselingNote:
                assert relation.get_accessor_name() is None, f"{model._meta.label} leads to counseling notes"


def test_the_door_takes_no_section_of_them():
    """A consent may name them; a packet can't: the door refuses the section, and nothing knows a builder."""
    assert COUNSELING_NOTES not in SECTIONS
    assert set(Category.values) - SECTIONS <= {COUNSELING_NOTES}


def test_their_keys_are_not_the_keys_of_the_record():
    for model in (CounselingNote, CounselingAddendum):
        assert model._meta.get_field("data_key").related_model is CounselingKey
        assert issubclass(model, SealedModel)
    others = [
        model._meta.label
        for model in apps.get_models()
        if model not in (CounselingNote, CounselingAddendum)
        for field in model._meta.concrete_fields
        if getattr(field, "related_model", None) is CounselingKey
    ]
    assert not others


def test_every_address_of_theirs_needs_their_permission():
    needed = {entry.callback.access.permission for entry in urls_counseling.urlpatterns}
    assert needed == {"records.counseling_notes"}

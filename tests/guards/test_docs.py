"""What the documents name exists: files, tests, management commands, settings, and every plain column."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db.models import AutoField, ForeignKey

from records.fields import EncryptedField

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.is_file())
TRACKED_TOP = {
    line.split("/")[0]
    for line in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
}
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
# Files that the product makes when it runs, and a document names.
MADE = (".local", ".venv", ".venv-dev")
PEOPLE_APPS = ("records", "intake", "programs", "referrals")


def names(text: str) -> set[str]:
    """Return what is in backticks and begins with a tracked file or folder of the repository."""
    found = set()
    for quoted in IN_BACKTICKS.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        first = quoted.split("/")[0].split("::")[0]
        if " " not in quoted and first in TRACKED_TOP and ("/" in quoted or "." in quoted):
            found.add(quoted)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_part_of_one_that_a_document_names_exists(document):
    wrong = []
    for name in names(document.read_text()):
        path, _, part = name.partition("::")
        found = list(ROOT.glob(path.rstrip("/")))
        if not found or (part and not re.search(rf"\b{part}\b", found[0].read_text())):
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document):
    wrong = [
        link
        for link in LINK.findall(document.read_text())
        if not link.startswith(MADE) and not (document.parent / link).exists()
    ]
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_management_command_that_a_document_names_exists(document):
    named = set(re.findall(r"manage\.py ([a-z_]{3,})", document.read_text()))
    assert not named - set(get_commands())


def test_every_command_of_ours_is_in_the_readme():
    ours = {name for name, app in get_commands().items() if (ROOT / str(app)).is_dir()}
    readme = (ROOT / "README.md").read_text()
    assert not {name for name in ours if f"`{name}" not in readme and f"manage.py {name}" not in readme}


def test_every_variable_that_the_settings_read_is_explained():
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | set(
        re.findall(r'environ\.get\("([A-Z_]+)"', source)
    )
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "running.md").read_text(), re.MULTILINE))
    assert not read - explained, "add a row to the table in docs/running.md"
    assert len(read) > 20


def plain_columns() -> dict[str, set[str]]:
    """Return, for each table that holds people's data, the columns that are neither sealed nor a key."""
    found = {}
    for app in PEOPLE_APPS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            found[model._meta.db_table] = {
                field.name
                for field in model._meta.concrete_fields
                if not field.primary_key and not isinstance(field, EncryptedField | ForeignKey | AutoField)
            }
    return found


def listed_columns() -> dict[str, set[str]]:
    """Return the table of docs/security.md: `table` | `column`, `column` … | why."""
    listed = {}
    for line in (ROOT / "docs" / "security.md").read_text().splitlines():
        cells = line.split("|")
        if len(cells) == 5 and (table := re.fullmatch(r" `(\w+_\w+)` ", cells[1])):
            listed.setdefault(table[1], set()).update(re.findall(r"`(\w+)`", cells[2]))
    return listed


def test_every_plain_column_is_listed_in_the_security_model():
    listed = listed_columns()
    missing = {
        table: sorted(columns - listed.get(table, set()))
        for table, columns in plain_columns().items()
        if columns - listed.get(table, set())
    }
    assert not missing, "seal it, or list it in docs/security.md with the reason why it is plain"


def test_every_listed_column_exists():
    columns = plain_columns()
    wrong = {
        table: sorted(names - columns.get(table, set()))
        for table, names in listed_columns().items()
        if names - columns.get(table, set())
    }
    assert not wrong


REQUIREMENT = re.compile(r"^\| ((?:P2|HS|AS|TM)-\d\d) \| ([a-z ]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


def test_every_requirement_has_one_row_that_says_where_it_stands():
    """That what a row names exists is tested above; here, that no row is missing, doubled or empty-handed."""
    rows = REQUIREMENT.findall((ROOT / "docs" / "security.md").read_text())
    names = [name for name, *_ in rows]
    assert len(names) == len(set(names))
    wanted = {f"AS-{number:02d}" for number in range(1, 69)} | {f"TM-{number:02d}" for number in range(1, 41)}
    assert not wanted - set(names)
    assert {state for _name, state, *_ in rows} <= {
        "tested", "built", "in part", "not yet", "center", "not here",
    }  # fmt: skip
    assert not [name for name, state, _what, where in rows if state == "tested" and "tests/" not in where]
    assert not [name for name, state, _what, where in rows if state == "built" and not where.strip()]

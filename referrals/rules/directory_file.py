"""The file of a directory: rows of CSV to facts about partners and back, with every error named.

The columns are those of the national directory (name1, street1, city, state, zip, phone, service_code_info)
under plainer names, and our own facts beside them. A column of ours, when it is filled, wins over what the
service codes say. A cell holds several codes with blanks or semicolons between them. An apostrophe before a
sign by which spreadsheets know a formula is taken off, as the export puts it there.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from hashlib import sha256
from typing import Any

from config.npi import npi_fits
from records.choices import LegalStatus
from referrals.choices import Access, Channel, Known, Level, Medication, Payer, Unit, Withdrawal
from referrals.rules.samhsa import LABELS, LANGUAGES, facts_from

ALIASES = {
    "name1": "name",
    "street1": "street",
    "service_code_info": "service_codes",
    "services": "service_codes",
    "intake1": "intake_phone",
}
_LISTS: dict[str, Any] = {
    "levels": Level.values,
    "withdrawal_yes": Withdrawal.values,
    "withdrawal_no": Withdrawal.values,
    "medications": Medication.values,
    "medications_no": Medication.values,
    "payers": Payer.values,
    "languages": [*LANGUAGES],
    "access": Access.values,
}
_ONE_OF: dict[str, Any] = {
    "pregnancy": Known.values,
    "co_occurring": Known.values,
    "unit": Unit.values,
    "channel": Channel.values,
    "legal_status": LegalStatus.values,
    "lists_complete": ["yes", "no"],
    "hours_24": ["yes", "no"],
}
_NUMBERS = {"age_min": 130, "age_max": 130, "beds_total": 999}
_TIMES = ("admits_from", "admits_until")
_TEXTS = {"coordinator": 80, "email": 254, "city": 60, "caution": 120}
COLUMNS = (
    "key", "name", "name2", "street", "street2", "city", "state", "zip", "phone", "fax", "email", "npi",
    "service_codes", "legal_status", "channel", "coordinator", *_LISTS, "pregnancy", "co_occurring", "unit",
    "lists_complete", "age_min", "age_max", "hours_24", *_TIMES, "beds_total", "caution", "checked_on",
)  # fmt: skip
REQUIRED = ("name", "phone")
_FORMULA = re.compile(r"'(?=\s*[=+\-@\t\r])")
_KEY = re.compile("[0-9a-f]{32}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell: the line of the file, the column, and what to do."""

    line: int
    column: str
    message: str


@dataclass
class Row:
    """One row of the file: its line, the key by which it is known again, and its facts or its errors."""

    line: int
    key: str
    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


class NotADirectory(ValueError):
    """The file as a whole can't be read; the text says why."""


def text_of(content: bytes) -> str:
    """Return the text of a file. Raises NotADirectory when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotADirectory("The file is not UTF-8 text. Save it as CSV UTF-8.") from error


def header_of(text: str) -> tuple[list[str], list[str]]:
    """Return the columns in our names, and those that are not read. Raises NotADirectory."""
    first = next(csv.reader(io.StringIO(text)), [])
    names = [ALIASES.get(one.strip().casefold(), one.strip().casefold()) for one in first]
    missing = [one for one in REQUIRED if one not in names]
    if missing:
        raise NotADirectory(f"The first line must name the columns. Missing: {', '.join(missing)}.")
    twice = sorted({one for one in names if one in COLUMNS and names.count(one) > 1})
    if twice:
        raise NotADirectory(f"A column stands twice: {', '.join(twice)}.")
    return names, [one for one in names if one not in COLUMNS]


def count_rows(text: str) -> int:
    """Return how many rows follow the header; lines without anything are none."""
    return sum(any(row) for row in csv.reader(io.StringIO(text))) - 1


def rows_of(text: str, begin: int = 0, end: int | None = None) -> Iterator[Row]:
    """Yield rows `begin` to `end` (counted from 0) with facts or errors; a place or an NPI twice is one."""
    names, _ = header_of(text)
    reader = csv.reader(io.StringIO(text))
    next(reader)
    seen: dict[str, int] = {}
    numbers: dict[str, int] = {}
    number = -1
    for cells in reader:
        if not any(cells):
            continue
        number += 1
        if end is not None and number >= end:
            return
        values = {name: _clean(cell) for name, cell in zip(names, cells, strict=False) if name in COLUMNS}
        key, line = key_of(values), reader.line_num
        if number >= begin:
            row = _row(values, key, line, seen, len(cells) - len(names))
            if (npi := values.get("npi", "")) in numbers and key not in seen:
                row.errors.append(RowError(line, "npi", f"The same NPI is on line {numbers[npi]}"))
            yield row
        seen.setdefault(key, line)
        if values.get("npi"):
            numbers.setdefault(values["npi"], line)


def key_of(values: Mapping[str, str]) -> str:
    """Return by what a place is known again: its key of an export, else names, street and ZIP."""
    if _KEY.fullmatch(values.get("key", "")):
        return values["key"]
    parts = [values.get(name, "") for name in ("name", "name2", "street", "street2", "zip")]
    plain = "|".join(" ".join(part.casefold().split()) for part in parts)
    return sha256(plain.encode()).hexdigest()[:32]


def _clean(cell: str) -> str:
    return _FORMULA.sub("", cell.replace("\x00", ""), count=1).strip()


def _row(values: dict[str, str], key: str, line: int, seen: Mapping[str, int], too_many: int) -> Row:
    name = ", ".join(part for part in (values.get("name", ""), values.get("name2", "")) if part)
    row = Row(line, key, name)
    say = _Errors(row)
    if too_many > 0:
        say("", f"{too_many} more cells than columns")
    if not values.get("name"):
        say("name", "Enter a name")
    elif len(name) > 120:
        say("name", "At most 120 characters, with name2")
    if key in seen:
        say("name", f"The same place is on line {seen[key]}")
    row.facts = {**_codes(values, say), **_place(values, say), **_own(values, say)}
    row.facts["channel"] = row.facts.get("channel") or ("link" if row.facts["email"] else "phone")
    _together(row.facts, say)
    return row


class _Errors:
    """Takes what is wrong with one row."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def __call__(self, column: str, message: str) -> None:
        """Keep an error of one column."""
        self.row.errors.append(RowError(self.row.line, column, message))


def _codes(values: Mapping[str, str], say: _Errors) -> dict[str, Any]:
    given = [one.upper() for one in re.split(r"[\s;,]+", values.get("service_codes", "")) if one]
    unknown = sorted({one for one in given if one not in LABELS})
    if unknown:
        say("service_codes", f"Not a service code: {', '.join(unknown[:5])}")
    return facts_from(one for one in given if one in LABELS)


def _place(values: Mapping[str, str], say: _Errors) -> dict[str, Any]:
    street = ", ".join(part for part in (values.get("street", ""), values.get("street2", "")) if part)
    state, zip_code = values.get("state", "").upper(), values.get("zip", "")[:5]
    if state and not re.fullmatch("[A-Z]{2}", state):
        say("state", "Enter the two letters of a state")
    if zip_code and not re.fullmatch("[0-9]{5}", zip_code):
        say("zip", "Enter the 5 digits of the ZIP code")
    if len(street) > 160:
        say("street", "At most 160 characters, with street2")
    npi = values.get("npi", "")
    if npi and not npi_fits(npi):
        say("npi", "NPI must have 10 digits and the right last digit")
    return {
        "address": street,
        "state": state,
        "zip": zip_code,
        "npi": npi,
        "phone": _phone(values, "phone", say, needed=True),
        "fax": _phone(values, "fax", say),
    }


def _phone(values: Mapping[str, str], column: str, say: _Errors, *, needed: bool = False) -> str:
    given = values.get(column, "")
    if not given:
        if needed:
            say(column, "Enter a phone number")
        return ""
    number, _, _extension = given.casefold().partition("x")
    digits = re.sub("[^0-9]", "", number)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != 10:
        say(column, "Enter a number of 10 digits")
        return ""
    return f"+1{digits}"


def _own(values: Mapping[str, str], say: _Errors) -> dict[str, Any]:
    """Return what our own columns say; an empty cell leaves what the codes say."""
    facts: dict[str, Any] = {"hours_24": False, "admits_from": None, "admits_until": None}
    facts |= {"beds_total": None, "checked_on": None, "legal_status": ""}
    for column, longest in _TEXTS.items():
        facts[column] = values.get(column, "")
        if len(facts[column]) > longest:
            say(column, f"At most {longest} characters")
    if facts["email"] and not _EMAIL.fullmatch(facts["email"]):
        say("email", "Enter an e-mail address, such as intake@example.org")
    for column in (*_LISTS, *_ONE_OF, *_NUMBERS, *_TIMES, "checked_on"):
        if given := values.get(column, ""):
            value = _value(column, given, say)
            if value is not None:
                facts[column] = value
    return facts


def _value(column: str, given: str, say: _Errors) -> Any:
    if column in _LISTS:
        codes = [one.casefold() for one in re.split(r"[\s;,]+", given) if one]
        wrong = [one for one in codes if one not in _LISTS[column]]
        if wrong:
            say(column, f"Not known here: {', '.join(wrong[:5])}")
            return None
        return [one for one in _LISTS[column] if one in codes]
    if column in _ONE_OF:
        code = given.casefold()
        if code not in _ONE_OF[column]:
            say(column, f"Enter one of: {', '.join(_ONE_OF[column])}")
            return None
        return code == "yes" if _ONE_OF[column] == ["yes", "no"] else code
    if column in _NUMBERS:
        if not given.isascii() or not given.isdigit() or int(given) > _NUMBERS[column]:
            say(column, f"Enter a whole number up to {_NUMBERS[column]}")
            return None
        return int(given)
    kind, example = (time, "08:00") if column in _TIMES else (date, "2026-01-31")
    try:
        return kind.fromisoformat(given)
    except ValueError:
        say(column, f"Enter it as {example}")
        return None


def _together(facts: Mapping[str, Any], say: _Errors) -> None:
    """Check what fits only together, as the database does."""
    youngest, oldest = facts["age_min"], facts["age_max"]
    if youngest is not None and oldest is not None and oldest < youngest:
        say("age_max", "The oldest age can't be below the youngest")
    if (facts["admits_from"] is None) != (facts["admits_until"] is None):
        say("admits_until", "Enter both times, or neither")
    if facts["channel"] == "link" and not facts["email"]:
        say("email", "Enter an e-mail address for a partner reached by link")
    for column in ("withdrawal", "medications"):
        yes = facts["withdrawal_yes" if column == "withdrawal" else column]
        if set(yes) & set(facts[f"{column}_no"]):
            say(f"{column}_no", "The same stands in both lists")


def cells_of(facts: Mapping[str, Any], name: str, legal_status: str) -> list[Any]:
    """Return one partner as a row of the same file; what is not known is empty."""
    known = {**facts, "name": name, "legal_status": legal_status}
    return [_cell(column, known) for column in COLUMNS]


def _cell(column: str, facts: Mapping[str, Any]) -> str:
    if column in {"phone", "fax"}:
        return str(facts[column]).removeprefix("+1")
    column = {"street": "address", "service_codes": "services", "key": "import_key"}.get(column, column)
    value = facts.get(column)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)

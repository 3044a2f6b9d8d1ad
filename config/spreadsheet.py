"""Spreadsheets as CSV that no spreadsheet program can be made to calculate with.

A cell that begins with a character by which programs recognise a formula is written with an apostrophe in
front, so that it stays text (OWASP, CSV injection). The format is RFC 4180 with a byte order mark, by which
spreadsheet programs recognise UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# Programs skip blanks, and some of them invisible characters, before they look for a formula.
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f]*[=+\-@\t\r\x00\uff1d\uff0b\uff0d\uff20]")
_FILENAME = re.compile(r"[a-z0-9-]+(\.[a-z]+)?")


def cell(value: object) -> str:
    """Return the text of a cell, neutralised. None is empty; NUL, which no program can read, is dropped."""
    text = "" if value is None else str(value)
    safe = text.replace("\x00", "")
    return f"'{safe}" if _FORMULA.match(text) else safe


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], notice_rows: Sequence[str] = ()) -> str:
    """Return a table as RFC 4180 text; `notice_rows` follow it after an empty row, one to a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([cell(one) for one in header])
    writer.writerows([cell(one) for one in row] for row in rows)
    if notice_rows:
        writer.writerow([""])
        writer.writerows([cell(one)] for one in notice_rows)
    return out.getvalue()


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[object]], notice_rows: Sequence[str] = ()
) -> HttpResponse:
    """Return a table as a CSV attachment. `filename` is neutral ("accounting"): never a name or a place.

    Pass `[records.notices.statement()]` as `notice_rows` for whatever leaves the building (42 CFR 2.32).
    """
    text = "\ufeff" + csv_text(header, rows, notice_rows)
    return attachment(text.encode(), "text/csv; charset=utf-8", f"{filename}.csv")


def attachment(content: bytes, content_type: str, filename: str) -> HttpResponse:
    """Return a file that is stored by the reader and by no cache, never sniffed, in a sandbox."""
    if not _FILENAME.fullmatch(filename):
        raise ValueError("a file's name is lower-case letters, digits and hyphens")
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

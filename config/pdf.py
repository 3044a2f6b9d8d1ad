"""PDF documents by typst: tagged (PDF/UA-1), with a language, a neutral title and no author.

Templates are files under `templates/pdf`. What goes into them is data, handed over as JSON and never pasted
into the template, so that markup in a name prints as it was typed. Fonts come with the package; nothing is
read from the system or fetched.
"""

import json
import re
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

from config.spreadsheet import attachment

ROOT = Path(settings.BASE_DIR) / "templates" / "pdf"
_NAME = re.compile(r"[a-z_]+")


# What the fonts of the package draw for certain: Latin, Greek, Cyrillic, punctuation, currency, arrows. They
# draw more (Arabic and Hebrew among it); this is what is left when asking sign by sign leads nowhere.
_UNDRAWN = re.compile(
    "[^\\n\\u0020-\\u024f\\u0300-\\u0345\\u0370-\\u04ff\\u1e00-\\u1eff\\u2010-\\u2026\\u20ac\\u2190-\\u2193]"
)
_REFUSED = re.compile('the text `"(.+?)"`', re.DOTALL)
_TRIES = 8
UNDRAWN = {
    "en": "? is a sign that can't be printed here",
    "es": "? es un signo que aquí no se puede imprimir",
}
_CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")


def render(
    template: str, data: dict[str, Any], *, title: str, language: str, notice: str = "", printed: str = ""
) -> bytes:
    """Return `templates/pdf/<template>.typ` with `data` as an accessible PDF.

    `title` goes into the file's properties: name the kind of document there, never a person. `language` is
    "en" or "es". `notice` stands at the foot of every page: pass `records.notices.short_statement()` for
    whatever leaves the building (42 CFR 2.32). `printed` says beside the page number who printed it and when.
    A character that the fonts can't draw becomes a question mark, and the foot says so; the document is made
    all the same.
    """
    if not _NAME.fullmatch(template):
        raise ValueError("a PDF template is named by lower-case letters")
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    texts = {"data": plain, "title": title, "language": language, "notice": notice, "printed": printed}
    texts = _replaced(texts, _CONTROL, " ")
    foot = f"{printed}. {UNDRAWN[language]}" if printed else UNDRAWN[language]
    for _ in range(_TRIES):
        try:
            return _compile(template, texts)
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
            texts = _replaced(texts, _like(error.message), "?") | {"printed": foot}
    return _compile(template, _replaced(texts, _UNDRAWN, "?"))


def _like(message: str) -> re.Pattern[str]:
    """Return what to replace: the sign that can't be drawn and all of its kind, else what is not certain."""
    refused = _REFUSED.search(message)
    if refused is None:
        return _UNDRAWN
    sign = refused.group(1)[0]
    if sign >= "\U00010000":
        return re.compile("[\U00010000-\U0010ffff\u200d\ufe0e\ufe0f]")
    if sign >= "\u2e80":
        return re.compile("[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]")
    block = ord(sign) & ~0x7F
    return re.compile(f"[{re.escape(chr(block))}-{re.escape(chr(block | 0x7F))}]") if block else _UNDRAWN


def _compile(template: str, texts: dict[str, Any]) -> bytes:
    return typst.compile(
        str(ROOT / f"{template}.typ"), root=str(ROOT), ignore_system_fonts=True, pdf_standards=["ua-1"],
        sys_inputs={**texts, "data": json.dumps(texts["data"])},
    )  # fmt: skip


def _replaced(value: Any, pattern: re.Pattern[str], by: str) -> Any:
    """Return the same structure with the pattern replaced in each text; line ends become "\\n"."""
    if isinstance(value, str):
        return pattern.sub(by, value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, list):
        return [_replaced(one, pattern, by) for one in value]
    if isinstance(value, dict):
        return {key: _replaced(one, pattern, by) for key, one in value.items()}
    return value


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """Return a PDF as an attachment that no cache keeps. `filename` is neutral: never a name or a place."""
    return attachment(content, "application/pdf", f"{filename}.pdf")

"""Which texts the public can meet, and whether each has Spanish; updates and compiles the catalogue.

Needs Babel, which is a development tool; the product itself reads the compiled catalogue only.
"""

import io
import re
import sys
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# What somebody who is not staff can meet.
PUBLIC = (
    "templates/base.html",
    "templates/base_public.html",
    "templates/base_narrow.html",
    "templates/4*.html",
    "templates/5*.html",
    "templates/partials/*.html",
    "templates/components/error_summary.html",
    "templates/intake/public/*.html",
    "config/fields.py",
    "config/forms.py",
    "config/templatetags/ui.py",
    "intake/actions/public_requests.py",
    "intake/choices_contact.py",
    "intake/forms/public.py",
    "intake/views/public*.py",
    "intake/wording.py",
    "referrals/packet_papers.py",
    "templates/referrals/parts/packet.html",
    "programs/checklist_words.py",
    "templates/base_partner.html",
    "templates/components/timeline.html",
    "templates/referrals/partner/*.html",
    "templates/referrals/parts/ask_new_link.html",
    "templates/referrals/parts/call_me.html",
    "templates/referrals/parts/messages.html",
    "templates/referrals/parts/notice_translated.html",
    "templates/referrals/parts/open_packet.html",
    "templates/referrals/parts/packet_files.html",
    "referrals/actions/facilities.py",
    "referrals/choices.py",
    "referrals/forms/answers.py",
    "referrals/forms/asks.py",
    "referrals/forms/clearance.py",
    "referrals/forms/code.py",
    "referrals/need.py",
    "referrals/partner_words.py",
    "referrals/rules/need.py",
    "referrals/timeline.py",
    "referrals/views/guessing.py",
    "referrals/views/partner*.py",
    "referrals/views/typed.py",
    "referrals/workflow.py",
    "programs/forms/clearance.py",
    "templates/programs/checklist_print.html",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def sources() -> list[Path]:
    """Return the files that the public's texts come from; a pattern without files is an error."""
    found = []
    for pattern in PUBLIC:
        matches = sorted(ROOT.glob(pattern))
        if not matches:
            raise FileNotFoundError(pattern)
        found += matches
    return found


def extracted() -> Catalog:
    """Return every text of the sources."""
    catalog = Catalog()
    for path in sources():
        text = path.read_text()
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=())
        for line, message, _comments, context in found:
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    return catalog


def stored() -> Catalog:
    """Return the Spanish catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="es", domain="django")


def _texts(value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _key(message) -> tuple:
    return (_texts(message.id)[0], message.context)


def problems() -> list[str]:
    """List what is missing, left untranslated, marked as unsure, or has other placeholders than English."""
    kept = {_key(message): message for message in stored() if message.id}
    found = []
    for message in extracted():
        if not message.id:
            continue
        spanish = kept.get(_key(message))
        name = f"{_texts(message.id)[0][:60]!r}"
        if spanish is None or not all(_texts(spanish.string)):
            found.append(f"no Spanish: {name}")
        elif spanish.fuzzy:
            found.append(f"unsure: {name}")
        else:
            places = {place for text in _texts(message.id) for place in PLACES.findall(text)}
            found += [
                f"other placeholders: {name}"
                for text in _texts(spanish.string)
                if set(PLACES.findall(text)) != places
            ]
    if not MO.exists() or MO.read_bytes() != compiled():
        found.append("the .mo is not what the .po compiles to: run bin/messages compile")
    return found


def compiled() -> bytes:
    """Return the compiled catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, stored())
    return buffer.getvalue()


def update() -> None:
    """Add new texts with empty Spanish; nothing is removed or guessed."""
    catalog = stored()
    for message in extracted():
        if message.id and catalog.get(_texts(message.id)[0], message.context) is None:
            catalog.add(message.id, context=message.context)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, no_location=True, sort_output=True)


def main(command: str) -> int:
    """Run one command; return the exit status."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    if command == "update":
        update()
    elif command == "compile":
        MO.write_bytes(compiled())
    elif command == "check":
        found = problems()
        sys.stdout.write("\n".join([*found, f"{len(found)} problems\n"]))
        return 1 if found else 0
    else:
        sys.stderr.write("check, update or compile\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))

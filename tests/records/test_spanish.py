"""Every word a person meets while signing exists in Spanish, and the compiled catalogue is up to date."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from records.choices import Category, Purpose
from records.consent_texts import _EN, _ES, CATEGORY_WORDS, PURPOSE_WORDS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "records" / "locale" / "es" / "LC_MESSAGES"
SIGNING = ("_choose", "_confirm", "_decline", "_signature", "_text", "base_sign")
PAGES = [
    path
    for path in sorted((ROOT / "templates" / "records").glob("*.html"))
    if path.stem in SIGNING or path.stem.startswith("sign_")
]
SOURCES = [ROOT / "records" / "forms" / "signing.py", ROOT / "records" / "views" / "sign.py"]


def wanted():
    for path in PAGES:
        text = path.read_text()
        yield from re.findall(r'{% translate "([^"]*)"', text)
        for words in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.DOTALL):
            yield re.sub(r"{{ (\w+) }}", r"%(\1)s", words)
    for path in SOURCES:
        yield from re.findall(r'(?:_|gettext_noop)\(\s*"([^"]*)"', path.read_text())


@pytest.fixture(scope="module")
def catalogue():
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="es")


def test_nothing_is_missing(catalogue):
    words = set(wanted())
    assert len(words) > 35
    assert not {one for one in words if not (catalogue.get(one) and catalogue.get(one).string)}


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    compiled = read_mo(io.BytesIO((FOLDER / "django.mo").read_bytes()))

    def words(messages):
        """read_mo gives contexts as bytes."""
        plain = {}
        for m in messages:
            if m.id:
                plain[m.id, m.context.decode() if isinstance(m.context, bytes) else m.context] = m.string
        return plain

    assert words(compiled) == words(catalogue)


def test_placeholders_are_kept(catalogue):
    holes = re.compile(r"%\(\w+\)s|<a href=\"[^\"]+\">")
    assert not [m.id for m in catalogue if m.id and set(holes.findall(m.id)) != set(holes.findall(m.string))]


def test_consent_texts_have_both_languages():
    assert set(_EN) == set(_ES)
    holes = re.compile(r"{\w+}")
    assert not [key for key in _EN if set(holes.findall(_EN[key])) != set(holes.findall(_ES[key]))]
    assert set(CATEGORY_WORDS) == set(Category) and set(PURPOSE_WORDS) == set(Purpose)
    assert all(english != spanish for english, spanish in CATEGORY_WORDS.values())

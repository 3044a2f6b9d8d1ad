"""The signs of an overdose (seed 000 lines 36 to 44) stand on the pages for families and for emergencies."""

import html

import pytest

pytestmark = pytest.mark.django_db
SIGNS = {
    "": (
        "coma", "seizure", "Listless", "cannot be woken", "nausea", "not there", "false beliefs",
        "Sweating", "fever", "flu",
    ),
    "es/": (
        "coma", "convulsión", "Sin fuerzas", "no se despierta", "Náuseas", "no existen", "falsas",
        "Sudor", "fiebre", "gripe",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", SIGNS)
@pytest.mark.parametrize("page", ["families/", "help-now/"])
def test_every_sign_is_there_with_911_and_naloxone(client, language, page):
    body = html.unescape(client.get(f"/{language}{page}").content.decode())
    assert [sign for sign in SIGNS[language] if sign not in body] == []
    assert 'href="tel:911"' in body
    assert ("naloxone" if not language else "naloxona") in body

"""Spanish for everything public: complete, compiled, and on every page."""

import html

import pytest

from tests import messages
from tests.intake.test_public_request import PAGES


def test_no_public_text_lacks_spanish_and_the_compiled_catalogue_is_current():
    assert messages.problems() == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", [page for page in PAGES if not page.endswith(".vcf")])
def test_a_spanish_page_holds_no_english(client, page):
    english = {
        message.id
        for message in messages.extracted()
        if isinstance(message.id, str) and len(message.id) > 14 and "%(" not in message.id
    }
    body = client.get(f"/es/{page}").content.decode()
    assert '<html lang="es"' in body
    text = html.unescape(body)
    left = [phrase for phrase in english if phrase in text]
    assert not left


@pytest.mark.django_db
def test_spanish_errors_are_spanish(client):
    answer = client.post("/es/request/", {"phone": "12"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    for words in (
        "Hay un problema",
        "Elija si hay alguien en peligro en este momento",
        "El número debe tener 10 dígitos, como 804 555 0123",
        "Escriba un nombre que podamos usar",
    ):
        assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["/", "/es/"])
def test_each_page_leads_to_itself_in_the_other_language(client, prefix):
    other = "/es/" if prefix == "/" else "/"
    for page in PAGES:
        if not page.endswith(".vcf"):
            assert f'"{other}{page}"' in client.get(prefix + page).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/", "/es/nowhere/"])
def test_a_page_that_is_not_there_still_names_the_numbers(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "988" in answer.content.decode()

"""A public page stays light enough for an old phone on a weak line: at most 60 KB and 8 requests, cold."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "request/",
    "help-now/",
    "self-check/",
    "families/",
    "what-to-expect/",
    "privacy/",
    "safety/",
    "sign/",
)
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 8
LOADED = re.compile(r'<(?:link|script|img)\b[^>]*\s(?:href|src)="([^"]+)"')


def transferred(address: str) -> int:
    """Return the bytes of a static file as they travel, which is compressed."""
    assert address.startswith(settings.STATIC_URL), f"{address} comes from elsewhere"
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert found, f"{address} is not there"
    return len(gzip.compress(Path(found).read_bytes()))


@pytest.mark.parametrize("language", ["", "es/"])
@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_is_light(client, language, page):
    response = client.get(f"/{language}{page}")
    assert response.status_code == 200
    loaded = set(LOADED.findall(response.content.decode()))
    assert any(address.endswith(".css") for address in loaded)
    weight = len(response.content) + sum(transferred(address) for address in loaded)
    assert 1 + len(loaded) <= MOST_REQUESTS
    assert weight <= MOST_BYTES, f"{weight} bytes"


@pytest.mark.parametrize("name", ["clearway.css", "bootstrap/css/bootstrap.min.css"])
def test_the_styles_of_a_public_page_load_nothing_more(name):
    styles = Path(finders.find(name)).read_text()
    fetched = [url for url in re.findall(r"url\(([^)]*)\)", styles) if "data:" not in url[:7]]
    assert fetched == []
    assert "@import" not in styles

"""The public self-check: six questions, nothing sent, nothing kept, never an all-clear."""

import html
import re

import pytest

from audit.models import Event
from intake.models import ContactRequest
from intake.questions.signs import SCREENER

pytestmark = pytest.mark.django_db
WAYS = ('href="tel:911"', 'href="tel:988"', "1-800-222-1222", "1-800-662-4357")
TREATMENT = re.compile(r"detox|rehab|treatment|recovery|addict|kratom|drug|patient", re.IGNORECASE)


@pytest.fixture(params=["", "es/"])
def page(request, client):
    answer = client.get(f"/{request.param}self-check/")
    assert answer.status_code == 200
    return answer


def content(page):
    return re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)[0]


def test_six_questions_and_no_way_to_send_them(page):
    body = content(page)
    assert len(re.findall(r'type="checkbox"', body)) == len(SCREENER) == 6
    assert "<form" not in body
    assert not re.findall(r'<input[^>]*\sname="', body)
    assert body.count('autocomplete="off"') == 6


def test_nothing_is_kept(page):
    assert not page.cookies
    assert not Event.objects.exists()
    assert not ContactRequest.objects.exists()


def test_it_ends_with_ways_to_get_help(page):
    body = content(page)
    end = body[body.rindex('type="checkbox"') :]
    assert [way for way in WAYS if way not in end] == []
    assert 'request/"' in end


def test_its_title_and_address_say_nothing(page):
    title = re.search(r"<title>(.*?)</title>", page.content.decode())[1]
    assert not TREATMENT.search(title + page.request["PATH_INFO"])


def test_it_never_says_that_all_is_well(client):
    body = html.unescape(content(client.get("/self-check/"))).lower()
    for words in ("you are fine", "you're fine", "no problem", "nothing to worry", "low risk", "score"):
        assert words not in body
    assert "worth a talk" in body


def test_a_post_is_not_taken(client):
    assert client.post("/self-check/", {"fits-1": "on"}).status_code == 405
    assert not ContactRequest.objects.exists()

"""Text packs of the site: shown where they are installed, and a wrong one stops the start."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from intake.instrument_wording import packs, wording_of
from intake.models import InstrumentRecord
from intake.rules.catalogue import BY_ID
from tests.factories.episodes import make_episode

SDS = {
    "instrument": "sds",
    "language": "en",
    "version": "2026-01",
    "licence": "By letter of 4 January 2026",
    "intro": "Think of the last year.",
    "items": {f"sds_{n}": f"Zanzibar question {n}" for n in range(1, 6)},
    "options": {f"sds_{n}": {"0": "Nil", "1": "One", "2": "Two", "3": "Three"} for n in range(1, 6)},
}


@pytest.fixture
def install(tmp_path, settings):
    """Return a function that installs packs, and forgets what was read before."""

    def install_packs(*entries):
        for number, entry in enumerate(entries):
            (tmp_path / f"pack{number}.json").write_text(json.dumps(entry), encoding="utf-8")
        settings.INSTRUMENT_TEXT_FOLDER = str(tmp_path)
        packs.cache_clear()
        return str(tmp_path)

    yield install_packs
    packs.cache_clear()


@pytest.mark.django_db
def test_a_pack_lets_an_instrument_be_given_in_its_words(as_user, ana, install):
    assert wording_of(BY_ID["sds"], "en") is None
    install(SDS)
    episode = make_episode(ana)
    url = reverse("intake:instrument-give", args=[episode.pk, BY_ID["sds"].number])
    page = as_user(ana).get(url).content.decode()
    assert "Zanzibar question 5" in page
    assert "By letter of 4 January 2026" in page
    as_user(ana).post(url, {f"sds_{n}": "1" for n in range(1, 6)})
    kept = InstrumentRecord.objects.get().details
    assert (kept["wording"], kept["score"]["total"]) == ("pack 2026-01", 5)
    assert "pack 2026-01" in as_user(ana).get(reverse("intake:about")).content.decode()


@pytest.mark.django_db
def test_spanish_is_read_where_the_site_has_it(as_user, ana, install):
    install({**SDS, "language": "es", "items": {f"sds_{n}": f"Pregunta {n}" for n in range(1, 6)}}, SDS)
    assert wording_of(BY_ID["sds"], "es").items["sds_1"] == "Pregunta 1"
    assert wording_of(BY_ID["sds"], "en").items["sds_1"] == "Zanzibar question 1"
    episode = make_episode(ana, language="es")
    url = reverse("intake:instrument-give", args=[episode.pk, BY_ID["sds"].number])
    page = as_user(ana).get(url).content.decode()
    assert "Pregunta 1" in page
    assert "interpreter" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"instrument": "poetry"}, "takes no text"),
        ({"instrument": "kds"}, "takes no text"),
        ({"language": "fr"}, "language"),
        ({"licence": " "}, "licence"),
        ({"items": {"sds_1": "Alone"}}, "exactly those"),
        ({"items": {f"sds_{n}": "" for n in range(1, 6)}}, "has a text"),
        ({"options": {}}, "give the options"),
        ({"options": {"sds_1": {"0": "Nil", "9": "Nine"}}}, "other values"),
        ({"options": {"sds_9": {"0": "Nil"}}}, "options are of items"),
        ({"colour": "blue"}, "an object with the keys"),
    ],
)
def test_a_wrong_pack_is_refused_with_its_name(install, change, words):
    folder = install({**SDS, **change})
    with pytest.raises(ImproperlyConfigured, match=r"pack0\.json") as caught:
        packs(folder)
    assert words in str(caught.value)


def test_two_packs_of_one_instrument_are_refused(install):
    with pytest.raises(ImproperlyConfigured, match="a second pack"):
        packs(install(SDS, SDS))


def test_a_folder_that_is_not_there_is_refused():
    with pytest.raises(ImproperlyConfigured, match="not a folder"):
        packs("/nonexistent/packs")
    packs.cache_clear()


@pytest.mark.parametrize("text", ["", "[]", '{"items": ', '"text"', '{"options": {"sds_1": 4}}'])
def test_what_is_not_a_pack_is_refused(tmp_path, text):
    (tmp_path / "broken.json").write_text(text)
    packs.cache_clear()
    with pytest.raises(ImproperlyConfigured, match=r"broken\.json"):
        packs(str(tmp_path))
    packs.cache_clear()

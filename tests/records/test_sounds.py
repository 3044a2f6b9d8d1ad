"""Misspelt names are found, by hashes that tell no name."""

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from records import sounds
from records.actions.people import reindex_batch, update_person
from records.models import Person
from records.queries.people import people_who_sound_like
from records.sounds import index_of_sounds, is_like, parts_of, sounds_of_part
from tests.factories.records import join, make_person

NAMES = (
    "Jordan Lee", "Riley Park", "Casey Moon", "María José Hernández López", "Guadalupe Ortiz", "José Núñez",
    "Catherine O'Connor", "Mohammed Al-Farsi", "Nguyen Van An", "Elizabeth Johnson", "Xavier Jiménez",
    "Stephen Wright", "Francisco de la Cruz", "Siobhan Murphy", "Priya Raghunathan", "William Thompson",
    "Yolanda Villaseñor", "Katherine Schmidt", "Dwayne Washington", "Ximena Quiñones",
)  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def found(asked: str, name: str) -> bool:
    """Whether a search for `asked` finds `name`: the index shares a sound, and the names compare."""
    return bool(set(index_of_sounds([asked])) & set(index_of_sounds([name]))) and is_like(asked, name)


def slips(name: str):
    """Every name with one letter left out, doubled by a neighbour's place, or replaced by the next letter."""
    for at, letter in enumerate(name):
        if not letter.isalpha():
            continue
        other = LETTERS[(LETTERS.find(letter.lower()) + 1) % 26]
        yield name[:at] + name[at + 1 :]
        yield name[:at] + other + name[at + 1 :]
        yield name[:at] + other + name[at:]
        yield name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def test_a_slip_of_one_letter_is_found_nearly_always():
    """Measured: 99 % and more of the slips in these names. Below 97 % something broke."""
    tried = [(slip, name) for name in NAMES for slip in slips(name)]
    hits = sum(found(slip, name) for slip, name in tried)
    assert len(tried) > 900
    assert hits / len(tried) >= 0.97


def test_other_people_are_seldom_taken_for_one():
    pairs = [(one, two) for one in NAMES for two in NAMES if one != two]
    assert sum(found(one, two) for one, two in pairs) / len(pairs) < 0.02


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Bill Tomson", "William Thompson"),
        ("Lopez Maria", "María José Hernández López"),
        ("Jose Nunes", "José Núñez"),
        ("Himenez Javier", "Xavier Jiménez"),
        ("Maryann Smith", "Mary Ann Smith"),
        ("Pepe Nuñez", "José Núñez"),
        ("Fransisco Cruz", "Francisco de la Cruz"),
        ("Kathy Schmitt", "Katherine Schmidt"),
        ("Lee, Jordan", "Jordan Lee"),
        ("Ernandes", "Hernández"),
    ],
)
def test_how_people_write_names(asked, name):
    assert found(asked, name)


@pytest.mark.parametrize(("asked", "name"), [("Jordan Lee", "Riley Park"), ("Smith", "Jones"), ("", "Lee")])
def test_others_are_not_found(asked, name):
    assert not found(asked, name)


@given(st.text(max_size=60))
def test_any_text_is_a_name(text):
    assert index_of_sounds([text]) == index_of_sounds([text, None])
    assert is_like(text, text) == bool(parts_of(text))


@given(st.sampled_from(NAMES))
def test_the_index_holds_hashes_alone(name):
    index = index_of_sounds([name])
    assert index == sorted(set(index)) and all(len(bytes.fromhex(one)) == 16 for one in index)
    plain = {sound.lower() for part in parts_of(name) for sound in sounds_of_part(part)}
    assert not any(sound in one for sound in plain for one in index if len(sound) > 3)


def test_another_key_makes_another_index(settings):
    before = index_of_sounds(["Jordan Lee"])
    settings.KEY_RING = {**settings.KEY_RING, "index_key": b"another key of thirty-two bytes."}
    assert not set(before) & set(index_of_sounds(["Jordan Lee"]))


@pytest.mark.django_db
def test_the_row_follows_the_name_and_only_ones_own_people_are_found(ana, ben, sam):
    person = make_person(ana, "Jordan Lee", preferred_name="Xochitl")
    for asked in ("Jorden Lee", "Lee", "Xochitle"):
        assert people_who_sound_like(ana, asked) == people_who_sound_like(sam, asked) == [person]
        assert people_who_sound_like(ben, asked) == []
    update_person(person=person, by=ana, name="Riley Park")
    assert people_who_sound_like(ana, "Jorden Lee") == []
    assert people_who_sound_like(ana, "Ryley Parc") == [person]
    assert people_who_sound_like(ana, "Ryley Parc", phone="+18045550123") == [person]
    assert people_who_sound_like(ana, "Ryley Parc", phone="+18045550199") == []
    join(person, ben)
    assert people_who_sound_like(ben, "Ryley Parc") == [person]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_sounds::text FROM records_person")
        stored = cursor.fetchone()[0].lower()
    assert "riley" not in stored and "park" not in stored and "r400" not in stored


@pytest.mark.django_db
def test_the_rebuild_goes_on_where_it_stopped(ana):
    people = [make_person(ana, f"Jordan Lee{letter}") for letter in "abcde"]
    Person.objects.update(name_sounds=[], sounds_version=0)
    assert people_who_sound_like(ana, "Jorden") == []
    assert reindex_batch(size=2) == 2
    call_command("reindex_people", "--batch", "2", verbosity=0)
    assert Person.objects.filter(sounds_version=sounds.VERSION).count() == len(people)
    assert len(people_who_sound_like(ana, "Jorden")) == len(people)
    assert reindex_batch(size=2) == 0

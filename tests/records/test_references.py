"""Spoken references: short enough to read out, so two rows may draw the same one, and nobody must notice."""

import pytest
from django.db import IntegrityError

from records import references
from records.actions.people import create_person
from records.models import DataKey, Person
from records.references import ALPHABET, new_reference, save_new
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draws(monkeypatch):
    """Return a function that decides what is drawn next."""

    def decide(*drawn):
        coming = iter(drawn)
        monkeypatch.setattr(references, "new_reference", lambda length: next(coming))

    return decide


def test_nothing_that_sounds_or_looks_alike():
    """0 and O, 1 and I and L, S and 5 (as F and S over the phone), Z and 2."""
    assert not set("01OILSZ") & set(ALPHABET)
    assert len(new_reference(6)) == len(new_reference()) + 1


def test_a_reference_that_is_taken_is_drawn_anew(draws):
    ana = make_user("admissions")
    draws("JH-TAKEN", "JH-TAKEN", "JH-TAKEN", "JH-NEXT2")
    first = create_person(by=ana, name="Riley Park")
    second = create_person(by=ana, name="Casey Jordan")
    assert [first.reference, second.reference] == ["JH-TAKEN", "JH-NEXT2"]


def test_it_ends_when_nothing_is_free(draws):
    ana = make_user("admissions")
    draws(*["JH-TAKEN"] * 50)
    create_person(by=ana, name="Riley Park")
    with pytest.raises(RuntimeError, match="No free reference"):
        create_person(by=ana, name="Casey Jordan")


def test_any_other_refusal_is_raised():
    """The key of another person: refused by its own constraint, not tried again."""
    ana = make_user("admissions")
    person = create_person(by=ana, name="Riley Park")
    key = DataKey.make()
    key.save(force_insert=True)
    with pytest.raises(IntegrityError):
        save_new(lambda reference: Person(pk=person.pk, data_key=key, reference=reference))

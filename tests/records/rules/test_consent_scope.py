"""The explanation of a consent's scope that goes along with what leaves (42 CFR 2.32(b)), for each kind."""

from dataclasses import replace

import pytest

from records.choices import ConsentKind
from records.consent_texts import END_NONE, END_STUDY, END_TREATMENT, scope
from tests.records.rules.test_consent_rules import BRIGID, FULL_BY_KIND, HARBOR


def facts(kind, **changes):
    return replace(FULL_BY_KIND[kind], kind=kind, **changes)


@pytest.mark.parametrize("kind", ConsentKind.values)
def test_it_names_who_receives_what_why_and_until_when(kind):
    said = scope(facts(kind))
    assert "Juniper House" in said and "Harbor Detox" in said
    assert "with  only" not in said and "Purpose: ." not in said and "this: ." not in said


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (END_NONE, "no last day"),
        (END_TREATMENT, "treatment here ends"),
        (END_STUDY, "research study ends"),
        ("When my probation ends", "When my probation ends"),
    ],
)
def test_an_event_is_said_in_the_words_that_were_signed(event, words):
    assert words in scope(facts("research", expires_event=event, expires_on=None))


def test_a_class_of_receivers_stands_for_itself():
    said = scope(facts("tpo_single", recipients=(), expires_event=END_NONE, expires_on=None))
    assert "my treating providers" in said


def test_an_exchange_is_named_with_who_receives_through_it():
    assert "Harbor Detox through Exchange" in scope(facts("intermediary", recipients=()))


def test_a_receiver_taken_out_is_named_no_more():
    said = scope(facts("specific", recipients=(HARBOR, replace(BRIGID, revoked=True))))
    assert "Harbor Detox" in said and "Brigid" not in said

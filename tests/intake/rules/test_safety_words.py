"""Every emergency rule that a question feeds has its question, words for the caller, and something to do."""

import pytest

from intake.questions import SAFETY
from intake.questions.safety import EVERYWHERE, NALOXONE, SUICIDE

# Rule, question, what the caller has to hear, what staff have to read.
TRIAGE = (
    ("E-01", "unresponsive_or_overdose", ("911", "naloxone", "side"), ("one spray", "naloxone", "time")),
    ("E-02", "breathing_trouble", ("911", "breaths"), ("one spray", "kratom too", "wear off")),
    ("E-03", "seizure_24h", ("911", "nothing in the mouth", "side", "time it"), ("admission",)),
    ("E-04", "chest_pain_or_fainting", ("911",), ("heart",)),
    ("E-05", SUICIDE, ("988", "911", "alone"), ("end the call", "on hold", "out of reach")),
    ("E-06", "confusion_or_hallucination", ("911",), ("alcohol or sedatives", "kill")),
    ("E-07", "persistent_vomiting_or_severe_abdominal_pain", ("911", "emergency room"), ("liver",)),
    ("E-08", "violent_or_psychotic", ("911", "988"), ("plan",)),
    ("E-09", "severe_panic", ("988", "911"), ("doctor",)),
    ("E-10", "pregnancy_alarm", ("911", "labor and delivery", "do not stop"), ("pregnancy doctor",)),
    ("E-11", "head_injury_or_stroke_signs", ("911",), ("line",)),
    ("E-13", "naloxone_24h_not_evaluated", ("911", "wear off"), ("watch",)),
    ("E-14", "deliberate_or_unknown_ingestion", ("1-800-222-1222", "911"), ("suicide",)),
)


@pytest.mark.parametrize(("rule", "name", "said", "done"), TRIAGE)
def test_the_words_of_each_rule(rule, name, said, done):
    question = SAFETY.question(name)
    assert question is not None, rule
    assert [words for words in said if words.lower() not in question.say.lower()] == []
    shown = " ".join(question.do).lower()
    assert [words for words in done if words.lower() not in shown] == []


def test_every_safety_question_belongs_to_a_rule():
    assert {name for _, name, _, _ in TRIAGE} == {question.name for question in SAFETY.questions}


def test_the_numbers_that_are_always_there():
    for words in ("911", "988", "1-800-222-1222", "1-800-662-4357", "Naloxone", "Never use alone"):
        assert words in EVERYWHERE
    assert "2 to 3 minutes" in NALOXONE

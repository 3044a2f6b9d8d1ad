"""What is still possible: the truth is in it, answers only narrow it, the best question narrows it most."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.detox import DETOX, decide_detox
from programs.rules.inputs import answered, inputs_of
from programs.rules.io import read_detox
from programs.rules.level_of_care import decide_level
from programs.rules.possible import LIST, possible_detox, possible_levels
from programs.rules.terms import FACTORS, OUTCOMES, SEVERITY
from tests.rules.cases import clear
from tests.rules.test_detox_properties import any_picture, pictures

RATINGS = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(FACTORS, st.integers(0, 4)), "sud": st.sampled_from(SEVERITY)}
)


@st.composite
def partly_told(draw):
    """A picture, and the same with some of its answers not known yet."""
    whole = read_detox(draw(any_picture))
    part = whole
    for one in inputs_of(whole, DETOX):
        if one.known and draw(st.booleans()):
            part = answered(part, one.key, None)
    if LIST not in part:
        kept = {code: use for code, use in part.get("substances", {}).items() if draw(st.booleans())}
        part = {**part, "substances": kept}
    return whole, part


@given(partly_told())
@settings(max_examples=200)
def test_the_outcome_of_the_full_answers_is_among_the_possible_ones(told):
    whole, part = told
    possible = possible_detox(part)
    assert decide_detox(whole).outcome in possible.outcomes
    assert decide_detox(part).outcome in possible.outcomes
    assert possible.span.low <= possible.asked_high <= possible.span.high


@given(pictures, st.data())
@settings(max_examples=150)
def test_an_answer_never_widens_what_is_possible_and_never_takes_a_certain_rule_back(picture, data):
    read = read_detox(picture)
    before = possible_detox(read)
    unknown = [one for one in inputs_of(read, DETOX) if not one.known]
    if not unknown:
        return
    one = data.draw(st.sampled_from(unknown))
    after = possible_detox(answered(read, one.key, data.draw(st.sampled_from(one.steps)).value))
    assert before.span.low <= after.span.low <= after.span.high <= before.span.high
    assert after.asked_high <= before.asked_high or one.measured
    assert set(before.certain) <= set(after.certain)


@given(pictures)
@settings(max_examples=40)
def test_what_a_question_promises_is_what_its_answers_bring(picture):
    read = read_detox(picture)
    best = possible_detox(read).best
    if best is None:
        return
    one = next(one for one in inputs_of(read, DETOX) if one.key == best.key)
    afters = [possible_detox(answered(read, one.key, step.value)) for step in one.steps]
    # An incomplete list is no answer to what is on it: nothing is narrowed by it.
    spans = [(after.span.low, after.span.high if one.measured else after.asked_high) for after in afters]
    widths = [max(high - low, 0) for low, high in spans]
    assert best.worst == max(widths)
    assert best.expected == pytest.approx(sum(widths) / len(widths))


def test_with_nothing_known_everything_is_possible_and_safety_comes_first():
    nothing = possible_detox({})
    assert nothing.outcomes == OUTCOMES
    assert nothing.certain == ()
    assert nothing.best.key.startswith("red_flags.")


def test_a_missing_answer_is_never_read_as_no():
    for key in ("red_flags.seizure_24h", "prior_complicated_withdrawal", "pregnant", "suicidality"):
        asked = answered(clear(cows=0, ciwa=0), key, None)
        assert key in possible_detox(asked).unknown
        assert possible_detox(asked).span.width > 0


def test_a_question_that_was_asked_without_an_answer_is_not_asked_again():
    picture = answered(clear(cows=0, ciwa=0), "jaundice_or_dark_urine", None)
    assert possible_detox(picture).best.key == "jaundice_or_dark_urine"
    again = possible_detox(picture, skip={"jaundice_or_dark_urine"})
    assert "jaundice_or_dark_urine" in again.unknown
    assert again.best is None or again.best.key != "jaundice_or_dark_urine"


def test_what_is_measured_comes_after_what_can_be_asked():
    last = possible_detox(clear())
    assert last.asked_high == 0
    assert last.best.key in ("cows", "ciwa", "ciwa_perceptual_max", "ciwa_orientation")
    first = possible_detox(answered(clear(), "pregnant", None))
    assert first.best.key == "pregnant"


def test_equal_questions_come_in_page_order():
    asked = {"red_flags": {}, "suicidality": "none"}
    turned = [one.key for one in inputs_of({}, DETOX) if one.key.startswith("red_flags.")][::-1]
    assert possible_detox(asked, order=turned).best.key == turned[0]


def test_everything_known_leaves_one_outcome():
    scores = {"cows": 2, "ciwa": 0, "ciwa_perceptual_max": 0, "ciwa_orientation": 0, "pawss": 0}
    told = clear(
        **scores, prior_alcohol_sedative_wm=0, suspected_medetomidine_xylazine="no", safe_home_support="yes"
    )
    possible = possible_detox(told)
    assert possible.settled
    assert possible.outcomes == ("no_detox_needed",)
    assert (possible.unknown, possible.best) == ((), None)


@given(RATINGS, RATINGS, st.integers(0, 4), st.integers(0, 4))
@settings(max_examples=400)
def test_the_level_of_the_full_ratings_is_among_the_possible_ones(some, more, low, high):
    low, high = sorted((low, high))
    detox = OUTCOMES[low : high + 1]
    levels = possible_levels(some, detox).levels
    for outcome in detox:
        assert decide_level({**more, **some, "detox": outcome}).recommended in levels


@given(RATINGS, st.data())
@settings(max_examples=200)
def test_a_rating_never_widens_the_levels(some, data):
    before = possible_levels(some)
    if not before.unrated:
        assert before.best is None
        return
    key = data.draw(st.sampled_from(before.unrated))
    scale = range(5) if key.startswith("F") else [word for word in SEVERITY if word != "unknown"]
    after = possible_levels({**some, key: data.draw(st.sampled_from(list(scale)))})
    assert set(after.levels) <= set(before.levels)


def test_it_takes_less_than_fifty_milliseconds_with_a_long_list():
    uses = {code: {"amount": 4} for code in DETOX.substances}
    fastest = 9.0
    for _ in range(3):
        start = time.perf_counter()
        possible_detox({"substances": uses, "red_flags": "none"})
        fastest = min(fastest, time.perf_counter() - start)
    assert fastest < 0.2, "well under 50 ms on an idle machine; this bound is for a busy one"

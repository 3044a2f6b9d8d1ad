"""Matching, as tables that a clinician can read. Criteria come from the demo world's partners."""

from dataclasses import fields, replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.choices import Medication, Payer, Withdrawal
from referrals.rules.matching import Candidate, Need, capacity_text, match
from tests.factories.partners import CEDAR, D0, ELM, HARBOR, NORTHGATE, NOW, ST_BRIGID, beds

KRATOM = Need(withdrawal=frozenset({"kratom"}), payer="aetna", pregnant="no", age=31, sex="male")


def result(need: Need, facility: Candidate):
    return match(need, [facility], NOW)[0]


def criteria(need: Need, facility: Candidate) -> list[str]:
    return [criterion for criterion, _ in result(need, facility).why_not]


CASES = [
    # need differs from "kratom, Aetna, not pregnant, man of 31" by      Harbor  Brigid  Cedar  Northgate  Elm
    ({}, [[], [], ["payer"], [], []]),
    ({"payer": "self_pay"}, [["payer"], [], [], ["payer"], []]),
    ({"payer": "medicaid"}, [[], ["payer"], ["payer"], [], ["payer"]]),
    ({"payer": None}, [[], [], [], [], []]),
    (
        {"payer": "self_pay", "withdrawal": frozenset({"kratom", "alcohol", "benzo"})},
        [["payer"], [], ["withdrawal_benzo"], ["payer"], []],
    ),
    (
        {"pregnant": "yes", "sex": "female"},
        [["pregnancy"], [], ["pregnancy", "payer"], ["pregnancy"], ["pregnancy"]],
    ),
    (
        {"pregnant": "possible", "sex": "female", "payer": None},
        [["pregnancy"], [], ["pregnancy"], ["pregnancy"], ["pregnancy"]],
    ),
    ({"pregnant": "unknown", "sex": "female"}, [[], [], ["payer"], [], []]),
    (
        {"pregnant": "yes", "sex": "female", "payer": "medicaid", "at_night": True},
        [["pregnancy"], ["payer"], ["pregnancy", "payer"], ["pregnancy"], ["pregnancy", "payer"]],
    ),
    ({"medications": frozenset({"methadone"})}, [[], [], ["payer", "medication_methadone"], [], []]),
    ({"medications": frozenset({"buprenorphine"}), "payer": "self_pay"}, [["payer"], [], [], ["payer"], []]),
    ({"age": 16}, [["age"], ["age"], ["age", "payer"], ["age"], ["age"]]),
    ({"age": None}, [[], [], ["payer"], [], []]),
    ({"level": "evaluation"}, [["level"], [], ["level", "payer"], ["level"], ["level"]]),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_who_is_excluded_and_by_what(change, expected):
    need = replace(KRATOM, **change)
    assert [criteria(need, facility) for facility in (HARBOR, ST_BRIGID, CEDAR, NORTHGATE, ELM)] == expected


def test_harbor_says_why_it_fits_and_cedar_why_not():
    assert result(KRATOM, HARBOR).why == (
        "Offers medical detox",
        "Manages withdrawal from kratom and 7-OH",
        "Takes Aetna",
    )
    assert result(KRATOM, CEDAR).why_not == (("payer", "Does not take Aetna (takes Self-pay)"),)


def test_what_is_not_listed_is_a_question_and_not_a_no():
    northgate = result(KRATOM, NORTHGATE)
    assert northgate.fits
    assert "Withdrawal from kratom and 7-OH is not listed" in northgate.check
    unknown = Candidate(id="x", name="X", levels=frozenset({"detox"}))
    checked = result(
        replace(KRATOM, pregnant="yes", sex="female", medications=frozenset({"methadone"})), unknown
    )
    assert checked.fits
    assert "Not known if they take pregnant people" in checked.check
    assert "Ask if they can go on with methadone" in checked.check
    assert "Call to confirm that they take Aetna" in checked.check


def test_nobody_fits_medicaid_pregnant_at_night_and_every_partner_says_why():
    need = replace(KRATOM, payer="medicaid", pregnant="yes", sex="female", at_night=True)
    results = match(need, D0, NOW)
    assert not any(one.fits for one in results)
    assert all(one.why_not for one in results)
    assert [len(one.why_not) for one in results] == sorted(len(one.why_not) for one in results)


def test_order_is_fit_then_fresh_beds_then_name_whatever_came_first():
    expected = ["Harbor Detox", "St. Brigid Hospital", "Elm", "Northgate", "Cedar House"]
    for shuffled in permutations(D0):
        assert [one.name for one in match(KRATOM, shuffled, NOW)] == expected


def test_a_partner_without_open_beds_is_asked_last():
    full = replace(HARBOR, id="full", name="Aaa", capacity=beds(0, minutes=1))
    assert [one.name for one in match(KRATOM, [full, ELM, HARBOR], NOW)] == ["Harbor Detox", "Elm", "Aaa"]


@pytest.mark.parametrize(
    ("capacity", "text", "grade"),
    [
        (None, "Beds not known", "unknown"),
        (beds(2, minutes=35), "2 beds open, confirmed 35 min ago", "fresh"),
        (beds(1, hours=4), "1 bed open, confirmed 4 h ago", "fresh"),
        (beds(1, hours=4, seconds=1), "1 bed open, 4 h ago. Call to check", "aging"),
        (beds(0, hours=24), "No bed open, 24 h ago. Call to check", "aging"),
        (beds(4, hours=24, seconds=1), "Beds not known (last heard 24 h ago)", "unknown"),
        (beds(4, days=9), "Beds not known (last heard 9 days ago)", "unknown"),
        (beds(1, minutes=-3), "1 bed open, confirmed 0 min ago", "fresh"),
    ],
)
def test_bed_numbers_carry_their_age(capacity, text, grade):
    said = capacity_text(capacity, NOW)
    assert (said.text, said.grade) == (text, grade)


def test_there_is_no_field_for_money():
    names = {field.name for field in fields(Candidate)} | {field.name for field in fields(Need)}
    assert not names & {"fee", "commission", "sponsored", "price", "rank", "weight"}


needs = st.builds(
    Need,
    withdrawal=st.frozensets(st.sampled_from(Withdrawal.values)),
    medications=st.frozensets(st.sampled_from(Medication.values)),
    payer=st.sampled_from([None, *Payer.values, "some_other_plan"]),
    pregnant=st.sampled_from(["yes", "no", "unknown", "possible", "declined"]),
    age=st.one_of(st.none(), st.integers(0, 120)),
    sex=st.sampled_from(["female", "male", "other", "unknown"]),
    language=st.sampled_from(["en", "es"]),
    max_miles=st.sampled_from([None, 10, 100]),
    co_occurring=st.booleans(),
    at_night=st.booleans(),
)


@given(need=needs)
def test_every_partner_gets_a_result_and_a_reason(need):
    results = match(need, D0, NOW)
    assert {one.facility_id for one in results} == {facility.id for facility in D0}
    assert all(one.fits is not bool(one.why_not) for one in results)
    assert all(one.why or one.why_not for one in results)


@given(need=needs, extra=st.sampled_from(Withdrawal.values))
def test_needing_more_never_makes_an_excluded_partner_fit(need, extra):
    more = replace(need, withdrawal=need.withdrawal | {extra})
    for facility in D0:
        if not result(need, facility).fits:
            assert not result(more, facility).fits


@given(need=needs)
def test_asking_for_less_never_rules_out_more(need):
    """Each thing that a person could do without: without it everyone who could take them still can."""
    nothing = {
        "payer": None,
        "age": None,
        "pregnant": "no",
        "sex": "unknown",
        "language": "en",
        "at_night": False,
        "max_miles": None,
        "co_occurring": False,
        "access": frozenset(),
        "withdrawal": frozenset(),
        "medications": frozenset(),
    }
    before = {one.facility_id: set(dict(one.why_not)) for one in match(need, D0, NOW)}
    for name, value in nothing.items():
        for one in match(replace(need, **{name: value}), D0, NOW):
            assert set(dict(one.why_not)) <= before[one.facility_id]


def test_wishes_rank_and_never_rule_out():
    day = replace(HARBOR, id="day", name="Aaa", hours="From 8:00 am to 8:00 pm", languages=frozenset({"en"}))
    wishes = replace(
        KRATOM, at_night=True, language="es", co_occurring=True, access=frozenset({"wheelchair"})
    )
    first, second = match(wishes, [day, replace(HARBOR, languages=frozenset({"es"}))], NOW)
    assert (first.name, second.name) == ("Harbor Detox", "Aaa")
    assert second.fits
    assert second.less == (
        ("hours", "Admits from 8:00 am to 8:00 pm: ask about the night"),
        ("language", "Nobody is listed for this language: ask for an interpreter"),
    )
    assert "Ask about wheelchair access" in second.check
    assert "Ask if they treat mental health conditions" in second.check


def test_a_program_for_certain_people_is_told_and_ranks_nobody():
    veterans = replace(HARBOR, id="v", name="Zzz", groups=frozenset({"VET", "GL"}))
    plain = [one.rank for one in match(KRATOM, [HARBOR, veterans], NOW)]
    first, second = match(replace(KRATOM, groups=frozenset({"VET", "WN"})), [HARBOR, veterans], NOW)
    assert [first.rank, second.rank] == plain
    assert (first.name, second.name) == ("Harbor Detox", "Zzz")
    assert "Has a program for veterans" in second.why
    assert not any("program for" in text for text in first.why)


def test_beds_for_others_only_are_none():
    women = replace(HARBOR, capacity=replace(beds(2, minutes=5), women_only=2))
    assert [one.name for one in match(KRATOM, [replace(women, name="Aaa", id="w"), ELM], NOW)] == [
        "Elm",
        "Aaa",
    ]
    woman = replace(KRATOM, sex="female")
    assert [one.name for one in match(woman, [replace(women, name="Zzz", id="w"), ELM], NOW)] == [
        "Zzz",
        "Elm",
    ]
    assert result(KRATOM, women).capacity.text == "2 beds open (2 for women only), confirmed 5 min ago"


@pytest.mark.parametrize(
    ("change", "payer", "expected"),
    [
        ({"payers": frozenset({"private"})}, "aetna", "check"),
        ({"payers": frozenset({"aetna"})}, "private", "check"),
        ({"payers": frozenset({"private"})}, "medicaid", "why_not"),
        ({"payers": frozenset({"medicaid"}), "lists_complete": False}, "aetna", "check"),
        ({"payers": frozenset({"medicaid"})}, "aetna", "why_not"),
    ],
)
def test_an_insurance_that_may_be_meant_is_a_question(change, payer, expected):
    found = result(replace(KRATOM, payer=payer), replace(HARBOR, **change))
    assert bool(found.why_not) is (expected == "why_not")


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"medications": frozenset({"buprenorphine"})}, False),
        ({"medications": frozenset({"buprenorphine"}), "lists_complete": False}, True),
        ({"medications": frozenset(), "medications_no": frozenset({"methadone"})}, False),
        ({"medications": frozenset()}, True),
    ],
)
def test_a_medicine_is_refused_only_when_that_is_known(change, fits):
    assert (
        result(replace(KRATOM, medications=frozenset({"methadone"})), replace(HARBOR, **change)).fits is fits
    )


def test_age_of_the_number_never_turns_into_the_future():
    assert capacity_text(beds(1, days=-1), NOW + timedelta(0)).grade == "fresh"

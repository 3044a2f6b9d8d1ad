"""What results say to the rules and to people: hints, follow-ups, flags. Nothing incomplete is ever low."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.instrument_display import result_in
from intake.rules.catalogue import BY_ID, FORMS
from intake.rules.follow_up import due, reasons, still_to_ask
from intake.rules.hints import hints
from intake.rules.instrument_flags import _WORDS, flag_words, instrument_flags
from intake.rules.instruments import INSTRUMENTS, score, score_result
from intake.rules.readings import SUICIDALITY, Reading, inputs, worse_suicidality
from programs.rules.detox import decide_detox
from tests.rules.cases import clear, load

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 7, 14, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDER = [
    "no_detox_needed",
    "clinician_must_review",
    "needs_monitored_or_ambulatory_wm",
    "needs_medically_managed_inpatient",
    "emergency_now",
]


def reading(instrument, answers=None, at=NOW, **result):
    """A reading of these answers, or of a result from elsewhere."""
    found = score(instrument, answers) if answers is not None else score_result(instrument, **result)
    out = found.as_output()
    return Reading(
        id=f"{instrument}-{at:%H%M}",
        instrument=instrument,
        observed_at=at,
        recorded_at=at,
        status=out["status"],
        total=out["total"],
        band=out["band"],
        lower=out.get("lower"),
        upper=out.get("upper"),
        flags=tuple(out["flags"]),
        answers=answers or dict(result.get("parts") or {}),
    )


# Every vector, through what the screens show


@pytest.mark.parametrize(
    "vector",
    [one for one in load("instruments")["vectors"] if one["expect"]["status"] != "invalid"],
    ids=lambda one: one["id"],
)
def test_every_vector_has_words_for_its_result(vector):
    found = score(
        vector["instrument"],
        vector["answers"],
        sex=vector.get("context", {}).get("sex"),
        prorate=vector.get("prorate", False),
    )
    out = found.as_output()
    assert out == vector["expect"]
    if vector["instrument"] not in BY_ID:
        return
    one = reading(vector["instrument"], total=None)
    shown = Reading(
        **{
            **vars(one),
            "status": out["status"],
            "total": out["total"],
            "band": out["band"],
            "lower": out.get("lower"),
            "upper": out.get("upper"),
            "flags": tuple(out["flags"]),
        }
    )
    words = result_in(shown)
    assert words.line
    assert words.meaning
    if out["status"] == "incomplete" and "lower" in out:
        assert "Not complete" in words.line
        assert f"{out['lower']:g}" in words.line


def test_every_flag_of_every_file_has_words():
    raised = {flag["id"] for one in INSTRUMENTS.values() for flag in one.flags}
    assert raised | {"INCONSISTENT_SKIP", "PULSE_REQUIRED", "SCORE_EMERGENCY"} == set(_WORDS)
    assert all(flag_words(code) for code in raised)


@pytest.mark.parametrize(("total", "code"), [(36, None), (37, "score_emergency"), (48, "score_emergency")])
def test_the_highest_band_of_cows_is_not_only_a_note(total, code):
    one = reading("cows", total=total)
    urgent = [flag.code for flag in instrument_flags([one]) if flag.urgent]
    assert urgent == ([code] if code else [])
    assert reasons(one) == ([code.upper()] if code else [])


# Never low by leaving out


@st.composite
def partial_scales(draw):
    """A COWS or CIWA-Ar with some items left out, and the whole it is part of."""
    instrument = INSTRUMENTS[draw(st.sampled_from(["cows", "ciwa_ar"]))]
    whole = {
        key: draw(st.sampled_from([option["value"] for option in item.options]))
        for key, item in instrument.items.items()
        if not item.derive
    }
    if instrument.id == "cows":
        whole["pulse_bpm"] = draw(st.sampled_from([60, 90, 110, 140]))
    kept = draw(st.sets(st.sampled_from(sorted(whole)), max_size=len(whole) - 1))
    return instrument.id, {key: value for key, value in whole.items() if key in kept}


@given(partial_scales(), st.booleans())
def test_an_incomplete_scale_never_lowers_an_outcome(partly, uses_opioids):
    instrument, answers = partly
    code = "heroin" if uses_opioids else "alcohol"
    used = {code: {"amount": 0, "days_per_week": 7, "duration_months": 6, "hours_since_last": 4}}
    before = clear(substances=used)
    before.pop("cows", None)
    before.pop("ciwa", None)
    after = {**before, **{key: found.value for key, found in inputs([reading(instrument, answers)]).items()}}
    assert ORDER.index(decide_detox(after).outcome) >= ORDER.index(decide_detox(before).outcome)


@given(st.sampled_from(SUICIDALITY[:1] + SUICIDALITY[2:]) | st.none(), st.sampled_from(SUICIDALITY[2:]))
def test_a_screen_never_lowers_what_was_answered(answered, screened):
    found = worse_suicidality(answered, screened)
    assert SUICIDALITY.index(found) >= SUICIDALITY.index(answered or "unknown")
    assert SUICIDALITY.index(found) >= SUICIDALITY.index(screened)


def test_a_screen_that_found_nothing_says_nothing():
    for one in (reading("asq", {f"a{n}": 0 for n in range(1, 5)}), reading("cssrs_screener", band="none")):
        assert "suicidality" not in inputs([one])


def test_an_unanswered_suicide_screen_counts_as_a_risk():
    refused = reading("asq", {"a1": 0, "a2": 0, "a3": 0})
    assert inputs([refused])["suicidality"].value == "active_now"
    assert reasons(refused) == ["SUICIDE_HIGH"]


@pytest.mark.parametrize(
    "later",
    [
        reading("phq9", {"phq9_1": 0}, at=NOW + HOUR),
        reading("phq9", total=2, at=NOW + HOUR),
    ],
)
def test_a_later_phq9_without_its_last_item_takes_no_suicidality_back(later):
    first = reading("phq9", {f"phq9_{n}": 1 for n in range(1, 10)})
    assert inputs([first, later])["suicidality"].value == "low"
    asked = reading("phq9", {f"phq9_{n}": 0 for n in range(1, 10)}, at=NOW + 2 * HOUR)
    assert "suicidality" not in inputs([first, later, asked])


# Follow-ups


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        (reading("phq9", {"phq9_9": 1}), ["SUICIDE_FOLLOWUP"]),
        (reading("phq9", {"phq9_1": 3}), []),
        (reading("asq", {"a1": 1, "a2": 0, "a3": 0, "a4": 0, "a5": 0}), ["SUICIDE_FOLLOWUP"]),
        (reading("asq", {"a1": 0, "a2": 0, "a3": 0, "a4": 0, "a5": 1}), ["SUICIDE_HIGH"]),
        (reading("cssrs_screener", band="low"), ["SUICIDE_LOW"]),
        (reading("cssrs_screener", band="high"), ["SUICIDE_HIGH"]),
        (reading("ahc_hrsn", total=11), ["UNSAFE"]),
        (reading("ahc_hrsn", total=10), []),
        (reading("ciwa_ar", {"ciwa_7": 4}), ["CIWA_PERCEPTUAL"]),
        (reading("gad7", total=21), []),
    ],
)
def test_which_results_ask_for_somebody(one, codes):
    assert reasons(one) == codes


@pytest.mark.parametrize(
    ("codes", "local", "minutes"),
    [
        (["SUICIDE_HIGH"], "2026-07-14 10:00", 15),
        (["SUICIDE_FOLLOWUP"], "2026-07-14 10:00", 240),
        (["SUICIDE_FOLLOWUP"], "2026-07-14 21:30", 149),
        (["UNSAFE"], "2026-07-14 23:40", 60),
    ],
)
def test_by_when_somebody_follows_up(codes, local, minutes):
    now = datetime.fromisoformat(local).replace(tzinfo=ZONE)
    assert due(codes, now, ZONE) - now == timedelta(minutes=minutes)


def test_unknown_blocks_the_end_until_it_is_asked():
    left_out = reading("phq9", {"phq9_1": 3})
    clear_before = reading("asq", {f"a{n}": 0 for n in range(1, 5)}, at=NOW - HOUR)
    clear_after = reading("asq", {f"a{n}": 0 for n in range(1, 5)}, at=NOW + HOUR)
    half_after = reading("asq", {"a1": 1}, at=NOW + HOUR)
    answered = reading("phq9", {"phq9_9": 1}, at=NOW + HOUR)
    assert [one.id for one, _ in still_to_ask([left_out])] == [left_out.id]
    assert still_to_ask([left_out, clear_before])
    assert not still_to_ask([left_out, clear_after])
    assert not still_to_ask([left_out, answered])
    assert len(still_to_ask([left_out, half_after])) == 2
    assert not still_to_ask([])


# Flags and hints


def test_flags_are_of_the_latest_and_lead_to_its_record():
    first, second = reading("gad7", total=15), reading("gad7", total=3, at=NOW + HOUR)
    assert [flag.field for flag in instrument_flags([first])] == [first.id]
    assert instrument_flags([first, second]) == ()
    urgent = instrument_flags([first, reading("phq9", {"phq9_9": 2})])
    assert [flag.urgent for flag in urgent] == [True, False]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (reading("phq9", total=9), []),
        (reading("phq9", total=10), [("F2", "2")]),
        (reading("phq9", total=20), [("F2", "2 or 3")]),
        (reading("gad7", total=15), [("F2", "2 or 3")]),
        (reading("pc_ptsd5", total=4), [("F2", "2")]),
        (reading("asq", band="acute_positive"), [("F2", "4")]),
        (reading("cssrs_screener", band="moderate"), [("F2", "3")]),
        (reading("ahc_hrsn", total=4, parts={"living": 1}, band=[]), [("F4", "2")]),
        (
            reading("ahc_hrsn", total=12, parts={"living": 2}, band=["housing"]),
            [("F4", "3 or 4"), ("F4", "3")],
        ),
        (reading("ahc_hrsn", total=4, band=["housing"]), [("F4", "2 to 4")]),
    ],
)
def test_hints_for_the_ratings(one, expected):
    found = hints([one])
    assert [(hint.factor, hint.rating) for hint in found] == expected
    assert all(hint.reason.startswith(BY_ID[one.instrument].short) for hint in found)


def test_the_parts_that_may_be_named_beside_a_total_raise_their_flags():
    for form in FORMS:
        for key in form.parts:
            most = form.instrument.items[key].largest
            found = score_result(form.id, total=4, parts={key: most})
            assert found.status == "complete"
    assert "CIWA_DISORIENTED" in score_result("ciwa_ar", total=9, parts={"ciwa_10": 2}).flags

"""The course of withdrawal on the calendar: the same hours as the timeline model, uncertainty drawn."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.rules.course import course_of
from programs.rules.timeline import TIMELINE

LAST = datetime(2026, 7, 14, 10, tzinfo=UTC)
HIGH = {"kratom_leaf": {"amount": 32, "duration_months": 14}}


def hours(moment):
    return (moment - LAST).total_seconds() / 3600


def test_an_exact_last_use_gives_the_hours_of_the_model():
    course = course_of(HIGH, LAST, LAST)
    assert course.group.id == "T3_leaf_high"
    spans = {band.key: (hours(band.start), hours(band.end)) for band in course.bands}
    assert spans["onset"] == (12, 24)
    assert spans["peak"] == (48, 96)
    assert spans["inner_peak"] == (48, 72)
    assert spans["acute_end"] == (168, 240)
    assert spans["late"] == (168, 2160)
    assert hours(course.return_from) == 168
    assert not course.approximate
    assert all((band.sure_from, band.sure_to) == (band.start, band.end) for band in course.bands)


def test_an_approximate_last_use_widens_every_band_and_keeps_what_is_sure():
    course = course_of(HIGH, LAST - timedelta(hours=24), LAST)
    peak = next(band for band in course.bands if band.key == "peak")
    assert (hours(peak.start), hours(peak.end)) == (24, 96)
    assert (hours(peak.sure_from), hours(peak.sure_to)) == (48, 72)
    onset = next(band for band in course.bands if band.key == "onset")
    assert onset.sure_from is None
    assert hours(course.return_from) == 168, "the latest last use decides how early a return can be"


def test_without_kratom_there_is_no_course():
    assert course_of({"alcohol": {}}, LAST, LAST) is None


def test_the_two_peaks_of_the_source_are_named_as_a_conflict():
    assert TIMELINE.inner_peak == (48, 72)
    assert any("days 2 to 3" in one and "days 2 to 4" in one for one in course_of(HIGH, LAST, LAST).conflicts)


@given(
    st.sampled_from(["kratom_leaf", "kratom_extract", "seven_oh"]),
    st.floats(0, 60),
    st.floats(0, 60),
    st.integers(0, 96),
    st.integers(0, 96),
)
def test_the_true_moment_is_in_the_band(code, amount, months, back, inside):
    use = {code: {"amount": amount, "duration_months": months}}
    first = LAST - timedelta(hours=back)
    true = first + timedelta(hours=min(inside, back))
    exact = {band.key: band for band in course_of(use, true, true).bands}
    for band in course_of(use, first, LAST).bands:
        assert band.start <= exact[band.key].start <= exact[band.key].end <= band.end
        if band.sure_from is not None:
            assert exact[band.key].start <= band.sure_from < band.sure_to <= exact[band.key].end

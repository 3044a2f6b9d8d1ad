"""What the gate is told about a result is what the rules say about it; and the gate refuses by it alone."""

from datetime import UTC, datetime, timedelta

import pytest

from config import clock
from intake.actions.instruments import Given, record_instrument
from intake.models import AssessmentSection
from intake.rules.entry_limits import EMERGENCY, SCORE, concern, vital_outside
from intake.rules.follow_up import AT_ONCE, reasons
from intake.rules.instrument_flags import instrument_flags
from intake.rules.readings import Reading, inputs
from programs.models import Admission
from programs.queries import facts_for
from programs.rules.detox import DETOX, decide_detox
from programs.rules.readiness import readiness
from tests.factories.care import make_clearance
from tests.factories.episodes import save
from tests.programs.gate import Case, admit, by_orm, by_sql

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reading(instrument, **values):
    return Reading("1", instrument, NOW, NOW, **{"status": "complete", **values})


READINGS = [
    *(reading("cows", total=total) for total in range(49)),
    *(reading("ciwa_ar", total=total) for total in range(68)),
    *(
        reading("ciwa_ar", total=8, answers={key: value})
        for key in ("ciwa_5", "ciwa_6", "ciwa_7", "ciwa_8", "ciwa_9", "ciwa_10")
        for value in range(5 if key == "ciwa_10" else 8)
    ),
    *(reading("asq", band=band) for band in ("acute_positive", "non_acute_positive", "negative")),
    *(reading("cssrs_screener", band=band) for band in ("high", "moderate", "low", "negative")),
    *(reading(name, status="incomplete", lower=lower) for name in ("cows", "ciwa_ar") for lower in range(40)),
    reading("phq9", total=27, answers={"phq9_9": 3}),
]


def test_an_emergency_here_is_an_emergency_of_the_detox_rules():
    for one in READINGS:
        found = {key: value.value for key, value in inputs([one]).items()}
        assert (concern(one) == EMERGENCY) == (decide_detox(found).outcome == "emergency_now"), one


@pytest.mark.parametrize("one", READINGS, ids=str)
def test_an_emergency_by_its_score_is_urgent_and_followed_up_at_once(one):
    emergency = concern(one) == EMERGENCY
    assert bool(AT_ONCE & set(reasons(one))) == emergency
    assert any(flag.urgent for flag in instrument_flags([one])) == emergency


def test_scores_are_judged_at_their_edges():
    assert [concern(reading("cows", total=total)) for total in (12, 13, 36)] == ["", SCORE, SCORE]
    assert [concern(reading("ciwa_ar", total=total)) for total in (9, 10, 34)] == ["", SCORE, SCORE]
    assert concern(reading("cows", status="incomplete", lower=13)) == SCORE
    assert concern(reading("cows", status="incomplete", total=20, lower=4)) == ""
    assert concern(reading("phq9", total=27)) == ""


@pytest.mark.parametrize("sign", sorted(DETOX.vital_bands))
def test_a_vital_sign_outside_the_limits_is_in_the_two_highest_bands(sign):
    for tenths in range(4000):
        value = tenths / 10
        band = next((b for b, rule in DETOX.vital_bands[sign] if rule.holds({"reading": value})), 0)
        assert vital_outside(sign, value) == (band >= 3), (sign, value)


def measured(case, total, *, hours=0, corrects=None):
    given = Given(
        "cows", outside=True, total=total, measured_by="Nurse Reyes", where="Easton",
        observed_at=clock.now() - hours * HOUR,
    )  # fmt: skip
    reason = "Read again" if corrects else ""
    return record_instrument(by=case.ana, episode=case.episode, given=given, corrects=corrects, reason=reason)


def paper(case):
    """A good clearance that came after everything else: no hook ever saw it."""
    people = {"accepted_by": case.cole, "verified_by": case.dana, "recorded_by": case.ana}
    case.clearance = make_clearance(case.episode, examined_at=clock.now() - 2 * HOUR, **people)


@pytest.mark.django_db
@pytest.mark.parametrize("how", [by_sql, by_orm])
@pytest.mark.parametrize("total,hours,code", [(13, 1, "red_flag_since_exam"), (12, 1, None), (30, 3, None)])
def test_the_database_refuses_after_a_score_that_no_hook_heard_of(how, total, hours, code):
    case = Case.good(clearance=False)
    measured(case, total, hours=hours)
    paper(case)
    facts = facts_for(
        case.episode, clearance=case.clearance, determination=case.determination, program=case.program,
        bed=case.bed, admitted_at=clock.now(),
    )  # fmt: skip
    assert [one.code for one in readiness(facts, clock.now())] == [code] * bool(code)
    assert admit(case, how) == code
    assert Admission.objects.exists() == (code is None)


@pytest.mark.django_db
def test_a_score_that_was_corrected_does_not_count():
    case = Case.good(clearance=False)
    wrong = measured(case, 21)
    measured(case, 2, corrects=wrong)
    paper(case)
    assert admit(case) is None


@pytest.mark.django_db
def test_a_score_after_a_late_entry_does_not_count():
    case = Case.good(clearance=False)
    measured(case, 21)
    paper(case)
    case.admitted_at = clock.now() - HOUR
    case.late = {"late_entry": True, "late_entry_by_id": case.sam.pk, "late_entry_reason": "Power was out"}
    assert admit(case) is None


@pytest.mark.django_db
@pytest.mark.parametrize("how", [by_sql, by_orm])
@pytest.mark.parametrize(
    "rate,hours,code",
    [
        (121, None, "red_flag_since_exam"),
        (121, 1, "red_flag_since_exam"),
        (121, 9, None),
        (120, None, None),
    ],
)
def test_the_database_refuses_after_a_vital_sign_that_no_hook_heard_of(how, rate, hours, code):
    """Without a time of its own it counts as measured when it was told."""
    case = Case.good(clearance=False)
    values = {"hr": rate}
    if hours is not None:
        values["vitals_at"] = (clock.now() - hours * HOUR).isoformat()
    save(case.ana, case.episode.assessments.get(), "health", **values)
    paper(case)
    assert admit(case, how) == code


@pytest.mark.django_db
def test_answers_around_it_leave_the_time_of_a_vital_sign_alone_and_a_normal_one_takes_it_back():
    case = Case.good(clearance=False)
    assessment = case.episode.assessments.get()
    save(case.ana, assessment, "health", sbp=190)
    first = AssessmentSection.objects.get(assessment=assessment, key="health").red_flag_at
    assert first is not None
    save(case.ana, assessment, "health", health_notes="Slept badly")
    assert AssessmentSection.objects.get(assessment=assessment, key="health").red_flag_at == first
    save(case.ana, assessment, "health", sbp=120)
    assert AssessmentSection.objects.get(assessment=assessment, key="health").red_flag_at is None

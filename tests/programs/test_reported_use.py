"""A use reported after the decision ends the clearance, and the gate asks for a later examination."""

from datetime import timedelta

import pytest

from config import clock
from intake.actions.episodes import report_use
from tests.factories.care import make_clearance
from tests.programs.gate import Case, admit, by_orm, by_sql

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case():
    """A person with decided answers and a verified clearance, whom the gate would admit."""
    good = Case.good()
    assessment = good.episode.assessments.get()
    assessment.status = "decided"
    assessment.save(update_fields=["status"])
    return good


def report(case, used_at):
    report_use(by=case.ana, episode=case.episode, used_at=used_at, substance="Kratom")
    case.clearance.refresh_from_db()


@pytest.mark.parametrize("how", [by_orm, by_sql])
def test_a_use_after_the_examination_ends_the_clearance(case, how):
    report(case, clock.now() - 30 * MINUTE)
    assert (case.clearance.status, case.clearance.revoke_reason) == ("revoked", "return_to_use")
    assert admit(case, how) == "clearance_revoked"


def test_a_use_at_the_time_of_the_examination_ends_it_too(case):
    report(case, case.clearance.examined_at)
    assert case.clearance.status == "revoked"


@pytest.mark.parametrize("how", [by_orm, by_sql])
def test_the_next_examination_must_be_after_the_use(case, how):
    used = clock.now() - 30 * MINUTE
    report(case, used)
    people = {"accepted_by": case.cole, "verified_by": case.dana, "recorded_by": case.ana}
    case.clearance = make_clearance(case.episode, examined_at=used - MINUTE, **people)
    assert admit(case, how) == "exam_before_last_use"
    case.clearance = make_clearance(case.episode, examined_at=used + MINUTE, **people)
    assert admit(case, how) is None


def test_a_use_before_the_examination_changes_nothing(case):
    report(case, case.clearance.examined_at - MINUTE)
    assert case.clearance.status == "verified"
    assert admit(case) is None

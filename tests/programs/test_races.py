"""Many at once: one bed, one slot, one clearance. Each thread has its own connection."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from intake.models import Episode
from programs.models import Admission, BedUse, Determination, MedicalClearance, Program, SlotHold
from tests.factories.care import change_program, make_determination, make_program
from tests.programs.gate import Case, by_orm

pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions, at_once=100) -> list:
    """Run all at the same moment, `at_once` of them connected; return each result, or its refusal's code."""
    connected = threading.BoundedSemaphore(at_once)
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index, function):
        barrier.wait(timeout=60)
        with connected:
            try:
                with transaction.atomic():
                    results[index] = function() or "done"
            except IntegrityError as error:
                results[index] = refusal_code(error)
            except Exception as error:  # noqa: BLE001 - whatever else happens is the test's failure
                results[index] = repr(error)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_fifty_for_one_bed():
    cases = [Case.good() for _ in range(50)]
    for case in cases:
        case.bed, case.program = cases[0].bed, cases[0].program
    results = together(*(lambda case=case: by_orm(case.values()) for case in cases))
    assert results.count("done") == 1, results
    assert set(results) == {"done", "bed_occupied"}
    assert Admission.objects.count() == BedUse.objects.filter(kind="stay").count() == 1


def test_ten_for_three_slots():
    program = make_program("php", slots=3)
    cases = [Case.good(determination=False) for _ in range(10)]
    for case in cases:
        case.determination = make_determination(case.episode, case.cole, "php")
        case.bed, case.program = None, program
    results = together(*(lambda case=case: by_orm(case.values()) for case in cases))
    assert sorted(results) == ["done"] * 3 + ["program_full"] * 7
    assert Program.objects.get(pk=program.pk).admissions.count() == 3


def test_twenty_holds_of_one_bed():
    cases = [Case.good() for _ in range(20)]
    bed, now = cases[0].bed, clock.now()

    def hold(case):
        BedUse.objects.create(
            bed=bed, kind="return", episode=case.episode, period=(now, None), made_by=case.ana
        )

    results = together(*(lambda case=case: hold(case) for case in cases))
    assert results.count("done") == 1, results
    assert set(results) == {"done", "programs_beduse_no_overlap"}


@pytest.mark.parametrize("attempt", range(5))
def test_revoking_against_admitting(attempt):
    """Either the admission was first, or it is refused; never an admission on a revoked clearance."""
    case = Case.good()

    def revoke():
        locked = MedicalClearance.objects.select_for_update(of=("self",)).get(pk=case.clearance.pk)
        locked.status, locked.revoke_reason, locked.revoked_by = "revoked", "red_flag", case.sam
        locked.revoked_at = clock.now()
        locked.save(update_fields=["status", "revoke_reason", "revoked_by", "revoked_at"])

    admitted, gone = together(lambda: by_orm(case.values()), revoke)
    assert gone == "done"
    clearance = MedicalClearance.objects.get(pk=case.clearance.pk)
    if admitted == "done":
        assert Admission.objects.get().admitted_at <= clearance.revoked_at
    else:
        assert admitted == "clearance_revoked"
        assert not Admission.objects.exists()


def test_superseding_against_admitting():
    case = Case.good()

    def supersede():
        Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())

    admitted, superseded = together(lambda: by_orm(case.values()), supersede)
    assert superseded == "done"
    assert admitted in ("done", "no_determination")
    assert Admission.objects.exists() == (admitted == "done")


def _of_day(program):
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, program.level)
    case.bed, case.program = None, program
    return case


def _hold_slot(case):
    now = clock.now()
    SlotHold.objects.create(
        program=case.program, kind="hold", episode=case.episode, period=(now, now + timedelta(hours=4))
    )


def test_ten_holds_of_three_slots():
    program = make_program("php", slots=3)
    cases = [_of_day(program) for _ in range(10)]
    results = together(*(lambda case=case: _hold_slot(case) for case in cases))
    assert sorted(results) == ["done"] * 3 + ["program_full"] * 7, results
    assert SlotHold.objects.count() == 3


@pytest.mark.parametrize("attempt", range(5))
def test_holding_the_last_slot_against_admitting_into_it(attempt):
    """Somebody is admitted, or the slot is held for somebody else; never both."""
    program = make_program("php", slots=1)
    comes, is_held = _of_day(program), _of_day(program)
    results = together(lambda: by_orm(comes.values()), lambda: _hold_slot(is_held))
    assert sorted(results) == ["done", "program_full"], results
    assert Admission.objects.count() + SlotHold.objects.count() == 1


def test_whose_slot_it_is_comes_in_while_others_try_to_hold_and_to_come():
    program = make_program("php", slots=1)
    mine, others = _of_day(program), [_of_day(program) for _ in range(6)]
    _hold_slot(mine)
    tries = [lambda case=case: by_orm(case.values()) for case in others[:3]]
    tries += [lambda case=case: _hold_slot(case) for case in others[3:]]
    results = together(lambda: by_orm(mine.values()), *tries)
    assert results == ["done"] + ["program_full"] * 6, results
    assert SlotHold.objects.get().released_at is not None


def test_holding_a_slot_of_an_episode_that_closes_or_a_program_that_does():
    """Whatever is first: nothing closed holds, and nothing held closes."""
    program = make_program("php", slots=1)
    case = _of_day(program)

    def close_episode():
        Episode.objects.filter(pk=case.episode.pk).update(
            status="closed", stage="closed", closed_at=clock.now(), close_reason="lost_contact"
        )

    results = together(lambda: _hold_slot(case), close_episode)
    assert results in (["done", "episode_holds_slot"], ["episode_closed", "done"]), results
    case = _of_day(program := make_program("iop", slots=1))
    results = together(lambda: _hold_slot(case), lambda: change_program(program, case.sam, active=False))
    assert results[0] in ("done", "program_closed"), results
    assert SlotHold.objects.filter(program=program).exists() == (results[0] == "done")
    assert Program.objects.get(pk=program.pk).active == (results[0] == "done")

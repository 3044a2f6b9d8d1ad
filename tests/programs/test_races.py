"""Many at once: one bed, one slot, one clearance. Each thread has its own connection."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from programs.models import Admission, BedUse, Determination, MedicalClearance, Program
from tests.factories.care import make_determination, make_program
from tests.programs.gate import Case, by_orm

pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions) -> list:
    """Run all at the same moment; return each result, or the code of its refusal."""
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index, function):
        try:
            barrier.wait(timeout=60)
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

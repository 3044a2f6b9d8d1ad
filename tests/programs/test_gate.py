"""The gate: each refusal once, by SQL as the app's role and by the ORM, and the way through."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from intake.models import Episode
from programs.actions import beds
from programs.actions.moves import move
from programs.choices import ClearanceDecision, ClearanceStatus
from programs.models import (
    Admission,
    Bed,
    BedUse,
    ClearanceLimit,
    Determination,
    MedicalClearance,
)
from tests.factories.care import (
    accept,
    change_program,
    make_bed,
    make_clearance,
    make_determination,
    make_program,
    make_slot_hold,
    make_use,
    revoke,
    verify,
)
from tests.factories.episodes import make_episode, make_safety
from tests.programs.gate import Case, admit, by_orm, by_sql, codes_of_the_gate, codes_of_updates, follows

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def cleared(**given):
    """Return a spoiler that replaces the good clearance by one with other values."""

    def spoil(case):
        people = {"accepted_by": case.cole, "verified_by": case.dana, "recorded_by": case.ana}
        case.clearance = make_clearance(case.episode, **people | given)

    return spoil


def revoked(case):
    cleared()(case)
    revoke(case.clearance, case.sam)


def other_episode(case):
    other = Case.good()
    case.clearance = other.clearance


def limits_open(case):
    cleared(limits=("No stairs",), accepted_by=None, verified_by=None)(case)
    MedicalClearance.objects.filter(pk=case.clearance.pk).update(
        accepted_by=case.cole, accepted_at=clock.now(), status="accepted"
    )
    verify(case.clearance, case.dana)


def no_limits_at_all(case):
    cleared(decision=ClearanceDecision.WITH_LIMITS)(case)


def newer_no(case):
    cleared()(case)
    make_clearance(
        case.episode,
        decision="not_cleared",
        status="not_cleared",
        examined_at=clock.now() - HOUR,
    )


def expired(case):
    examined = clock.now() - 30 * HOUR
    cleared(examined_at=examined, valid_until=clock.now() - timedelta(seconds=1))(case)


def used_since(case):
    cleared()(case)
    Episode.objects.filter(pk=case.episode.pk).update(last_use_latest=case.clearance.examined_at)


def red_flag(case, **given):
    cleared()(case)
    asked = make_safety(case.episode, case.ana, clock.now() - timedelta(minutes=5), **given)
    assert asked.asked_at > case.clearance.examined_at


def superseded(case):
    cleared()(case)
    Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())


def foreign_decision(case):
    cleared()(case)
    case.determination = Case.good().determination


def decided(level):
    def spoil(case):
        cleared()(case)
        Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())
        case.determination = make_determination(case.episode, case.cole, level)

    return spoil


def used_bed(kind):
    def spoil(case):
        cleared()(case)
        other = None if kind in ("out", "cleaning") else make_episode(case.ana, "Riley Park")
        if kind == "stay":
            occupant = Case.good()
            occupant.bed, occupant.program = case.bed, case.program
            assert admit(occupant) is None
        else:
            make_use(case.bed, kind, other)

    return spoil


def full(case):
    cleared()(case)
    Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())
    case.determination = make_determination(case.episode, case.cole, "php")
    case.program, case.bed = make_program("php", slots=1), None
    other = Case.good(determination=False)
    other.determination = make_determination(other.episode, other.cole, "php")
    other.program, other.bed = case.program, None
    assert admit(other) is None


def slot_held(case):
    """The only slot is held for somebody else."""
    cleared()(case)
    Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())
    case.determination = make_determination(case.episode, case.cole, "php")
    case.program, case.bed = make_program("php", slots=1), None
    make_slot_hold(case.program, make_episode(case.ana, "Riley Park"))


def wrong_time(delta):
    def spoil(case):
        cleared()(case)
        case.admitted_at = clock.now() + delta

    return spoil


def late_without_supervisor(case):
    cleared()(case)
    case.admitted_at = clock.now() - HOUR
    case.late = {"late_entry": True, "late_entry_by_id": case.cole.pk, "late_entry_reason": "Power was out"}


def expecting(case):
    cleared()(case)
    Episode.objects.filter(pk=case.episode.pk).update(ob_contact_needed=True)


def closed(case):
    cleared()(case)
    Episode.objects.filter(pk=case.episode.pk).update(
        status="closed", stage="closed", closed_at=clock.now(), close_reason="lost_contact"
    )


def resumed(case):
    cleared()(case)
    Episode.objects.filter(pk=case.episode.pk).update(reopened_at=clock.now())


def below_rules(case):
    cleared()(case)
    Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())
    case.determination = make_determination(case.episode, case.cole, needs_second=True)


def twice(case):
    cleared()(case)
    assert admit(case) is None
    case.bed = make_bed(case.program)


def bed_elsewhere(case):
    cleared()(case)
    case.bed = make_bed()


def left_out(name):
    def spoil(case):
        cleared()(case)
        setattr(case, name, None)

    return spoil


def closed_program(case):
    cleared()(case)
    change_program(case.program, case.sam, active=False)


def of_partner(case):
    cleared()(case)
    Determination.objects.filter(pk=case.determination.pk).update(superseded_at=clock.now())
    case.determination = make_determination(case.episode, case.cole, "iop")
    case.program, case.bed = make_program("iop", operated_by="partner"), None


def retired_bed(case):
    cleared()(case)
    Bed.objects.filter(pk=case.bed.pk).update(active=False)


ACCEPTED, VERIFIED = (
    f"UPDATE programs_medicalclearance SET {step}_by_id = %s, {step}_at = app_now(), status = '{step}'"
    for step in ("accepted", "verified")
)

REFUSALS = [
    ("no_clearance", lambda case: None),
    ("clearance_other_episode", other_episode),
    ("clearance_not_accepted", cleared(accepted_by=None, verified_by=None)),
    ("clearance_not_stable", cleared(stable=False)),
    ("not_cleared", cleared(decision=ClearanceDecision.NOT_CLEARED)),
    ("not_cleared", newer_no),
    ("limits_not_accepted", limits_open),
    ("limits_not_accepted", no_limits_at_all),
    ("needs_second_verifier", cleared(verified_by=None)),
    ("exam_before_last_use", used_since),
    ("clearance_before_resume", resumed),
    ("red_flag_since_exam", red_flag),
    ("clearance_expired", expired),
    ("clearance_revoked", revoked),
    ("no_determination", left_out("determination")),
    ("no_determination", superseded),
    ("no_determination", foreign_decision),
    ("needs_second_view", below_rules),
    ("determination_other_level", decided("php")),
    ("detox_not_offered", decided("detox")),
    ("bed_occupied", used_bed("stay")),
    ("bed_held_for_other", used_bed("hold")),
    ("bed_held_for_other", used_bed("return")),
    ("bed_out_of_service", used_bed("out")),
    ("bed_being_cleaned", used_bed("cleaning")),
    ("bed_out_of_service", retired_bed),
    ("program_full", full),
    ("program_full", slot_held),
    ("program_closed", closed_program),
    ("program_closed", left_out("program")),
    ("partner_program", of_partner),
    ("no_bed", left_out("bed")),
    ("bed_other_program", bed_elsewhere),
    ("admitted_at_not_now", wrong_time(timedelta(minutes=6))),
    ("admitted_at_not_now", wrong_time(timedelta(minutes=-6))),
    ("admitted_at_not_now", late_without_supervisor),
    ("needs_ob_contact", expecting),
    ("episode_closed", closed),
    ("already_admitted", twice),
]


@pytest.mark.parametrize("how", [by_sql, by_orm])
@pytest.mark.parametrize("code,spoil", REFUSALS, ids=[f"{i}-{c}" for i, (c, _) in enumerate(REFUSALS)])
def test_each_refusal(code, spoil, how):
    case = Case.good(clearance=False)
    spoil(case)
    before = Admission.objects.count()
    assert admit(case, how) == code
    assert Admission.objects.count() == before


OF_UPDATES = {
    "admission_is_fixed": {"admitted_by_id": lambda case: case.sam.pk},
    "already_discharged": {"discharged_at": lambda case: None},
    "discharge_in_future": {"discharged_at": lambda case: clock.now() + HOUR},
    "discharge_before_move": {"discharged_at": lambda case: Admission.objects.get().admitted_at},
    "no_next_step": {"discharged_at": lambda case: clock.now()},
    "no_follow_up": {"discharged_at": lambda case: clock.now()},
}


@pytest.mark.parametrize("how", ["sql", "orm"])
@pytest.mark.parametrize("code", OF_UPDATES)
def test_each_refusal_of_an_update(code, how):
    case = Case.good()
    assert admit(case) is None
    if code == "already_discharged":
        follows(Admission.objects.get(), case.ana)
        Admission.objects.update(discharged_at=clock.now())
    if code == "discharge_before_move":
        there = make_bed(case.program)
        made = Admission.objects.get()
        move(admission=made, program=there.program, bed=there, reason="Stairs", by=case.ana)
    if code == "no_follow_up":
        follows(Admission.objects.get(), case.ana, called=False)
    before = Admission.objects.values().get()
    ((column, value),) = OF_UPDATES[code].items()
    try:
        with transaction.atomic():
            if how == "orm":
                Admission.objects.update(**{column: value(case)})
            else:
                with connection.cursor() as cursor:
                    new = value(case)
                    new = str(new) if hasattr(new, "hex") else new
                    cursor.execute(f"UPDATE programs_admission SET {column} = %s", [new])
    except IntegrityError as error:
        assert refusal_code(error) == code
    else:
        pytest.fail("it was not refused")
    assert Admission.objects.values().get() == before


def at_once(case):
    cleared()(case)
    case.late = {"discharged_at": clock.now()}


@pytest.mark.parametrize("how", [by_sql, by_orm])
def test_nobody_is_admitted_and_discharged_at_once(how):
    case = Case.good(clearance=False)
    at_once(case)
    assert admit(case, how) == "discharge_at_once"


def test_each_code_of_the_gate_is_tried_here():
    """Whoever adds a refusal to the gate adds the case that meets it, in both lists."""
    assert {code for code, _ in REFUSALS} == codes_of_the_gate()
    assert {*OF_UPDATES, "discharge_at_once"} == codes_of_updates()


def test_a_red_flag_that_was_none_of_ours_does_not_count():
    before = Case.good(clearance=False)
    red_flag(before, emergency=False)
    assert admit(before) is None
    late = Case.good(clearance=False)
    red_flag(late)
    late.admitted_at = clock.now() - timedelta(minutes=30)
    late.late = {"late_entry": True, "late_entry_by_id": late.sam.pk, "late_entry_reason": "Power was out"}
    assert admit(late) is None


@pytest.mark.parametrize("how", [by_sql, by_orm])
def test_what_is_complete_is_admitted_and_takes_the_bed(how):
    case = Case.good()
    assert admit(case, how) is None
    admission = Admission.objects.get()
    stay = BedUse.objects.get(kind="stay")
    assert admission.bed_use_id == stay.pk
    assert stay.period.lower == admission.admitted_at
    assert stay.period.upper is None


def test_limits_that_were_accepted_let_through():
    assert admit(Case.good(limits=("No stairs", "Continue propranolol"))) is None


def test_an_own_hold_becomes_the_stay():
    case = Case.good()
    hold = make_use(case.bed, "return", case.episode)
    assert admit(case) is None
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert hold.period.upper == Admission.objects.get().admitted_at


def test_an_expired_hold_of_someone_else_is_no_hindrance():
    case = Case.good()
    now = clock.now()
    other = make_episode(case.ana, "Riley Park")
    make_use(case.bed, "hold", other, start=now - 2 * HOUR, end=now - HOUR)
    assert admit(case) is None


def test_the_last_slot_of_a_day_program():
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, "iop")
    case.program, case.bed = make_program("iop", slots=1), None
    assert admit(case) is None


def test_a_late_entry_is_judged_at_the_observed_time():
    case = Case.good(clearance=False)
    now = clock.now()
    cleared(examined_at=now - 20 * HOUR, valid_until=now - HOUR)(case)
    case.admitted_at = now - 2 * HOUR
    case.late = {"late_entry": True, "late_entry_by_id": case.sam.pk, "late_entry_reason": "Power was out"}
    assert admit(case) is None


def test_a_late_entry_after_the_end_is_refused():
    case = Case.good(clearance=False)
    now = clock.now()
    cleared(examined_at=now - 20 * HOUR, valid_until=now - 3 * HOUR)(case)
    case.admitted_at = now - 2 * HOUR
    case.late = {"late_entry": True, "late_entry_by_id": case.sam.pk, "late_entry_reason": "Power was out"}
    assert admit(case) == "clearance_expired"


def refused(statement, *values) -> str | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [str(v) if hasattr(v, "hex") else v for v in values])
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_an_update_is_judged_too():
    case, other = Case.good(), Case.good()
    assert admit(case) is None
    sql = "UPDATE programs_admission SET {} = %s"
    assert refused(sql.format("clearance_id"), other.clearance.pk) == "clearance_other_episode"
    assert refused(sql.format("determination_id"), other.determination.pk) == "no_determination"
    assert refused(sql.format("admitted_at"), clock.now() - HOUR) == "admitted_at_not_now"
    assert refused(sql.format("program_id"), other.program.pk) == "bed_other_program"
    assert refused(sql.format("admitted_by_id"), case.sam.pk) == "admission_is_fixed"


def test_moving_and_discharging():
    case = Case.good()
    assert admit(case) is None
    second = make_bed(case.program)
    make_use(second, "out")
    sql = "UPDATE programs_admission SET bed_id = %s"
    assert refused(sql, second.pk) == "bed_out_of_service"
    third = make_bed(case.program)
    assert refused(sql, third.pk) is None
    first = BedUse.objects.get(bed=case.bed, kind="stay")
    assert first.period.upper is not None
    gone = "UPDATE programs_admission SET discharged_at = %s"
    assert refused(gone, clock.now() + HOUR) == "discharge_in_future"
    left = clock.now()
    assert refused(gone, left) == "no_next_step"
    follows(Admission.objects.get(), case.ana)
    assert refused(gone, left) is None
    assert BedUse.objects.get(bed=third, kind="stay").period.upper == left
    assert refused(gone, None) == "already_discharged"
    follower = Case.good()
    follower.bed, follower.program = third, third.program
    assert admit(follower) == "bed_being_cleaned"
    beds.release(use=BedUse.objects.get(bed=third, kind="cleaning"), by=case.ana)
    follower.admitted_at = left
    assert admit(follower) is None


def test_nobody_deletes_what_the_gate_rests_on():
    case = Case.good()
    assert admit(case) is None
    for table in ("admission", "determination", "medicalclearance", "clearancelimit", "beduse"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT has_table_privilege('programs_{table}', 'DELETE')")
            assert cursor.fetchone() == (False,)


def test_a_stay_comes_from_an_admission_only():
    case = Case.good()
    sql = (
        "INSERT INTO programs_beduse (id, bed_id, period, kind, episode_id)"
        " VALUES (gen_random_uuid(), %s, tstzrange(app_now(), NULL), 'stay', %s)"
    )
    assert refused(sql, case.bed.pk, case.episode.pk) == "stay_by_admission_only"
    assert admit(case) is None
    end = "UPDATE programs_beduse SET period = tstzrange(lower(period), app_now())"
    assert refused(end) == "stay_by_admission_only"


CONTENT = {
    "decision": "cleared_with_limits",
    "stable": False,
    "examined_at": "2026-01-01T00:00Z",
    "valid_until": "2036-01-01T00:00Z",
    "signed_at": "2036-01-01T00:00Z",
    "content": b"other",
    "recorded_by_id": None,
    "accepted_by_id": None,
    "verified_by_id": None,
    "verification": b"other",
}


@pytest.mark.parametrize("column", CONTENT)
def test_what_a_clearance_says_never_changes(column):
    case = Case.good()
    sql = f"UPDATE programs_medicalclearance SET {column} = %s WHERE id = %s"
    assert refused(sql, CONTENT[column], case.clearance.pk) == "clearance_is_fixed"


def test_a_revoked_clearance_stays_revoked():
    case = Case.good(clearance=False)
    revoked(case)
    sql = "UPDATE programs_medicalclearance SET status = 'verified', revoked_at = NULL"
    assert refused(sql) == "clearance_is_final"


def test_the_verifier_is_somebody_else():
    case = Case.good(clearance=False)
    cleared(verified_by=None)(case)
    sql = VERIFIED
    two = "programs_medicalclearance_two_people"
    assert refused(sql, case.cole.pk) == two
    assert refused(sql, case.ana.pk) == two
    assert refused(sql, case.dana.pk) is None


def test_only_a_clinician_accepts_and_signs():
    case = Case.good(clearance=False)
    cleared(accepted_by=None, verified_by=None, limits=("No stairs",))(case)
    sql = ACCEPTED
    assert refused(sql, case.ana.pk) == "needs_clinician"
    limit = "UPDATE programs_clearancelimit SET accepted_by_id = %s, accepted_at = app_now()"
    assert refused(limit, case.sam.pk) == "needs_clinician"
    other = make_episode(case.ana, "Riley Park")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make_determination(other, case.sam)
    assert refusal_code(error.value) == "needs_clinician"


def test_limits_are_fixed_once_accepted():
    case = Case.good(limits=("No stairs",))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ClearanceLimit.objects.create(
            clearance=case.clearance, data_key=case.clearance.data_key, position=9, text="More"
        )
    assert refusal_code(error.value) == "clearance_is_fixed"
    assert refused("UPDATE programs_clearancelimit SET text = 'x'") == "clearance_is_fixed"


def test_a_signed_determination_never_changes():
    case = Case.good()
    for column, value in (("level", "iop"), ("reason", b"x"), ("signed_by_id", case.dana.pk)):
        sql = f"UPDATE programs_determination SET {column} = %s"
        assert refused(sql, value) == "determination_is_signed"
    assert refused("UPDATE programs_determination SET superseded_at = app_now()") is None
    again = "UPDATE programs_determination SET superseded_at = NULL"
    assert refused(again) == "determination_is_signed"


def test_one_decision_in_force():
    case = Case.good()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make_determination(case.episode, case.dana)
    assert refusal_code(error.value) == "programs_determination_one_live"


def test_accepting_takes_two_steps():
    case = Case.good(clearance=False)
    clearance = make_clearance(case.episode)
    sql = VERIFIED
    assert refused(sql, case.dana.pk) == "clearance_step"
    accept(clearance, case.cole)
    assert clearance.status == ClearanceStatus.ACCEPTED

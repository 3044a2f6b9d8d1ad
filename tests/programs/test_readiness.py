"""The page's list and the database's gate are one and the same."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config import clock
from config.db import refusal_code
from intake.models import Episode
from programs.models import Bed, BedUse, Determination, MedicalClearance
from programs.queries import facts_for
from programs.rules.readiness import SENTENCES, readiness
from tests.factories.care import (
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
from tests.programs.gate import Case, by_orm, codes_of_the_gate

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_gate_and_the_page_have_the_same_codes():
    assert codes_of_the_gate() == set(SENTENCES)


def test_every_sentence_tells_what_to_do():
    for code, missing in SENTENCES.items():
        assert missing.code == code
        assert missing.sentence[0].isupper()
        assert not missing.sentence.endswith(".")
        assert missing.fix


def random_case(rng: random.Random) -> Case:
    """A case in which each thing is wrong with a small chance."""

    def odd(chance=0.05):
        return rng.random() < chance

    case, now = Case.good(clearance=False, determination=False), clock.now()
    other = make_episode(case.ana, "Riley Park")
    if not odd():
        level = "residential" if not odd(0.1) else rng.choice(["iop", "php", "detox"])
        whose = other if odd() else case.episode
        case.determination = make_determination(whose, case.cole, level, needs_second=odd(), detox_first=True)
        if odd():
            Determination.objects.filter(pk=case.determination.pk).update(superseded_at=now)
    if not odd():
        _random_clearance(case, other, rng, odd, now)
    _random_place(case, other, rng, odd, now)
    facts = {}
    if odd():
        facts |= {"ob_contact_needed": True, "ob_contact_recorded_at": None if odd(0.5) else now}
    if odd(0.3):
        facts["last_use_latest"] = now - rng.choice([1, 3, 12, 50]) * HOUR
    holds = case.episode.bed_uses.exists() or case.episode.slot_holds.exists()
    if odd() and not holds:
        facts |= {"status": "closed", "stage": "closed", "closed_at": now, "close_reason": "lost_contact"}
    if odd():
        facts["reopened_at"] = now - rng.choice([1, 3, 30]) * HOUR
    if odd():
        make_safety(case.episode, case.ana, now - rng.choice([1, 3, 30]) * HOUR, emergency=not odd(0.3))
    Episode.objects.filter(pk=case.episode.pk).update(**{"stage": "clearance", **facts})
    case.admitted_at = now + timedelta(minutes=rng.choice([0, 0, 0, 0, 0, 0, 4, -4, 7, -7]))
    if odd(0.1):
        case.admitted_at = now - rng.choice([1, 5]) * HOUR
        who = case.sam if odd(0.7) else case.dana
        case.late = {"late_entry": True, "late_entry_by_id": who.pk, "late_entry_reason": "Power was out"}
    return case


def _random_clearance(case, other, rng, odd, now):
    examined = now - rng.choice([2, 2, 2, 6, 20]) * HOUR
    ends = now + rng.choice([9, 9, 9, 9, 3, -1]) * HOUR
    case.clearance = make_clearance(
        other if odd() else case.episode,
        examined_at=examined,
        valid_until=max(ends, examined + HOUR),
        stable=not odd(),
        recorded_by=None if odd(0.5) else case.ana,
        limits=("No stairs",) if odd(0.2) else (),
        decision=rng.choice(["cleared"] * 9 + ["not_cleared"]) if odd(0.3) else "cleared",
        accepted_by=None if odd() else case.cole,
    )
    paper = case.clearance
    if paper.accepted_by is not None and not odd():
        verify(paper, case.dana)
    if odd():
        make_clearance(case.episode, decision="not_cleared", status="not_cleared", examined_at=now - HOUR)
    if odd():
        revoke(paper, at=now - rng.choice([0, 3]) * HOUR)
    elif odd():
        MedicalClearance.objects.filter(pk=paper.pk).update(status=rng.choice(["expired", "rejected"]))
    paper.refresh_from_db()


def _random_place(case, other, rng, odd, now):
    kind = rng.choice(["bed"] * 8 + ["day", "none"])
    if kind == "none":
        case.program = case.bed = None
    elif odd(0.03):
        case.program, case.bed = make_program("residential", operated_by="partner"), None
    elif kind == "day":
        case.program, case.bed = make_program("php", slots=1), None
        if odd(0.5) and case.determination and case.determination.episode_id == case.episode.pk:
            Determination.objects.filter(pk=case.determination.pk).update(superseded_at=now)
            case.determination = make_determination(case.episode, case.cole, "php", detox_first=True)
        if odd(0.3):
            _occupy(case)
        elif odd(0.4):
            ended = {"start": now - 9 * HOUR, "end": now - 8 * HOUR} if odd(0.3) else {}
            kind = "return" if odd(0.3) and not ended else "hold"
            make_slot_hold(case.program, case.episode if odd(0.4) else other, kind, **ended)
    if case.bed is None:
        return
    if odd():
        case.bed = None if odd(0.5) else make_bed()
    elif odd(0.3):
        use = rng.choice(["hold", "return", "out", "cleaning", "stay", "own", "own", "past", "later"])
        if use == "stay":
            _occupy(case)
        elif use == "own":
            make_use(case.bed, rng.choice(["hold", "return"]), case.episode)
        elif use == "past":
            make_use(case.bed, "hold", other, start=now - 9 * HOUR, end=now - 8 * HOUR)
        elif use == "later":
            make_use(case.bed, "hold", other, start=now + 9 * HOUR, end=now + 10 * HOUR)
        else:
            make_use(case.bed, use, None if use in ("out", "cleaning") else other)
    # What is in use can't be closed: the database refuses that state.
    in_use = BedUse.objects.filter(bed__program=case.program, kind__in=["hold", "return", "stay"]).exists()
    if odd() and not in_use:
        Bed.objects.filter(program=case.program).update(active=False)
    if odd() and not in_use:
        change_program(case.program, case.sam, active=False)


def _occupy(case):
    occupant = Case.good(determination=False)
    occupant.determination = make_determination(occupant.episode, occupant.cole, case.program.level)
    occupant.bed, occupant.program = case.bed, case.program
    by_orm(occupant.values())


@pytest.mark.parametrize("seed", range(240))
def test_an_empty_list_is_the_gates_yes(seed):
    case = random_case(random.Random(seed))
    case.episode.refresh_from_db()
    for row in (case.program, case.bed, case.determination):
        if row is not None:
            row.refresh_from_db()
    now = clock.now()
    supervisor = case.late.get("late_entry_by_id") == case.sam.pk
    facts = facts_for(
        case.episode,
        program=case.program,
        bed=case.bed,
        admitted_at=case.admitted_at,
        clearance=case.clearance,
        determination=case.determination,
        late_entry=bool(case.late),
        late_by_supervisor=supervisor,
    )
    missing = [one.code for one in readiness(facts, now)]
    try:
        with transaction.atomic():
            by_orm(case.values())
            refused = None
    except IntegrityError as error:
        refused = refusal_code(error)
    assert (refused is None) == (not missing), (refused, missing)
    assert refused is None or refused in missing, (refused, missing)


def test_the_random_states_are_mixed():
    """The comparison above would prove little if nearly every state were refused for one reason."""
    admitted, codes = 0, set()
    for seed in range(240):
        with transaction.atomic():
            case = random_case(random.Random(seed))
            try:
                with transaction.atomic():
                    by_orm(case.values())
                    admitted += 1
            except IntegrityError as error:
                codes.add(refusal_code(error))
            transaction.set_rollback(True)  # no case makes the database search among those before
    assert admitted >= 30
    assert len(codes) >= 14, codes

"""A closed episode keeps no place, and what is closed is held for nobody: by the actions and by SQL."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from config.errors import Refused
from intake.actions.episodes import close_episode
from programs.actions import admissions, beds
from programs.models import Bed
from tests.factories.care import (
    NO_NEXT,
    change_program,
    make_bed,
    make_determination,
    make_program,
    make_use,
)
from tests.factories.episodes import make_episode
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CLOSE = (
    "UPDATE intake_episode SET status = 'closed', stage = 'closed', closed_at = app_now(),"
    " close_reason = 'lost_contact' WHERE id = %s"
)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def stay_of(case):
    place = {"program": case.program, "bed": case.bed}
    return admissions.admit(episode=case.episode, by=case.ana, left_open="Came at night.", **place)


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_no_episode_closes_that_holds_a_bed(ana, kind):
    episode = make_episode(ana)
    use = make_use(make_bed(), kind, episode)
    assert code_of(CLOSE, episode.pk) == "episode_holds_bed"
    beds.release(use=use, by=ana)
    assert code_of(CLOSE, episode.pk) is None


def test_a_hold_that_ended_by_itself_keeps_no_episode_open(ana):
    episode, now = make_episode(ana), clock.now()
    make_use(make_bed(), "hold", episode, start=now - 9 * HOUR, end=now - HOUR)
    assert code_of(CLOSE, episode.pk) is None


def test_no_episode_closes_around_somebody_who_is_here():
    """Neither by the action, whoever calls it, nor by SQL."""
    case = Case.good()
    stay = stay_of(case)
    with pytest.raises(Refused) as refused:
        close_episode(by=case.ana, episode=case.episode, reason="completed")
    assert refused.value.code == "admission_open"
    assert code_of(CLOSE, case.episode.pk) == "episode_has_stay"
    admissions.discharge(admission=stay, by=case.ana, plan=NO_NEXT)
    assert code_of(CLOSE, case.episode.pk) is None


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_nothing_closed_is_held_or_holds(ana, sam, kind):
    """By SQL: a hold for a closed episode, in a closed bed, in a closed program."""
    insert = (
        "INSERT INTO programs_beduse (id, bed_id, episode_id, kind, period)"
        " VALUES (gen_random_uuid(), %s, %s, %s, tstzrange(app_now(), app_now() + interval '1 hour'))"
    )
    bed, closed_bed, elsewhere, episode = make_bed(), make_bed(), make_bed(), make_episode(ana)
    Bed.objects.filter(pk=closed_bed.pk).update(active=False)
    change_program(elsewhere.program, sam, active=False)
    assert code_of(insert, closed_bed.pk, episode.pk, kind) == "bed_out_of_service"
    assert code_of(insert, elsewhere.pk, episode.pk, kind) == "bed_out_of_service"
    assert code_of(CLOSE, episode.pk) is None
    assert code_of(insert, bed.pk, episode.pk, kind) == "episode_closed"


@pytest.mark.parametrize("kind", ["hold", "return", "stay"])
def test_no_bed_or_program_closes_that_somebody_has(kind):
    case = Case.good()
    if kind == "stay":
        stay_of(case)
    else:
        make_use(case.bed, kind, case.episode)
    assert code_of("UPDATE programs_bed SET active = false WHERE id = %s", case.bed.pk) == "bed_in_use"
    change = (
        "UPDATE programs_program SET active = false, revision = revision + 1, reason = 'x',"
        " changed_by_id = %s WHERE id = %s"
    )
    assert code_of(change, case.sam.pk, case.program.pk) == "program_in_use"


def test_a_day_program_does_not_close_around_who_is_in_it():
    case = Case.good(determination=False)
    case.program, case.bed = make_program("php"), None
    case.determination = make_determination(case.episode, case.cole, "php")
    stay_of(case)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change_program(case.program, case.sam, active=False)
    assert refusal_code(error.value) == "program_in_use"

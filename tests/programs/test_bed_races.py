"""Many hands at one bed, each in a thread with its own connection."""

from datetime import timedelta

import pytest

from config import clock
from config.errors import Conflict
from programs.actions import beds
from programs.models import Admission, BedUse
from tests.factories.care import make_bed, make_use
from tests.factories.episodes import make_episode
from tests.programs.gate import Case, by_orm
from tests.programs.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 80
"""The server takes 100 connections; as many of the threads are in the database at a time."""


def test_fifty_hold_one_bed_and_the_others_are_told(ana):
    bed = make_bed(label="R2")
    make_bed(bed.program, "R3")
    episodes = [make_episode(ana, f"Person {number}") for number in range(50)]
    until = clock.now() + timedelta(hours=8)

    def hold(episode):
        try:
            beds.hold(bed=bed, episode=episode, by=ana, until=until)
        except Conflict as conflict:
            return conflict.message
        return "held"

    results = together(*(lambda episode=episode: hold(episode) for episode in episodes))
    assert results.count("held") == 1, results
    (told,) = set(results) - {"held"}
    assert f"by {ana.display_name}, until " in told
    assert "Next open: R3." in told
    assert BedUse.objects.get().period.upper == until


def test_extending_against_a_colleague_who_holds(ana, ben):
    """A hold ended. Its own people hold on, or a colleague takes the bed: one of them, never both."""
    bed, episode, other = make_bed(), make_episode(ana), make_episode(ben, "Riley Park")
    now = clock.now()
    hour = timedelta(hours=1)
    ended = make_use(bed, "hold", episode, start=now - 2 * hour, end=now - hour)

    def lost(act):
        try:
            act()
        except Conflict:
            return "lost"
        return "won"

    results = together(
        lambda: lost(lambda: beds.extend(use=ended, until=now + hour, by=ana)),
        lambda: lost(lambda: beds.hold(bed=bed, episode=other, by=ben)),
    )
    assert sorted(results) == ["lost", "won"]
    assert BedUse.objects.filter(bed=bed, period__contains=clock.now()).count() == 1


def test_two_press_ready_at_once(ana, ben):
    use = make_use(make_bed(), "cleaning")

    def ready(by):
        try:
            beds.release(use=use, by=by)
        except Conflict:
            return "late"
        return "ready"

    assert sorted(together(lambda: ready(ana), lambda: ready(ben))) == ["late", "ready"]


@pytest.mark.long
def test_two_hundred_for_one_bed_a_hundred_times():
    cases = [Case.good() for _ in range(200)]
    program = cases[0].program

    for _ in range(100):
        bed = make_bed(program)
        for case in cases:
            case.bed, case.program = bed, program
        results = together(*(lambda case=case: by_orm(case.values()) for case in cases), at_once=AT_ONCE)
        assert results.count("done") == 1, results
        assert set(results) == {"done", "bed_occupied"}
        stay = Admission.objects.get(bed=bed)
        assert BedUse.objects.filter(bed=bed, kind="stay").count() == 1
        # Whoever got the bed is admitted: somebody new takes the place in the crowd.
        cases = [case for case in cases if case.episode.pk != stay.episode_id] + [Case.good()]

"""One clinician reviews at a time; taking over is seen by all; two signatures at once give one decision."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from intake.actions.assessments import submit
from intake.actions.corrections import correct
from intake.actions.review_questions import Asked
from intake.models import Assessment
from programs.actions.claims import claim, take_over
from programs.actions.determinations import Choice, ask, sign
from programs.actions.recommendations import recommend
from programs.models import Determination, ReviewClaim
from programs.queries import determination_of, recommendation_of
from tests.factories.accounts import make_user
from tests.factories.care import RATINGS, decide, make_review, make_signed
from tests.factories.episodes import save

pytestmark = pytest.mark.django_db
AGREE = Choice("agree", detox_first=True)


@pytest.fixture
def waiting(ana):
    return make_review(ana)


def sign_it(suggestion, by, seen=None):
    return sign(recommendation=suggestion, choice=AGREE, typed_name=by.display_name, seen=seen, by=by)


def test_beginning_makes_it_ones_own_for_a_while(waiting, cole, settings):
    settings.REVIEW_LEASE_MINUTES = 20
    held = claim(assessment=waiting, by=cole)
    assert (held.held_by, held.until - held.since) == (cole, timedelta(minutes=20))
    assert Assessment.objects.get().status == "in_review"
    assert claim(assessment=waiting, by=cole).since == held.since
    assert ReviewClaim.objects.count() == 1


def test_every_step_of_another_meets_a_conflict_that_names_who(waiting, cole, dana):
    suggestion = recommend(assessment=waiting, ratings=RATINGS, by=cole)
    steps = (
        lambda: claim(assessment=waiting, by=dana),
        lambda: recommend(assessment=waiting, ratings=RATINGS, by=dana),
        lambda: sign_it(suggestion, dana),
        lambda: ask(assessment=waiting, questions=[Asked("Since when?")], by=dana),
    )
    for step in steps:
        with pytest.raises(Conflict) as conflict, transaction.atomic():
            step()
        assert f"{cole.display_name} is reviewing this since" in conflict.value.message


def test_who_lost_it_is_told_by_whom_and_when(waiting, cole, dana):
    suggestion = recommend(assessment=waiting, ratings=RATINGS, by=cole)
    held = take_over(assessment=waiting, by=dana)
    assert (held.held_by, held.taken_from) == (dana, cole)
    assert Event.objects.get(name="review.taken_over").actor_id == dana.pk
    with pytest.raises(Conflict) as conflict:
        sign_it(suggestion, cole)
    assert f"{dana.display_name} took this over at" in conflict.value.message
    assert not Determination.objects.exists()
    sign_it(suggestion, dana)


def test_it_ends_by_itself_and_with_the_decision_or_the_question(waiting, cole, dana, settings):
    settings.REVIEW_LEASE_MINUTES = 0
    claim(assessment=waiting, by=cole)
    settings.REVIEW_LEASE_MINUTES = 20
    assert claim(assessment=waiting, by=dana).taken_from is None
    ask(assessment=waiting, questions=[Asked("Since when?")], by=dana)
    assert ReviewClaim.objects.get().until <= clock.now()


def test_only_clinicians_and_only_what_is_in_review(waiting, ana, sam, cole):
    for by in (ana, sam):
        for step in (claim, take_over):
            with pytest.raises(Refused), transaction.atomic():
                step(assessment=waiting, by=by)
    ask(assessment=waiting, questions=[Asked("Since when?")], by=cole)
    with pytest.raises(Conflict):
        claim(assessment=waiting, by=cole)


def test_a_correction_keeps_the_decision_in_force_until_the_next_is_signed(ana, cole, dana):
    first = make_signed(ana, cole)
    second = correct(by=ana, assessment=first.assessment, reason="The dose was misheard.")
    assert determination_of(first.episode) == first
    with pytest.raises(Conflict) as conflict:
        sign_it(first.recommendation, cole, seen=first.pk)
    assert "correction" in conflict.value.message
    save(ana, second, "mental", anxiety="no")
    submit(by=ana, assessment=second)
    assert determination_of(first.episode) == first
    again = decide(second, dana, seen=first.pk)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert (again.supersedes, again.assessment) == (first, second)
    assert first.recommendation.assessment == first.assessment
    assert recommendation_of(first.episode).assessment == second


# Each thread has its own connection.


def cast():
    return make_user("admissions", "ana"), make_user("clinician", "cole"), make_user("clinician", "dana")


def at_once(*functions):
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index, function):
        try:
            barrier.wait(timeout=60)
            function()
            results[index] = "done"
        except Conflict:
            results[index] = "conflict"
        except Exception as error:  # noqa: BLE001 - whatever else happens is the test's failure
            results[index] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_signatures_at_the_same_moment_give_exactly_one(attempt):
    ana, cole, dana = cast()
    suggestion = recommend(assessment=make_review(ana), ratings=RATINGS, by=cole)
    ReviewClaim.objects.update(until=clock.now(), since=clock.now() - timedelta(minutes=1))
    results = at_once(*(lambda by=by: sign_it(suggestion, by) for by in (cole, dana)))
    assert results == ["conflict", "done"]
    assert Determination.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_who_begin_at_the_same_moment_are_one_and_nine():
    waiting = make_review(make_user("admissions", "ana"))
    clinicians = [make_user("clinician", f"c{number}") for number in range(10)]
    results = at_once(*(lambda by=by: claim(assessment=waiting, by=by) for by in clinicians))
    assert results == ["conflict"] * 9 + ["done"]
    assert ReviewClaim.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_against_taking_over():
    """Either the signature was first, or it is refused: never both in force."""
    ana, cole, dana = cast()
    waiting = make_review(ana)
    suggestion = recommend(assessment=waiting, ratings=RATINGS, by=cole)
    results = at_once(lambda: sign_it(suggestion, cole), lambda: take_over(assessment=waiting, by=dana))
    held = ReviewClaim.objects.get()
    if results == ["done", "done"]:
        assert Determination.objects.get().signed_at <= held.since
    else:
        assert results == ["conflict", "done"]
        assert not Determination.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_the_same_moment_begin_one():
    ana, cole, _ = cast()
    first = make_signed(ana, cole)
    results = at_once(
        *(
            lambda by=by: correct(by=by, assessment=first.assessment, reason="The dose was misheard.")
            for by in (ana, cole)
        )
    )
    assert results == ["conflict", "done"]
    assert Assessment.objects.count() == 2

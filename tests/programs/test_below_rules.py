"""The database asks for a second view of every decision below the rules, whoever writes it and how."""

import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from config import clock
from config.db import refusal_code
from config.errors import Conflict
from intake.actions.safety import record_disposition
from programs.actions.determinations import Choice, sign
from programs.actions.recommendations import recommend
from programs.models import Determination, Recommendation
from programs.rules.below import CEILING, LADDER, is_below_safe, step_of
from tests.factories.care import RATINGS, make_determination, make_recommendation, make_review
from tests.factories.episodes import ask_safety, make_episode

pytestmark = pytest.mark.django_db


def columns(table) -> list[str]:
    """Return the names of the columns of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return [one.name for one in cursor.description]


def sign_by_sql(signed, **changed) -> str | None:
    """Write a copy of a decision with other values, as the app's role; return the code of the refusal."""
    changed = {"id": str(uuid.uuid4()), **changed}
    names = columns("programs_determination")
    values = ", ".join("%s" if name in changed else name for name in names)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE programs_determination SET superseded_at = app_now()")
            cursor.execute(
                f"INSERT INTO programs_determination ({', '.join(names)})"
                f" SELECT {values} FROM programs_determination WHERE id = %s",
                [*(changed[name] for name in names if name in changed), str(signed.pk)],
            )
    except IntegrityError as error:
        return refusal_code(error)
    return None


@pytest.fixture
def detox_called(ana, cole):
    """A decision that agrees with rules which call for detox first."""
    episode = make_episode(ana)
    rules = make_recommendation(episode, cole, calls_detox=True, lowest_step=2)
    return make_determination(episode, cole, "iop", detox_first=True, recommendation=rules)


@pytest.mark.parametrize("outcome", ["agree", "other"])
def test_no_sql_signs_a_decision_without_the_detox_that_the_rules_call_for(detox_called, outcome):
    lower = {"superseded_at": None, "detox_first": False, "outcome": outcome, "reason": b"x"}
    assert sign_by_sql(detox_called, **lower) == "below_needs_second"
    assert Determination.objects.count() == 1
    assert sign_by_sql(detox_called, **lower, needs_second=True) is None


def test_referring_elsewhere_decides_on_no_care_here(detox_called):
    away = {"outcome": "refer", "level": "", "detox_first": False, "reason": b"x", "superseded_at": None}
    assert sign_by_sql(detox_called, **away) is None


def test_no_sql_signs_a_decision_while_an_emergency_waits(detox_called, ana):
    check = ask_safety(ana, detox_called.episode, seizure_24h="yes")
    again = {"superseded_at": None}
    assert sign_by_sql(detox_called, **again) == "intake_emergency_open"
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert sign_by_sql(detox_called, **again) is None


def test_no_sql_agrees_to_a_decision_while_an_emergency_waits(detox_called, ana, dana):
    lower = {"superseded_at": None, "detox_first": False, "outcome": "other", "reason": b"x"}
    assert sign_by_sql(detox_called, **lower, needs_second=True) is None
    check = ask_safety(ana, detox_called.episode, seizure_24h="yes")
    lowered = Determination.objects.filter(needs_second=True)
    seconded = {"second_by": dana, "second_at": clock.now()}
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        lowered.update(second_agrees=True, **seconded)
    assert refusal_code(caught.value) == "intake_emergency_open"
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert lowered.update(second_agrees=True, **seconded) == 1


def test_a_suggestion_from_before_an_update_counts_as_below(ana, cole):
    episode = make_episode(ana)
    old = make_recommendation(episode, cole, calls_detox=None)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make_determination(episode, cole, recommendation=old)
    assert refusal_code(caught.value) == "below_needs_second"


def test_the_page_asks_for_a_new_suggestion_then(ana, cole):
    made = recommend(assessment=make_review(ana), ratings=RATINGS, by=cole)
    skip = {"id", "made_at", "calls_detox", "snapshot", "result"}
    kept = {f.attname: getattr(made, f.attname) for f in made._meta.concrete_fields if f.name not in skip}
    old = Recommendation.objects.create(snapshot=made.snapshot, result=made.result, **kept)
    with pytest.raises(Conflict), transaction.atomic():
        sign(
            recommendation=old,
            choice=Choice("agree"),
            typed_name=cole.display_name,
            seen=None,
            by=cole,
        )


def test_the_open_columns_say_what_the_rules_said(ana, cole):
    made = recommend(assessment=make_review(ana), ratings=RATINGS, by=cole)
    assert made.calls_detox is made.detox_first is True
    assert made.lowest_step == step_of(made.result["loc"]["minimum_safe"])
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Recommendation.objects.update(calls_detox=False)


@pytest.mark.parametrize("level", CEILING)
def test_the_database_and_the_rule_say_the_same(ana, cole, level):
    """Each level against each lowest step, with and without a call for detox."""
    detox = level == "detox"
    for lowest in (None, *range(len(LADDER))):
        for calls in (False, True):
            episode = make_episode(ana)
            rules = make_recommendation(episode, cole, calls_detox=calls, lowest_step=lowest)
            below = is_below_safe(
                level=level,
                detox_first=detox,
                rules_detox_first=calls,
                minimum_safe="" if lowest is None else LADDER[lowest],
            )
            try:
                with transaction.atomic():
                    make_determination(episode, cole, level, recommendation=rules)
                refused = None
            except IntegrityError as error:
                refused = refusal_code(error)
            assert refused == ("below_needs_second" if below else None), (level, lowest, calls)

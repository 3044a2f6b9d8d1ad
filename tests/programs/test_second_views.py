"""A decision below what the rules call safe is in force only when a second clinician agreed."""

import pytest
from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.models import Assessment, Episode
from programs import hooks
from programs.actions.determinations import Choice, lowers
from programs.actions.second_views import agree, decline
from programs.models import Determination, MedicalClearance, Recommendation
from programs.queries import decision_in_force, determination_of
from programs.rules.below import CEILING, LADDER, direction, is_below_safe
from tests.factories.care import BELOW, decide, make_determination, make_signed
from tests.factories.episodes import ask_safety
from tests.programs.gate import Case, admit, by_orm, by_sql

pytestmark = pytest.mark.django_db
WHY = "A seizure last year speaks against it; detox first."


@pytest.mark.parametrize(
    ("level", "detox_first", "rules_detox", "minimum", "below"),
    [
        ("iop", False, True, "2.1", True),
        ("inpatient", False, True, "2.1", True),
        ("iop", True, True, "3.7", False),
        ("detox", True, True, "3.7", False),
        ("outpatient", False, False, "2.1", True),
        ("iop", False, False, "2.1", False),
        ("php", False, False, "3.1", True),
        ("residential", False, False, "3.5", False),
        ("residential", False, False, "3.7", True),
        ("inpatient", False, False, "4", False),
        ("continuing", False, False, "1.0", True),
        ("iop", True, False, "3.5", True),
        ("iop", False, False, "", False),
    ],
)
def test_what_is_below(level, detox_first, rules_detox, minimum, below):
    found = is_below_safe(
        level=level, detox_first=detox_first, rules_detox_first=rules_detox, minimum_safe=minimum
    )
    assert found is below


def test_a_higher_level_is_never_below_where_a_lower_one_is_not():
    order = sorted(CEILING, key=CEILING.get)
    for rules_detox in (True, False):
        for minimum in LADDER:
            answers = [
                is_below_safe(
                    level=level, detox_first=False, rules_detox_first=rules_detox, minimum_safe=minimum
                )
                for level in order
            ]
            assert answers == sorted(answers, reverse=True)


@pytest.mark.parametrize(
    ("level", "detox_first", "suggested", "rules_detox", "way"),
    [
        ("iop", False, "iop", False, "same"),
        ("iop", True, "iop", False, "up"),
        ("iop", False, "iop", True, "down"),
        ("php", False, "iop", False, "up"),
        ("outpatient", False, "iop", False, "down"),
    ],
)
def test_which_way_it_goes(level, detox_first, suggested, rules_detox, way):
    found = direction(
        level=level, detox_first=detox_first, suggested=suggested, rules_detox_first=rules_detox
    )
    assert found == way


def test_agreeing_and_referring_elsewhere_need_no_second_view():
    rules = Recommendation(
        result={"detox": {}, "loc": {"minimum_safe": "3.7"}, "plan": {"level": "iop", "detox_first": True}}
    )
    assert lowers(Choice("other", "iop", False), rules)
    assert not lowers(Choice("agree", "iop", False), rules)
    assert not lowers(Choice("refer", "", False), rules)


def test_until_then_nothing_follows_from_it(ana, cole, dana, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "after_sign", [lambda **facts: told.append(facts["determination"])])
    signed = make_signed(ana, cole, BELOW)
    assert signed.awaits_second
    assert Assessment.objects.get().status == "decided"
    assert Episode.objects.get().stage == "review"
    assert not MedicalClearance.objects.exists()
    assert told == []
    assert determination_of(signed.episode) == signed
    assert decision_in_force(signed.episode) is None

    agree(determination=signed, by=dana)
    signed = Determination.objects.get()
    assert (signed.second_by, signed.awaits_second) == (dana, False)
    assert decision_in_force(signed.episode) == signed
    assert Episode.objects.get().stage == "clearance"
    assert MedicalClearance.objects.get().status == "needed"
    assert told == [signed]


def test_nobody_agrees_during_an_emergency(ana, cole, dana):
    signed = make_signed(ana, cole, BELOW)
    ask_safety(ana, signed.episode, seizure_24h="yes")
    with pytest.raises(Conflict):
        agree(determination=signed, by=dana)


def test_declined_it_never_was_in_force_and_somebody_decides_again(ana, cole, dana):
    signed = make_signed(ana, cole, BELOW)
    with pytest.raises(Refused) as short, transaction.atomic():
        decline(determination=signed, words="no", by=dana)
    assert short.value.field == "words"
    decline(determination=signed, words=WHY, by=dana)
    signed = Determination.objects.get()
    assert (signed.second_agrees, signed.second_words) == (False, WHY)
    assert determination_of(signed.episode) is None
    assert not MedicalClearance.objects.exists()
    again = decide(Assessment.objects.get(), dana)
    assert not again.awaits_second
    assert decision_in_force(signed.episode) == again


def test_nobody_is_their_own_second(ana, cole, sam, dana):
    signed = make_signed(ana, cole, BELOW)
    for by in (cole, ana, sam):
        with pytest.raises(Refused), transaction.atomic():
            agree(determination=signed, by=by)
    agree(determination=signed, by=dana)
    for step in (agree, decline):
        with pytest.raises(Conflict), transaction.atomic():
            step(determination=signed, by=dana, **({"words": WHY} if step is decline else {}))


@pytest.mark.parametrize("how", [by_sql, by_orm])
def test_the_gate_refuses_until_then(how, dana):
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, needs_second=True)
    assert admit(case, how) == "needs_second_view"
    Determination.objects.filter(pk=case.determination.pk).update(
        second_agrees=True, second_by=case.dana, second_at=clock.now()
    )
    assert admit(case, how) is None


SECOND = "UPDATE programs_determination SET second_agrees = true, second_at = now(), second_by_id = %s"


@pytest.mark.parametrize(
    ("sql", "who", "code"),
    [
        (SECOND, "cole", "second_view"),
        (SECOND, "ana", "second_view"),
        (SECOND + ", needs_second = false", "dana", "determination_is_signed"),
        ("UPDATE programs_determination SET needs_second = false WHERE signed_by_id <> %s", "dana",
         "determination_is_signed"),
        (SECOND.replace(", second_at = now()", ""), "dana", "determination_is_signed"),
        (
            SECOND.replace("agrees = true", "agrees = false"),
            "dana",
            "programs_determination_declined_ends",
        ),
    ],
)  # fmt: skip
def test_sql_gives_no_second_view_by_another_way(ana, cole, dana, sql, who, code):
    make_signed(ana, cole, BELOW)
    user = {"ana": ana, "cole": cole, "dana": dana}[who]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        connection.cursor().execute(sql, [user.pk])
    assert refusal_code(caught.value) == code


def test_sql_takes_no_second_view_back(ana, cole, dana):
    agree(determination=make_signed(ana, cole, BELOW), by=dana)
    for change in ("second_at = now()", "second_agrees = false", "second_by_id = signed_by_id"):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            connection.cursor().execute(f"UPDATE programs_determination SET {change}")
        assert refusal_code(caught.value) == "determination_is_signed"

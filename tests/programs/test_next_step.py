"""Nobody leaves a 24-hour level without the next step, or the refusal of it in words."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Refused
from programs.actions import admissions
from programs.actions.next_steps import Plan
from programs.forms.levels import levels_here
from programs.models import NextStep
from programs.queries_next_step import next_steps_due
from tests.factories.care import NO_NEXT, make_determination, make_program
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
TODAY = "2026-01-01"


def stay_of(case):
    place = {"program": case.program, "bed": case.bed}
    return admissions.admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_the_database_refuses_without_one():
    stay_of(Case.good())
    assert code_of("UPDATE programs_admission SET discharged_at = app_now()") == "no_next_step"


def test_a_day_program_ends_without_one():
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, "iop")
    case.program, case.bed = make_program("iop"), None
    assert admissions.discharge(admission=stay_of(case), by=case.ana).discharged_at
    assert not NextStep.objects.exists()


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (None, "kind"),
        (Plan(""), "kind"),
        (Plan("here"), "level"),
        (Plan("here", level="detox"), "level"),
        (Plan("here", level="continuing"), "level"),
        (Plan("here", level="iop"), "review_on"),
        (Plan("elsewhere"), "words"),
        (Plan("elsewhere", words="A clinic near home"), "review_on"),
        (Plan("refused", words="  "), "words"),
    ],
)
def test_what_is_missing_is_named_and_nothing_ends(plan, field):
    case = Case.good()
    stay = stay_of(case)
    with pytest.raises(Refused) as refused:
        admissions.discharge(admission=stay, by=case.ana, plan=plan)
    assert refused.value.field == field
    stay.refresh_from_db()
    assert stay.discharged_at is None
    assert not NextStep.objects.exists()


@pytest.mark.parametrize(
    ("kind", "level", "day", "words"),
    [
        ("here", "", TODAY, None),
        ("here", "detox", TODAY, None),
        ("here", "iop", None, None),
        ("elsewhere", "", None, b"x"),
        ("elsewhere", "", TODAY, None),
        ("refused", "", None, None),
        ("later", "iop", TODAY, b"x"),
    ],
)
def test_sql_writes_no_half_step(kind, level, day, words):
    case = Case.good()
    stay = stay_of(case)
    sql = (
        "INSERT INTO programs_nextstep (id, data_key_id, admission_id, made_by_id, kind, level,"
        " review_on, words) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s)"
    )
    found = code_of(sql, str(stay.data_key_id), str(stay.pk), str(case.ana.pk), kind, level, day, words)
    assert found == "programs_nextstep_complete"


def test_the_form_asks_and_the_page_shows_it_afterwards(client, as_user):
    case = Case.good()
    stay = stay_of(case)
    as_user(case.ana)
    url = reverse("programs:stay", args=[stay.pk])
    at = clock.now().astimezone().strftime("%Y-%m-%d %H:%M")
    assert client.post(url, {"action": "discharge", "at": at}).status_code == 422
    admissions.discharge(admission=stay, by=case.ana, plan=NO_NEXT)
    assert "Wants to go home first." in client.get(url).content.decode()


def test_the_form_offers_what_may_follow_the_level_the_next_step_first():
    offered = [value for value, _label in levels_here("residential")]
    assert offered == ["php", "iop", "outpatient", "inpatient", "residential"]


def test_it_is_due_until_the_person_is_back():
    case, today = Case.good(), clock.center_day(clock.now())
    plan = Plan("here", level="iop", review_on=today + timedelta(days=3))
    admissions.discharge(admission=stay_of(case), by=case.ana, plan=plan)
    assert not next_steps_due(case.ana, today)
    later = today + timedelta(days=3)
    assert [one.admission.episode for one in next_steps_due(case.ana, later)] == [case.episode]
    assert not next_steps_due(Case.good().ana, later).filter(admission__episode=case.episode)
    case.determination.superseded_at = clock.now()
    case.determination.save(update_fields=["superseded_at"])
    case.determination = make_determination(case.episode, case.cole, "iop")
    case.program, case.bed = make_program("iop"), None
    stay_of(case)
    assert not next_steps_due(case.ana, later)

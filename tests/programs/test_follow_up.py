"""After a stay with nights somebody calls, for a year: due rows made with the discharge, each ended once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from desk.today_care import of_follow_ups
from programs.actions import admissions
from programs.actions.follow_ups import log_call, sweep_overtaken
from programs.actions.next_steps import write
from programs.actions.undo import undo
from programs.models import FollowUp, FollowUpTry
from programs.queries_follow_up import follow_ups_due, follow_ups_for
from programs.rules.follow_up import STEPS
from tests.factories.accounts import make_user
from tests.factories.care import NO_NEXT, make_bed, make_determination, make_program
from tests.factories.records import join
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
SAID = {"naloxone": "has", "note": "Slept well."}


def stay_of(case):
    place = {"program": case.program, "bed": case.bed}
    return admissions.admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)


def left(case):
    return admissions.discharge(admission=stay_of(case), by=case.ana, plan=NO_NEXT)


def again(case, level):
    """Admit the same person once more, at another level."""
    case.determination.superseded_at = clock.now()
    case.determination.save(update_fields=["superseded_at"])
    case.determination = make_determination(case.episode, case.cole, level)
    case.program = make_program(level)
    case.bed = make_bed(case.program) if level in ("residential", "inpatient") else None
    return stay_of(case)


def left_of_colleague(ana):
    """Return the stay of another person of the same care team, ended without its calls: in a day program."""
    other = Case.good(determination=False)
    join(other.episode.person, ana)
    other.determination = make_determination(other.episode, other.cole, "iop")
    other.program, other.bed = make_program("iop"), None
    return admissions.discharge(admission=stay_of(other), by=other.ana)


@pytest.fixture
def later(monkeypatch):
    """Let the product's clock show so many days and hours later."""

    def move(**time):
        moment = clock.now() + timedelta(**time)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return move


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def outcomes(stay):
    return dict(FollowUp.objects.filter(admission=stay).values_list("step", "outcome"))


def first(stay, step="h24"):
    return FollowUp.objects.get(admission=stay, step=step)


def test_every_call_of_the_year_is_made_with_the_discharge():
    stay = left(Case.good())
    rows = {one.step: one.due_at for one in FollowUp.objects.filter(admission=stay)}
    assert set(rows) == set(STEPS)
    assert rows["h24"] == stay.discharged_at + timedelta(hours=24)
    assert Event.objects.get(name="follow_up.planned").ids == {"count": 16}


def test_a_discharge_that_fails_leaves_none():
    case = Case.good()
    stay = stay_of(case)
    with pytest.raises(Refused):
        admissions.discharge(admission=stay, by=case.ana, plan=None)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("gone", ["all", "one", "due before"])
def test_the_database_lets_nobody_leave_without_them(gone):
    case = Case.good()
    stay = stay_of(case)
    write(admission=stay, plan=NO_NEXT, by=case.ana, now=clock.now())
    if gone != "all":
        due = clock.now() + timedelta(days=1)
        for step in STEPS:
            late = gone == "due before" and step == "d7"
            if gone != "one" or step != "m9":
                due_at = due - timedelta(days=2) if late else due
                FollowUp.objects.create(admission=stay, data_key=stay.data_key, step=step, due_at=due_at)
    assert code_of("UPDATE programs_admission SET discharged_at = app_now()") == "no_follow_up"


def test_a_day_program_ends_without_them():
    case = Case.good(determination=False)
    case.determination = make_determination(case.episode, case.cole, "iop")
    case.program, case.bed = make_program("iop"), None
    admissions.discharge(admission=stay_of(case), by=case.ana)
    assert not FollowUp.objects.exists()


def test_they_are_due_within_hours_for_the_care_team_only(later):
    case = Case.good()
    stay = left(case)
    assert not follow_ups_due(case.ana, clock.now())
    now = later(hours=13)
    assert [one.step for one in follow_ups_due(case.ana, now)] == ["h24"]
    assert not follow_ups_for(make_user("admissions", "stranger")).filter(admission=stay)
    assert not follow_ups_for(make_user("auditor", "audits"))


@pytest.mark.parametrize(
    ("result", "open_after", "outcome"),
    [
        ("no_answer", 16, ""), ("someone_else", 16, ""), ("wrong_number", 16, ""),
        ("reached", 15, "reached"), ("no_more_calls", 0, "declined"), ("died", 0, "died"),
    ],
)  # fmt: skip
def test_what_each_result_of_a_call_ends(later, result, open_after, outcome):
    case = Case.good()
    stay = left(case)
    later(hours=20)
    row = log_call(follow_up=first(stay), result=result, by=case.ana, **SAID)
    assert row.outcome == outcome
    assert list(outcomes(stay).values()).count("") == open_after
    assert FollowUpTry.objects.get().result == result
    assert row.said == ({"naloxone": "has", "note": "Slept well."} if result == "reached" else None)


def test_what_is_missing_or_too_early_is_refused_and_nothing_is_written(later):
    case = Case.good()
    stay = left(case)
    with pytest.raises(Refused) as refused:
        log_call(follow_up=first(stay), result="reached", by=case.ana, **SAID)
    assert refused.value.code == "too_early"
    later(hours=20)
    for result, naloxone, field in (("reached", "", "naloxone"), ("hung_up", "has", "result")):
        with pytest.raises(Refused) as refused:
            log_call(follow_up=first(stay), result=result, naloxone=naloxone, by=case.ana)
        assert refused.value.field == field
    assert not FollowUpTry.objects.exists()


def test_a_call_is_ended_once_and_only_by_who_works_with_people(later):
    case = Case.good()
    stay = left(case)
    later(hours=20)
    with pytest.raises(Refused):
        log_call(follow_up=first(stay), result="reached", by=make_user("auditor", "audits"), **SAID)
    log_call(follow_up=first(stay), result="reached", by=case.ana, **SAID)
    with pytest.raises(Conflict):
        log_call(follow_up=first(stay), result="no_answer", by=case.ana)


def test_a_death_ends_the_calls_after_every_stay_of_the_person(later):
    case = Case.good()
    stay = left(case)
    log_call(follow_up=first(stay, "m12"), result="died", by=case.ana)
    assert set(outcomes(stay).values()) == {"died"}


def test_nobody_is_called_while_here_and_the_rest_goes_on_after_day_care(later):
    case = Case.good()
    stay = left(case)
    day_care = again(case, "iop")
    now = later(days=8)
    assert not follow_ups_due(case.ana, now)
    sweep_overtaken(now)
    assert [outcomes(stay)[step] for step in ("h24", "h72", "d7")] == ["in_care", "in_care", ""]
    admissions.discharge(admission=day_care, by=case.ana, at=day_care.admitted_at)
    assert [one.step for one in follow_ups_due(case.ana, now)] == ["d7"]


def test_another_stay_with_nights_begins_the_calls_anew():
    case = Case.good()
    stay = left(case)
    second = again(case, "residential")
    assert set(outcomes(stay).values()) == {""}
    admissions.discharge(admission=second, by=case.ana, plan=NO_NEXT)
    assert set(outcomes(stay).values()) == {"readmitted"}
    assert set(outcomes(second).values()) == {""}


def test_a_stay_that_was_taken_back_leaves_the_calls_as_they_were(later):
    case = Case.good()
    stay = left(case)
    undo(admission=again(case, "residential"), reason="Wrong person", by=case.ana)
    assert set(outcomes(stay).values()) == {""}
    assert FollowUp.objects.count() == 16
    assert follow_ups_due(case.ana, later(hours=20))


def test_what_was_not_made_is_said_when_the_next_one_is_due(later):
    case = Case.good()
    stay = left(case)
    now = later(hours=20)
    log_call(follow_up=first(stay), result="no_answer", by=case.ana)
    sweep_overtaken(now)
    assert set(outcomes(stay).values()) == {""}
    now = later(days=8)
    for _ in range(2):
        sweep_overtaken(now)
    assert [outcomes(stay)[step] for step in ("h24", "h72", "d7")] == ["not_reached", "missed", ""]
    now = later(days=365)
    sweep_overtaken(now)
    assert (outcomes(stay)["m11"], outcomes(stay)["m12"]) == ("missed", "")
    sweep_overtaken(later(days=40))
    assert outcomes(stay)["m12"] == "missed"


BY = "(SELECT made_by_id FROM programs_nextstep)"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("due_at = due_at + interval '1 day'", "row_is_fixed"),
        ("step = 'd8'", "row_is_fixed"),
        ("outcome = 'reached', done_at = app_now(), said = 'x'", "programs_followup_by_someone"),
        (f"outcome = 'reached', done_at = app_now(), done_by_id = {BY}", "programs_followup_said"),
        (f"outcome = 'missed', done_at = app_now(), done_by_id = {BY}, said = 'x'", "programs_followup_said"),
        ("outcome = 'missed'", "programs_followup_ends_once"),
        ("done_at = app_now()", "programs_followup_ends_once"),
        ("outcome = 'lost', done_at = app_now()", "programs_followup_ends_once"),
    ],
)
def test_sql_ends_none_by_half(change, code):
    left(Case.good())
    assert code_of(f"UPDATE programs_followup SET {change} WHERE step = 'h24'") == code


def test_sql_changes_no_ended_one_adds_none_and_takes_none_away():
    left(Case.good())
    assert code_of("UPDATE programs_followup SET outcome = 'missed', done_at = app_now()") is None
    for sql in (
        "UPDATE programs_followup SET outcome = '', done_at = NULL",
        "DELETE FROM programs_followup",
        "UPDATE programs_followuptry SET result = 'reached'",
        "DELETE FROM programs_followuptry",
    ):
        with pytest.raises(Exception, match=r"permission denied|never changed|append|fixed"), \
                transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
            cursor.execute(sql)
    copy = (
        "INSERT INTO programs_followup (id, data_key_id, admission_id, step, due_at, outcome)"
        " SELECT gen_random_uuid(), data_key_id, admission_id, {}, due_at, '' FROM programs_followup LIMIT 1"
    )
    assert code_of(copy.format("step")) == "programs_followup_once"
    assert code_of(copy.format("'d8'")) == "programs_followup_step_known"


def page(client, stay, **said):
    url = reverse("programs:follow-up-call", args=[first(stay).pk])
    return client.post(url, {"submit_key": uuid4(), **said}) if said else client.get(url)


def test_the_page_says_how_to_call_and_takes_the_answer(as_user, later):
    case = Case.good()
    stay = left(case)
    client = as_user(case.ana)
    assert "Not due yet" in page(client, stay).content.decode()
    later(hours=20)
    shown = page(client, stay).content.decode()
    assert "Do not leave a message" in shown
    assert "How to give naloxone" in shown
    assert page(client, stay, result="reached").status_code == 422
    assert page(client, stay, result="reached", **SAID).status_code == 302
    late = page(client, stay, result="reached", **SAID | {"note": "Her sister answered"})
    assert late.status_code == 409 and "Her sister answered" in late.content.decode()
    shown = client.get(reverse("programs:follow-up", args=[case.episode.person_id])).content.decode()
    assert shown.count("Not called yet") == 15
    assert "Slept well." in page(client, stay).content.decode()


def test_today_asks_for_the_call_in_the_same_queries_for_many(later, django_assert_num_queries):
    case = Case.good()
    first_stay, others = left(case), [left_of_colleague(case.ana) for _ in range(3)]
    now = later(hours=20)
    (row,) = (one for one in items_for(case.ana, now) if one.kind == "follow_up")
    assert row.why == "Call 24 hours after leaving"
    assert row.url == reverse("programs:follow-up-call", args=[first(first_stay).pk])
    with CaptureQueriesContext(connection) as few:
        of_follow_ups(case.ana, now)
    FollowUp.objects.bulk_create(
        FollowUp(admission=one, data_key=one.data_key, step="h24", due_at=now) for one in others
    )
    with django_assert_num_queries(len(few)):
        assert len(of_follow_ups(case.ana, now)) == 4

"""Taking an admission back: within minutes, with a reason, and everything is as before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.models import Episode
from programs import hooks
from programs.actions import admissions, beds
from programs.actions.next_steps import Plan
from programs.actions.undo import undo
from programs.actions.waitlist import join
from programs.models import Admission, AdmissionUndo, BedUse
from programs.queries import place_of
from programs.queries_waiting import open_entries
from programs.should_have import open_items_for
from tests.factories.care import make_use
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db


def admit(case):
    return admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="Came at 3 am."
    )


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def add_by_sql(made, by, at):
    sql(
        "INSERT INTO programs_admissionundo (id, data_key_id, admission_id, reason, undone_by_id, undone_at)"
        " VALUES (gen_random_uuid(), %s, %s, 'x', %s, %s)",
        str(made.data_key_id), str(made.pk), str(by.pk), at,
    )  # fmt: skip


def test_the_place_is_free_the_row_stays_and_the_person_can_be_admitted_again(monkeypatch):
    case, calls = Case.good(), []
    monkeypatch.setattr(hooks, "after_undo", [lambda **facts: calls.append(facts)])
    made = admit(case)
    row = undo(admission=made, reason="Wrong bed", by=case.ana)
    assert (row.reason, row.undone_by) == ("Wrong bed", case.ana)
    assert Admission.objects.get(pk=made.pk).discharged_at is not None
    assert Episode.objects.get(pk=case.episode.pk).stage == "clearance"
    assert not BedUse.objects.filter(kind="stay", period__contains=clock.now()).exists()
    assert [one["admission"].pk for one in calls] == [made.pk]
    assert not open_items_for(case.ana).exists()
    assert admit(case).pk != made.pk


def test_who_waited_waits_again_where_they_stood(ana, cole):
    case = Case.good()
    entry = join(episode=case.episode, level="residential", reasons=[], by=case.ana)
    behind = make_waiting(ana, cole)
    made = admit(case)
    entry.refresh_from_db()
    assert entry.end_reason == "admitted"
    reopen = "UPDATE programs_waitlistentry SET ended_at = NULL, ended_by_id = NULL, end_reason = ''"
    with pytest.raises(IntegrityError) as error:
        sql(reopen)
    assert refusal_code(error.value) == "waitlist_is_kept"
    undo(admission=made, reason="Wrong person", by=case.ana)
    assert list(open_entries()) == [entry, behind]
    assert entry.checks.filter(outcome="").count() == 1


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_what_was_held_is_held_again(kind):
    case, now = Case.good(), clock.now()
    soon = now + timedelta(hours=9)
    if kind == "hold":
        held = beds.hold(bed=case.bed, episode=case.episode, by=case.ana, until=soon)
    else:
        held = beds.reserve_return(bed=case.bed, episode=case.episode, by=case.ana, expected_at=soon)
    undo(admission=admit(case), reason="Wrong person", by=case.ana)
    again = place_of(case.episode, clock.now())
    assert (again.bed, again.kind, again.review_at) == (case.bed, kind, held.review_at)
    assert (again.period.upper is None) is (kind == "return")


def test_a_hold_that_had_ended_is_not_held_again():
    case, now = Case.good(), clock.now()
    hour = timedelta(hours=1)
    make_use(case.bed, "hold", case.episode, start=now - 3 * hour, end=now - hour)
    undo(admission=admit(case), reason="Wrong person", by=case.ana)
    assert place_of(case.episode, clock.now()) is None


def test_a_reason_is_needed_and_the_time_is_short(settings):
    case = Case.good()
    made = admit(case)
    with pytest.raises(Refused) as refused:
        undo(admission=made, reason=" ", by=case.ana)
    assert refused.value.field == "reason"
    settings.ADMISSION_UNDO_MINUTES = -1
    with pytest.raises(Refused) as late:
        undo(admission=made, reason="Wrong bed", by=case.ana)
    assert late.value.code == "undo_late"
    assert not AdmissionUndo.objects.exists()


def test_it_is_taken_back_once_and_not_after_a_discharge():
    first, second = Case.good(), Case.good()
    made = admit(first)
    undo(admission=made, reason="Wrong bed", by=first.ana)
    with pytest.raises(Conflict):
        undo(admission=made, reason="Wrong bed", by=first.ana)
    left = admit(second)
    admissions.discharge(admission=left, by=second.ana, plan=Plan("refused", words="Wants to go home first."))
    with pytest.raises(Conflict):
        undo(admission=left, reason="Wrong bed", by=second.ana)
    with pytest.raises(IntegrityError) as error:
        add_by_sql(left, second.ana, clock.now())
    assert refusal_code(error.value) == "undo_ended"


@pytest.mark.parametrize("minutes", [-90, 90])
def test_the_database_takes_no_other_time_than_now(minutes):
    case = Case.good()
    made = admit(case)
    with pytest.raises(IntegrityError) as error:
        add_by_sql(made, case.ana, clock.now() + timedelta(minutes=minutes))
    assert refusal_code(error.value) == "undo_late"
    assert Admission.objects.get(pk=made.pk).discharged_at is None


def test_an_undo_is_never_changed_or_deleted():
    case = Case.good()
    undo(admission=admit(case), reason="Wrong bed", by=case.ana)
    for statement in ("UPDATE programs_admissionundo SET reason = 'y'", "DELETE FROM programs_admissionundo"):
        with pytest.raises(Exception, match=r"permission denied|programs_admissionundo"):
            sql(statement)


def test_the_page(as_user):
    case = Case.good()
    made = admit(case)
    client = as_user(case.ana)
    url = reverse("programs:admission-undo", args=[made.pk])
    ready = reverse("programs:readiness", args=[case.episode.pk])
    assert url in client.get(ready).content.decode()
    assert "can be taken back until" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Wrong bed"}).status_code == 302
    assert client.post(url, {"reason": "Wrong bed"}).status_code == 409
    assert "Must have" in client.get(ready).content.decode()

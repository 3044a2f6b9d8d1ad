"""Care while waiting: calls by schedule, news that lead to the safety questions, two missed (U16)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today_waiting import of_not_reached, of_waiting_checks
from programs.actions.waiting_checks import call, sweep_missed
from programs.actions.waitlist import leave
from programs.models import WaitingCheck
from tests.factories.waiting import make_waiting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def due_of(entry):
    return entry.checks.get(outcome="")


def test_the_calls_come_by_the_schedule(ana, ben, cole):
    entry = make_waiting(ana, cole)
    due = due_of(entry)
    assert due.due_at == entry.since + 24 * HOUR
    assert of_waiting_checks(ana, due.due_at - HOUR) == []
    (row,) = of_waiting_checks(ana, due.due_at)
    assert row.url == reverse("programs:waitlist-call", args=[entry.pk])
    assert of_waiting_checks(ben, due.due_at) == []
    call(check=due, outcome="steady", by=ana, told=("naloxone",), note="Sleeps better.")
    assert due_of(entry).due_at == entry.since + 72 * HOUR
    due.refresh_from_db()
    assert due.said == {"note": "Sleeps better.", "told": ["naloxone"]}


def test_two_missed_calls_ask_a_supervisor_until_somebody_reaches_the_person(ana, sam, cole):
    entry = make_waiting(ana, cole)
    missed = due_of(entry).due_at + 12 * HOUR
    sweep_missed(missed - timedelta(seconds=1))
    assert not WaitingCheck.objects.filter(outcome="missed").exists()
    sweep_missed(missed)
    sweep_missed(missed)
    assert WaitingCheck.objects.filter(outcome="missed").count() == 1
    assert of_not_reached(sam, missed) == []
    again = due_of(entry).due_at + 12 * HOUR
    sweep_missed(again)
    (row,) = of_not_reached(sam, again)
    assert (row.urgent, row.reference) == (True, entry.episode.reference)
    assert of_not_reached(ana, again) == []
    assert Event.objects.filter(name="waitlist.escalated").count() == 1
    call(check=due_of(entry), outcome="steady", by=sam)
    assert of_not_reached(sam, again) == []


def test_not_reached_counts_like_a_missed_call(ana, sam, cole):
    entry = make_waiting(ana, cole)
    call(check=due_of(entry), outcome="not_reached", by=ana)
    assert of_not_reached(sam, clock.now()) == []
    call(check=due_of(entry), outcome="not_reached", by=ana)
    assert len(of_not_reached(sam, clock.now())) == 1
    leave(entry=entry, reason="elsewhere", by=sam)
    assert of_not_reached(sam, clock.now()) == []
    assert of_waiting_checks(ana, clock.now() + 90 * 24 * HOUR) == []


def test_a_call_is_noted_once_and_only_while_somebody_waits(ana, cole):
    entry = make_waiting(ana, cole)
    due = due_of(entry)
    with pytest.raises(Refused):
        call(check=due, outcome="missed", by=ana)
    call(check=due, outcome="steady", by=ana)
    with pytest.raises(Conflict):
        call(check=due, outcome="steady", by=ana)
    later = due_of(entry)
    leave(entry=entry, reason="elsewhere", by=ana)
    with pytest.raises(Conflict):
        call(check=later, outcome="steady", by=ana)


@pytest.mark.parametrize(
    ("outcome", "page"),
    [
        ("steady", "programs:waitlist-entry"),
        ("not_reached", "programs:waitlist-entry"),
        ("stops", "programs:waitlist-leave"),
        ("news", "intake:safety-check"),
    ],
)
def test_where_a_call_leads(as_user, ana, cole, outcome, page):
    entry = make_waiting(ana, cole)
    client, url = as_user(ana), reverse("programs:waitlist-call", args=[entry.pk])
    text = client.get(url).content.decode()
    assert "the body takes less" in text
    assert "Naloxone" in text
    assert client.post(url, {}).status_code == 422
    about = entry.episode_id if page.startswith("intake") else entry.pk
    answer = client.post(url, {"outcome": outcome, "told": ["tolerance"]})
    assert answer.url == reverse(page, args=[about])


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM programs_waitingcheck",
        "UPDATE programs_waitingcheck SET due_at = due_at + interval '1 day'",
        "UPDATE programs_waitingcheck SET outcome = 'missed', done_at = app_now();"
        " UPDATE programs_waitingcheck SET outcome = '', done_at = NULL",
    ],
)
def test_sql_moves_no_call(ana, cole, sql):
    make_waiting(ana, cole)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert refusal_code(error.value) == "waitlist_is_kept"


def test_one_call_that_two_note_stays_one_call(as_user, ana, cole):
    entry = make_waiting(ana, cole)
    client, url = as_user(ana), reverse("programs:waitlist-call", args=[entry.pk])
    shown = str(client.get(url).context["form"]["shown"].value())
    call(check=due_of(entry), outcome="steady", by=ana)
    mine = {"outcome": "not_reached", "note": "Nobody picked up.", "shown": shown}
    page = client.post(url, mine)
    assert page.status_code == 409
    assert "A colleague noted this call meanwhile" in page.content.decode()
    assert "Nobody picked up." in page.content.decode()
    assert entry.checks.exclude(outcome="").count() == 1
    again = page.context["form"]["shown"].value()
    assert client.post(url, {**mine, "shown": again}).status_code == 302
    assert entry.checks.exclude(outcome="").count() == 2

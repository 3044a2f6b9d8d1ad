"""Sealing: every event gets one number, in order, when no earlier one can still appear; never a gap."""

import threading
from contextlib import closing

import psycopg2
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit import sealer
from audit.actions import record
from audit.actors import Actor
from audit.models import Event, Seal
from audit.rows import last_seal, sealed_rows
from audit.verifier import row_problems
from config import clock
from config.db import refusal_code
from outbox import sweeps
from tests import database
from tests.audit.trail import ready, seal

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()
FORGED = """
    INSERT INTO audit_event (id, at, name, actor_kind, object_type, fields, ids, transaction, epoch)
    VALUES (gen_random_uuid(), %s, %s, 'system', '', '{}', '{}', %s, %s)
"""


def write(count=1, name="test.done"):
    for number in range(count):
        record(name, by=SYSTEM, n=number)


def in_thread(function):
    """Run in a thread with a connection of its own; return what it raised, or None."""
    raised = []

    def run():
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def chain(settings):
    """Return the seals' numbers after checking every row and link with the key."""
    previous, numbers = "0" * 64, []
    for link, event in sealed_rows(0, 10**9, 10**6):
        assert row_problems(link, event, settings.KEY_RING["audit"]["keys"]) == []
        assert link["previous"] == previous
        previous = link["hash"]
        numbers.append(link["number"])
    assert numbers == list(range(1, len(numbers) + 1))
    return numbers


def test_events_are_numbered_from_one_without_gaps(settings):
    write(5)
    assert seal() == 5
    write(3)
    assert seal() == 3
    assert sealer.seal_all() == 0
    assert chain(settings) == list(range(1, 9))
    assert set(Seal.objects.values_list("event_id", flat=True)) == set(
        Event.objects.values_list("id", flat=True)
    )


def test_an_open_transaction_holds_back_what_came_after_it_and_is_not_skipped(settings):
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write(name="test.slow")
            written.set()
            assert may_commit.wait(30)

    thread, raised = in_thread(slow)
    assert written.wait(30)
    write(name="test.quick")  # a later transaction that commits first
    assert sealer.seal_all() == 0, "its number would come before an event that may still appear"
    may_commit.set()
    thread.join()
    assert not raised
    assert seal() == 2
    names = [event["name"] for _, event in sealed_rows(0, 10, 10)]
    assert names == ["test.slow", "test.quick"]
    chain(settings)


def test_an_open_transaction_that_fails_leaves_no_gap(settings):
    written, go_on = threading.Event(), threading.Event()

    def failing():
        with transaction.atomic():
            write()
            written.set()
            assert go_on.wait(30)
            raise RuntimeError("rolled back")

    thread, raised = in_thread(failing)
    assert written.wait(30)
    write(2)
    assert sealer.seal_all() == 0
    go_on.set()
    thread.join()
    assert [str(error) for error in raised] == ["rolled back"]
    assert seal() == 2
    assert chain(settings) == [1, 2]


def test_what_was_there_before_is_sealed_while_a_transaction_is_open(settings):
    write(2)
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write(name="test.slow")
            written.set()
            assert may_commit.wait(30)

    thread, _ = in_thread(slow)
    assert written.wait(30)
    write(2)
    ready(2)
    assert sealer.seal_all() == 2
    may_commit.set()
    thread.join()
    assert seal() == 3
    assert chain(settings) == [1, 2, 3, 4, 5]


def test_many_sealers_and_writers_at_once_number_each_event_once(settings, monkeypatch):
    monkeypatch.setattr(sealer, "AT_ONCE", 7)
    barrier = threading.Barrier(6)

    def writer():
        barrier.wait(30)
        for _ in range(20):
            with transaction.atomic():
                write(2)

    def seals():
        barrier.wait(30)
        for _ in range(15):
            sealer.seal_some(7)

    running = [in_thread(work) for work in (writer, writer, writer, seals, seals, seals)]
    for thread, _ in running:
        thread.join()
    assert [raised for _, raised in running] == [[]] * 6
    seal()
    assert len(chain(settings)) == 120


def test_a_crash_in_the_middle_leaves_a_valid_chain(settings, monkeypatch):
    write(30)
    monkeypatch.setattr(sealer, "AT_ONCE", 10)
    ready()
    sealer.seal_some(10)
    real = sealer._seal

    def crash(number, *args):
        if number == 15:
            raise RuntimeError("crash")
        return real(number, *args)

    monkeypatch.setattr(sealer, "_seal", crash)
    with pytest.raises(RuntimeError):
        sealer.seal_some(10)
    assert chain(settings) == list(range(1, 11))
    monkeypatch.setattr(sealer, "_seal", real)
    assert seal() == 20
    assert len(chain(settings)) == 30


def test_events_of_another_cluster_come_first(settings):
    write()
    with closing(database.admin(connection.settings_dict["NAME"])) as other, other.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # as a restore does
        cursor.execute(FORGED, ["now", "test.old", "999999999", "elsewhere"])
    assert seal() == 2
    assert [event["name"] for _, event in sealed_rows(0, 10, 10)] == ["test.old", "test.done"]
    write()
    assert seal() == 1
    chain(settings)


def test_a_key_is_rotated_without_touching_what_is_sealed(settings):
    old = settings.KEY_RING
    write()
    seal()
    trail = {"primary": "a2", "keys": {**old["audit"]["keys"], "a2": b"2" * 32}}
    settings.KEY_RING = {**old, "audit": trail}
    write()
    seal()
    assert chain(settings) == [1, 2]
    assert list(Seal.objects.order_by("number").values_list("key_id", flat=True)) == ["a1", "a2"]


def test_the_sweep_seals():
    write(3)
    assert sealer.seal_sweep in sweeps.registered()
    ready()
    assert sweeps.run_all(clock.now()) == []
    assert Seal.objects.count() == 3


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_app_can_not_change_the_trail(table, statement):
    write()
    seal()
    column = "name" if table == "audit_event" else "key_id"
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))


def test_nor_can_the_owner_without_switching_the_trigger_off():
    write()
    seal()
    with closing(database.owner()) as owner, owner.cursor() as cursor:
        for statement in ("UPDATE audit_seal SET key_id = 'x'", "DELETE FROM audit_event"):
            with pytest.raises(psycopg2.errors.CheckViolation):
                cursor.execute(statement)


COPY = """
    INSERT INTO audit_seal (number, event_id, digest, previous, key_id, sealed_at, mac, hash)
    SELECT {number}, {event}, digest, {previous}, key_id, sealed_at, mac, hash
    FROM audit_seal WHERE number = 1
"""


@pytest.mark.parametrize(
    "values,code",
    [
        ({"number": "3"}, "audit_seal_follows"),
        ({"number": "1"}, "audit_seal_follows"),
        ({"number": "0"}, "audit_seal_follows"),
        ({"previous": "digest"}, "audit_seal_follows"),
        ({"event": "gen_random_uuid()"}, "audit_seal_of_an_event"),
        ({}, "audit_seal_hash"),
    ],
)
def test_no_seal_enters_out_of_order(values, code):
    write(2)
    ready()
    sealer.seal_some(1)
    spare = Event.objects.exclude(pk__in=Seal.objects.values("event_id")).get().pk
    given = {"number": "2", "event": f"'{spare}'", "previous": "hash", **values}
    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor:
        cursor.execute(COPY.format(**given))
    assert refusal_code(refused.value) == code
    assert last_seal()[0] == 1


def test_nobody_dates_an_event_back_or_hides_it_from_the_sealer():
    with connection.cursor() as cursor:
        cursor.execute(FORGED, ["2001-01-01", "test.forged", "1", "elsewhere"])
    event = Event.objects.get()
    assert event.at.year > 2001
    assert event.transaction != "1" and event.epoch != "elsewhere"
    assert seal() == 1


def test_an_event_says_in_which_role_and_session_it_was_written(as_user, ana):
    client = as_user(ana)
    client.post("/staff/people/", {"reference": "JH-22222"})
    ana.role = "supervisor"
    first = Event.objects.filter(actor_id=ana.pk).latest("at")
    assert first.role == "admissions"
    assert len(first.session) == 16
    assert client.session.session_key not in first.session

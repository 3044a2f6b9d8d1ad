"""The watch finds damage while the product runs, raises each once, and leaves the product running."""

import pytest

from audit import sealer, watch
from audit.actions import record
from audit.actors import Actor
from audit.models import Alarm, Event, Seal, Watch
from config import clock
from outbox import sweeps
from records.models import Review
from tests.audit.test_export import superuser, write
from tests.audit.trail import ready, seal

pytestmark = pytest.mark.django_db(transaction=True)


def look():
    return [(alarm.kind, alarm.number) for alarm in watch.watch_sweep(clock.now())]


@pytest.fixture
def ten():
    write(10)
    seal()
    assert look() == []
    return [str(pk) for pk in Seal.objects.order_by("number").values_list("event_id", flat=True)]


def test_an_untouched_trail_raises_nothing(ten):
    write(3)
    seal()
    assert look() == []
    assert Watch.objects.get().reached == 13
    assert Watch.objects.get().whole_at


@pytest.mark.parametrize(
    "statement,alarm",
    [
        ("UPDATE audit_event SET actor_id = gen_random_uuid() WHERE id = '{ids[3]}'", ("altered", 4)),
        ("DELETE FROM audit_event WHERE id = '{ids[3]}'", ("altered", 4)),
        ("UPDATE audit_seal SET mac = digest WHERE number = 6", ("altered", 6)),
        ("DELETE FROM audit_seal WHERE number = 5", ("missing", 5)),
        ("DELETE FROM audit_seal WHERE number > 7", ("truncated", 8)),
    ],
)
def test_damage_is_found_once_and_lands_in_the_review_list(ten, statement, alarm):
    superuser(statement.format(ids=ten))
    assert look() == [alarm]
    assert look() == []
    assert Alarm.objects.count() == 1
    assert Review.objects.get(kind="trail_alert", closed_at=None).object_id == Alarm.objects.get().pk
    assert Event.objects.filter(name="trail.damaged").count() == 1
    record("test.done", by=Actor.system())
    ready()
    assert sealer.seal_all() >= 1, "the product goes on"


def test_the_whole_trail_is_checked_in_portions(ten, monkeypatch):
    monkeypatch.setattr(watch, "AT_ONCE", 4)
    superuser(f"UPDATE audit_event SET name = 'x.y' WHERE id = '{ten[8]}'")
    found = [alarm for _ in range(4) for alarm in look()]
    assert found == [("altered", 9)]


def test_a_tail_that_was_made_anew_is_noticed(ten):
    superuser("DELETE FROM audit_seal WHERE number = 10", f"DELETE FROM audit_event WHERE id = '{ten[9]}'")
    write(1)
    seal()
    assert look() == [("replaced", 10)]


def test_the_watch_runs_with_every_sweep():
    assert watch.watch_sweep in sweeps.registered()

"""Offers of places by many at once: real threads, each with its own connection."""

import threading

import pytest
from django.db import connection

from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from programs.actions.admissions import admit
from programs.actions.place_offers import accept, decline, offer_next, offer_place
from programs.models import Admission, BedUse, PlaceOffer, SlotHold
from tests.factories.accounts import make_user
from tests.factories.care import make_bed, make_determination, make_program
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions) -> list:
    """Run all at the same moment; return each result, or the kind of its refusal."""
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(index, function):
        try:
            barrier.wait(timeout=60)
            results[index] = "done" if function() else "nobody"
        except (Conflict, Refused) as error:
            results[index] = type(error).__name__
        except Exception as error:  # noqa: BLE001 - whatever else happens is the test's failure
            results[index] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def staff():
    return make_user("admissions", "ana"), make_user("clinician", "cole")


def test_one_bed_is_offered_once(staff):
    ana, cole = staff
    entries = [make_waiting(ana, cole) for _ in range(6)]
    bed = make_bed()
    results = together(
        *(
            lambda entry=entry: offer_place(entry=entry, place=bed, by=ana, passed_over="They called first.")
            for entry in entries
        )
    )
    assert results.count("done") == 1, results
    assert set(results) == {"done", "Conflict"}, results
    assert PlaceOffer.objects.count() == BedUse.objects.count() == 1


def test_several_sweeps_offer_each_bed_to_the_next(staff):
    ana, cole = staff
    entries = [make_waiting(ana, cole) for _ in range(3)]
    beds = [make_bed() for _ in range(3)]
    results = together(*(lambda bed=bed: offer_next(bed, by=Actor.system()) for bed in beds * 2))
    assert set(results) <= {"done", "nobody"}, results
    offers = list(PlaceOffer.objects.all())
    assert len({offer.entry_id for offer in offers}) == len(offers) == results.count("done")
    assert {offer.entry_id for offer in offers} <= {entry.pk for entry in entries}
    assert offers, results


def test_one_answer_counts(staff):
    ana, cole = staff
    offer = offer_place(entry=make_waiting(ana, cole), place=make_bed(), by=ana)
    results = together(
        *(lambda: accept(offer=offer, by=ana) for _ in range(3)),
        *(lambda: decline(offer=offer, by=ana) for _ in range(3)),
    )
    assert results.count("done") == 1, results
    assert results.count("Conflict") == 5, results
    offer.refresh_from_db()
    held = BedUse.objects.filter(period__contains=clock.now(), released_at__isnull=True).count()
    assert held == (1 if offer.state == "accepted" else 0)


def test_the_last_slot_is_offered_once(staff):
    """Two of us offer it at the same moment; somebody else admits somebody into it."""
    ana, cole = staff
    program = make_program("php", slots=1)
    entries = [make_waiting(ana, cole, "php") for _ in range(6)]
    results = together(
        *(
            lambda entry=entry: offer_place(entry=entry, place=program, by=ana, passed_over="Called first.")
            for entry in entries
        )
    )
    assert results.count("done") == 1, results
    assert set(results) == {"done", "Conflict"}, results
    assert PlaceOffer.objects.count() == SlotHold.objects.count() == 1


@pytest.mark.parametrize("attempt", range(4))
def test_an_offer_against_an_admission_into_the_last_slot(staff, attempt):
    ana, cole = staff
    program = make_program("php", slots=1)
    entry, case = make_waiting(ana, cole, "php"), Case.good(determination=False)
    make_determination(case.episode, case.cole, "php")
    results = together(
        lambda: offer_place(entry=entry, place=program, by=ana),
        lambda: admit(episode=case.episode, program=program, bed=None, by=case.ana, left_open="At night"),
    )
    assert sorted(results) in (["Conflict", "done"], ["Refused", "done"]), results
    assert Admission.objects.count() + SlotHold.objects.filter(released_at=None).count() == 1


def test_several_sweeps_offer_each_slot_to_the_next(staff):
    ana, cole = staff
    program = make_program("php", slots=3)
    entries = [make_waiting(ana, cole, "php") for _ in range(4)]
    results = together(*(lambda: offer_next(program, by=Actor.system()) for _ in range(6)))
    assert set(results) <= {"done", "nobody"}, results
    offers = list(PlaceOffer.objects.all())
    assert 1 <= len(offers) == len({offer.entry_id for offer in offers}) <= 3
    assert {offer.entry_id for offer in offers} <= {entry.pk for entry in entries}


def test_one_answer_to_a_slot_counts(staff):
    ana, cole = staff
    offer = offer_place(entry=make_waiting(ana, cole, "php"), place=make_program("php", slots=1), by=ana)
    results = together(
        *(lambda: accept(offer=offer, by=ana) for _ in range(3)),
        *(lambda: decline(offer=offer, by=ana) for _ in range(3)),
    )
    assert results.count("done") == 1, results
    offer.refresh_from_db()
    live = SlotHold.objects.filter(period__contains=clock.now(), released_at__isnull=True).count()
    assert live == (1 if offer.state == "accepted" else 0)

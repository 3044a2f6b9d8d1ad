"""A free slot of a day program is offered in the stated order, as a bed is (features D14, U16)."""

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
from desk.today_waiting import of_place_offers
from programs.actions import admissions, slots
from programs.actions.place_offers import accept, decline, offer_next, offer_place, sweep_places
from programs.actions.waitlist import leave
from programs.models import PlaceOffer, SlotHold
from programs.queries import place_of
from programs.queries_waiting import line_of
from programs.rules.waiting import first
from tests.factories.care import change_program, make_bed, make_program, make_slot_hold, make_use
from tests.factories.episodes import make_episode
from tests.factories.waiting import make_place_offer, make_waiting
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


@pytest.fixture
def days():
    """A day program with one slot."""
    return make_program("php", "Days", slots=1)


def test_the_sweep_offers_a_free_slot_to_who_is_first(ana, cole, days):
    make_waiting(ana, cole, "php")
    first_one = make_waiting(ana, cole, "php", reasons=["overdose"])
    sweep_places(clock.now())
    offer = PlaceOffer.objects.get()
    assert (offer.entry, offer.made_by, offer.bed_use, offer.place) == (
        first_one,
        None,
        None,
        "a slot in Days",
    )
    assert offer.held.period.upper == offer.expires_at
    assert abs(offer.expires_at - clock.now() - 4 * HOUR) < timedelta(minutes=1)
    assert Event.objects.get(name="place.offered").ids["program"] == str(days.pk)
    sweep_places(clock.now())
    assert PlaceOffer.objects.count() == 1


def test_as_many_are_offered_as_there_are_slots(ana, cole):
    """In two programs, one of them half full; another level's slots are not counted."""
    program, other = make_program("php", slots=2), make_program("php", slots=1)
    make_slot_hold(program, make_episode(ana, "Riley Park"))
    make_program("iop", slots=9)
    for _ in range(4):
        make_waiting(ana, cole, "php")
    sweep_places(clock.now())
    offers = PlaceOffer.objects.select_related("slot_hold")
    assert sorted(one.slot_hold.program_id for one in offers) == sorted([program.pk, other.pk])
    assert len({one.entry_id for one in offers}) == 2


def test_a_slot_of_another_level_or_a_closed_program_is_not_offered(ana, sam, cole, days):
    entry = make_waiting(ana, cole, "iop")
    bed_waiting = make_waiting(ana, cole)
    closed = make_program("iop")
    change_program(closed, sam, active=False)
    sweep_places(clock.now())
    assert not PlaceOffer.objects.exists()
    for waiting, place in ((entry, days), (entry, closed), (bed_waiting, days), (entry, make_bed())):
        with pytest.raises(Refused) as refused:
            offer_place(entry=waiting, place=place, by=ana)
        assert (refused.value.code, refused.value.field) == ("other_level", "place")


def test_a_full_program_is_a_conflict_that_says_why(ana, cole, days):
    entry = make_waiting(ana, cole, "php")
    make_slot_hold(days, make_episode(ana, "Riley Park"))
    with pytest.raises(Conflict) as conflict:
        offer_place(entry=entry, place=days, by=ana)
    assert conflict.value.message.startswith("Every slot of Days is taken. 1 is held for somebody")
    assert offer_next(days, by=ana) is None


def test_who_passes_over_the_first_says_why(ana, cole, days):
    make_waiting(ana, cole, "php", reasons=["unsafe"])
    second = make_waiting(ana, cole, "php")
    with pytest.raises(Refused) as refused:
        offer_place(entry=second, place=days, by=ana)
    assert refused.value.field == "passed_over"
    assert not SlotHold.objects.exists()
    offer = offer_place(entry=second, place=days, by=ana, passed_over="Starts work at noon.")
    assert offer.passed_over == "Starts work at noon."


@pytest.mark.parametrize("kind", ["hold", "return"])
def test_who_has_a_slot_held_is_offered_no_other_place(ana, cole, days, kind):
    entry, second = make_waiting(ana, cole, "php", detox_first=True), make_waiting(ana, cole, "php")
    make_slot_hold(make_program("iop"), entry.episode, kind)
    assert first(line_of("php", clock.now()), clock.now()).key == second.pk
    with pytest.raises(Conflict):
        offer_place(entry=entry, place=days, by=ana)
    assert offer_next(days, by=ana).entry == second


def test_taking_it_holds_the_slot_for_a_day_and_the_admission_ends_the_waiting(days):
    case = Case.good(determination=False)
    entry = make_waiting(case.ana, case.cole, "php", episode=case.episode)
    offer = offer_place(entry=entry, place=days, by=case.ana)
    with pytest.raises(Conflict) as conflict:
        slots.extend(held=offer.slot_hold, until=offer.expires_at + HOUR, by=case.ana)
    assert "the offer says until when" in conflict.value.message
    accept(offer=offer, by=case.ana, words="Yes, please.")
    offer.refresh_from_db()
    held = place_of(entry.episode, clock.now())
    assert (offer.state, offer.words, held.program) == ("accepted", "Yes, please.", days)
    assert held.period.upper > clock.now() + 23 * HOUR
    admissions.admit(episode=case.episode, program=days, bed=None, by=case.ana, left_open="Came at night.")
    entry.refresh_from_db()
    assert entry.end_reason == "admitted"
    assert place_of(entry.episode, clock.now()) is None


def test_not_now_frees_the_slot_for_the_next(ana, cole, days):
    entry, second = make_waiting(ana, cole, "php"), make_waiting(ana, cole, "php")
    offer = offer_place(entry=entry, place=days, by=ana)
    decline(offer=offer, by=ana, words="My son has a birthday.")
    assert Event.objects.get(name="place.declined").ids["program"] == str(days.pk)
    sweep_places(clock.now())
    assert PlaceOffer.objects.get(state="open").entry == second
    offer.held.refresh_from_db()
    assert offer.held.released_by == ana


def test_an_offer_ends_with_its_time_or_when_somebody_released_the_slot(ana, cole):
    program = make_program("php", slots=2)
    ends, released = (offer_place(entry=make_waiting(ana, cole, "php"), place=program, by=ana) for _ in "ab")
    slots.release(held=released.slot_hold, by=ana)
    with pytest.raises(Conflict):
        accept(offer=released, by=ana)
    sweep_places(ends.expires_at)
    ends.refresh_from_db()
    released.refresh_from_db()
    assert (ends.state, released.state) == ("expired", "withdrawn")
    assert ends.slot_hold.released_at is None  # it shows on Today until somebody looked


def test_leaving_frees_the_slot_in_the_same_step(ana, cole, days):
    entry = make_waiting(ana, cole, "php")
    offer = offer_place(entry=entry, place=days, by=ana)
    leave(entry=entry, reason="elsewhere", by=ana)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert offer.slot_hold.released_at is not None


def test_today_names_the_slot_until_somebody_answers(ana, ben, cole, days):
    offer = offer_place(entry=make_waiting(ana, cole, "php"), place=days, by=ana)
    (row,) = of_place_offers(ana, clock.now())
    assert (row.due_at, row.why) == (offer.expires_at, "A slot in Days is offered: call before the time")
    assert of_place_offers(ben, clock.now()) == []
    decline(offer=offer, by=ana)
    assert of_place_offers(ana, clock.now()) == []


def test_pages_offer_a_slot_and_take_the_answer(as_user, ana, cole, days):
    entry, client = make_waiting(ana, cole, "php"), as_user(ana)
    listed = client.get(reverse("programs:waitlist")).content.decode()
    assert "1 waits, 1 slot free" in listed
    url = reverse("programs:waitlist-offer", args=[entry.pk])
    page = client.get(url).content.decode()
    assert "Program with a free slot" in page
    assert "Days: 0 of 1 taken" in page
    assert client.post(url, {"place": f"bed:{make_bed().pk}"}).status_code == 422
    given = {"place": f"program:{days.pk}", "submit_key": uuid4()}
    told = client.post(url, given, follow=True).content.decode()
    assert "A slot in Days is offered and held. Call the person now." in told
    assert client.post(url, given).status_code == 302
    assert "A slot in Days until" in client.get(reverse("programs:waitlist")).content.decode()
    assert "No place of this level is free now." in client.get(url).content.decode()
    offer = PlaceOffer.objects.get()
    answer = reverse("programs:place-offer", args=[offer.pk])
    assert "A slot in Days is held until" in client.get(answer).content.decode()
    told = client.post(answer, {"answer": "takes"}, follow=True).content.decode()
    assert "A slot in Days is held for the person." in told
    assert "A slot in Days: accepted" in client.get(answer).content.decode()
    late = make_waiting(ana, cole, "php")
    sent = {"place": f"program:{days.pk}", "passed_over": "The first has one."}
    assert client.post(reverse("programs:waitlist-offer", args=[late.pk]), sent).status_code == 409


def test_the_waitlist_takes_the_same_queries_for_many_offered_slots(as_user, ana, cole):
    client, url = as_user(ana), reverse("programs:waitlist")

    def queries():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    offer_next(make_program("php", slots=1), by=make_waiting(ana, cole, "php") and ana)
    few = queries()
    for _ in range(7):
        make_waiting(ana, cole, "php")
        offer_next(make_program("php", slots=1), by=ana)
    assert PlaceOffer.objects.count() == 8
    assert queries() == few


INSERT = (
    "INSERT INTO programs_placeoffer (id, entry_id, data_key_id, slot_hold_id, state, expires_at, made_at)"
    " SELECT gen_random_uuid(), %s, %s, h.id, 'open', upper(h.period), app_now() FROM programs_slothold h"
)


def test_sql_offers_a_slot_to_nobody_out_of_order(ana, cole, days):
    make_waiting(ana, cole, "php", reasons=["overdose"])
    second = make_waiting(ana, cole, "php")
    make_slot_hold(days, second.episode)
    assert code_of(INSERT, str(second.pk), str(second.data_key_id)) == "waitlist_out_of_order"


@pytest.mark.parametrize("other", ["person", "level", "kind", "released"])
def test_sql_offers_no_slot_that_is_not_held_for_them(ana, cole, days, other):
    entry = make_waiting(ana, cole, "php", detox_first=True)
    if other == "person":
        make_slot_hold(days, make_episode(ana, "Riley Park"))
    elif other == "level":
        make_slot_hold(make_program("iop"), entry.episode)
    elif other == "kind":
        make_slot_hold(days, entry.episode, "return", end=clock.now() + HOUR)
    else:
        held = make_slot_hold(days, entry.episode)
        SlotHold.objects.filter(pk=held.pk).update(released_at=clock.now())
    assert code_of(INSERT, str(entry.pk), str(entry.data_key_id)) == "offer_without_hold"


def test_sql_offers_one_place_a_bed_or_a_slot(ana, cole, days):
    entry, end = make_waiting(ana, cole, "php"), clock.now() + HOUR
    make_slot_hold(days, entry.episode, end=end)
    use = make_use(make_bed(), episode=entry.episode, end=end)
    both = INSERT.replace("slot_hold_id,", "slot_hold_id, bed_use_id,").replace(
        "h.id,", "h.id, (SELECT id FROM programs_beduse),"
    )
    assert code_of(both, str(entry.pk), str(entry.data_key_id)) == "programs_placeoffer_one_place"
    neither = INSERT.replace("h.id", "NULL::uuid")
    assert code_of(neither, str(entry.pk), str(entry.data_key_id)) == "offer_without_hold"
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make_place_offer(entry, use, ana)
    assert refusal_code(error.value) == "offer_without_hold"
    assert code_of(INSERT, str(entry.pk), str(entry.data_key_id)) is None


def test_the_database_and_the_rule_name_the_same_first(ana, cole, days):
    """Whoever the rule calls first is accepted without a reason, everybody behind them is refused."""
    line = [make_waiting(ana, cole, "php", reasons=given) for given in ([], ["unsafe"], [], ["overdose"])]
    make_slot_hold(make_program("iop"), line[1].episode)
    now = clock.now()
    next_one = first(line_of("php", now), now).key
    for entry in (line[0], line[2], line[3]):
        with transaction.atomic():
            held = make_slot_hold(days, entry.episode, start=now, end=now + HOUR)
            found = code_of(INSERT + " WHERE h.id = %s", str(entry.pk), str(entry.data_key_id), str(held.pk))
            transaction.set_rollback(True)
        assert (found is None) == (entry.pk == next_one), entry
    assert offer_next(days, by=ana).entry_id == next_one == line[3].pk

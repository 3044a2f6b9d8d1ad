"""A free bed is offered in the stated order and held until the offer ends (features P11, D14)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.actions import close_episode
from desk.today_waiting import of_place_offers
from programs.actions.beds import extend, hold, release
from programs.actions.place_offers import accept, decline, offer_next, offer_place, sweep_places
from programs.actions.waitlist import leave
from programs.models import BedUse, PlaceOffer
from programs.queries import place_of
from programs.queries_waiting import line_of
from programs.rules.waiting import REST, first
from tests.factories.care import make_bed, make_program, make_use
from tests.factories.waiting import make_waiting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def test_the_sweep_offers_a_free_bed_to_who_is_first(ana, cole):
    make_waiting(ana, cole)
    first_one = make_waiting(ana, cole, reasons=["overdose"])
    bed = make_bed()
    sweep_places(clock.now())
    offer = PlaceOffer.objects.get()
    assert (offer.entry, offer.made_by, offer.bed_use.bed) == (first_one, None, bed)
    assert offer.bed_use.period.upper == offer.expires_at
    assert abs(offer.expires_at - clock.now() - 4 * HOUR) < timedelta(minutes=1)
    sweep_places(clock.now())
    assert PlaceOffer.objects.count() == 1


def test_each_free_bed_goes_to_one_and_nobody_gets_two(ana, cole):
    for _ in range(2):
        make_waiting(ana, cole)
    for _ in range(3):
        make_bed()
    sweep_places(clock.now())
    assert PlaceOffer.objects.count() == 2
    assert len({offer.entry_id for offer in PlaceOffer.objects.all()}) == 2


@pytest.mark.parametrize("level", ["inpatient", "iop"])
def test_a_bed_of_another_level_is_not_offered(ana, cole, level):
    entry = make_waiting(ana, cole, level)
    bed = make_bed()
    sweep_places(clock.now())
    assert not PlaceOffer.objects.exists()
    with pytest.raises(Refused) as refused:
        offer_place(entry=entry, place=bed, by=ana)
    assert refused.value.code == "other_level"


def test_a_released_hold_goes_to_who_is_first(ana, cole):
    entry = make_waiting(ana, cole)
    bed = make_bed()
    other = make_waiting(ana, cole, "inpatient").episode
    use = hold(bed=bed, episode=other, by=ana, passed_over="Comes tonight.")
    sweep_places(clock.now())
    assert not PlaceOffer.objects.exists()
    release(use=use, by=ana)
    sweep_places(clock.now())
    assert PlaceOffer.objects.get().entry == entry


def test_who_passes_over_the_first_says_why(ana, cole):
    make_waiting(ana, cole, reasons=["unsafe"])
    second = make_waiting(ana, cole)
    bed = make_bed()
    with pytest.raises(Refused) as refused:
        offer_place(entry=second, place=bed, by=ana, passed_over="  ")
    assert refused.value.field == "passed_over"
    assert not BedUse.objects.exists()
    offer = offer_place(entry=second, place=bed, by=ana, passed_over="Needs a room with nobody else.")
    assert offer.passed_over == "Needs a room with nobody else."
    assert Event.objects.get(name="place.offered").ids["passed_over"] is True


def test_who_is_out_at_detox_is_not_passed_over_but_waits(ana, cole):
    away, next_one = make_waiting(ana, cole, pregnant=True), make_waiting(ana, cole)
    away.episode.stage = "detox"
    away.episode.save(update_fields=["stage"])
    bed = make_bed()
    with pytest.raises(Refused) as refused:
        offer_place(entry=away, place=bed, by=ana)
    assert refused.value.code == "at_detox"
    sweep_places(clock.now())
    assert PlaceOffer.objects.get().entry == next_one


def test_taking_it_holds_the_bed_for_a_day(ana, cole):
    entry = make_waiting(ana, cole)
    offer = offer_place(entry=entry, place=make_bed(), by=ana)
    accept(offer=offer, by=ana, words="Yes, please.")
    offer.refresh_from_db()
    held = place_of(entry.episode, clock.now())
    assert (offer.state, offer.words, held.bed) == ("accepted", "Yes, please.", offer.bed_use.bed)
    assert held.period.upper > clock.now() + 23 * HOUR
    entry.refresh_from_db()
    assert entry.ended_at is None
    with pytest.raises(Conflict):
        decline(offer=offer, by=ana)


def test_an_offered_bed_is_held_as_long_as_the_offer_says(ana, cole):
    offer = offer_place(entry=make_waiting(ana, cole), place=make_bed(), by=ana)
    with pytest.raises(Conflict) as conflict:
        extend(use=offer.bed_use, until=offer.expires_at + HOUR, by=ana)
    assert "the offer says until when" in conflict.value.message
    offer.bed_use.refresh_from_db()
    assert offer.bed_use.period.upper == offer.expires_at


def test_not_now_frees_the_bed_for_the_next_and_keeps_the_place_in_the_order(ana, cole):
    entry, second = make_waiting(ana, cole), make_waiting(ana, cole)
    offer = offer_place(entry=entry, place=make_bed(), by=ana)
    decline(offer=offer, by=ana, words="My son has a birthday.")
    made = PlaceOffer.objects.get(state="open")
    assert (made.entry, made.bed_use.bed, made.made_by) == (second, offer.bed_use.bed, None)
    entry.refresh_from_db()
    assert entry.ended_at is None
    assert next(one.key for one in line_of("residential", clock.now())) == entry.pk


def test_who_stops_is_off_the_list(ana, cole):
    entry = make_waiting(ana, cole)
    decline(offer=offer_place(entry=entry, place=make_bed(), by=ana), by=ana, stops=True)
    entry.refresh_from_db()
    assert entry.end_reason == "person"


def test_an_offer_ends_with_its_time_and_the_next_is_offered(ana, cole, monkeypatch):
    entry, second = make_waiting(ana, cole), make_waiting(ana, cole)
    offer = offer_place(entry=entry, place=make_bed(), by=ana)
    later = offer.expires_at
    with pytest.raises(Conflict), monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        accept(offer=offer, by=ana)
    sweep_places(later - timedelta(seconds=1))
    offer.refresh_from_db()
    assert offer.state == "open"
    sweep_places(later)
    offer.refresh_from_db()
    assert offer.state == "expired"
    assert not offer.bed_use.period.upper > later
    assert first(line_of("residential", clock.now()), clock.now()).key == second.pk


def test_a_hold_that_somebody_released_takes_the_offer_back(ana, cole):
    make_waiting(ana, cole)
    make_bed()
    sweep_places(clock.now())
    offer = PlaceOffer.objects.get()
    release(use=offer.bed_use, by=ana)
    with pytest.raises(Conflict):
        accept(offer=offer, by=ana)
    sweep_places(clock.now())
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


@pytest.mark.parametrize("how", ["leave", "close"])
def test_leaving_frees_the_bed_in_the_same_step(ana, cole, how):
    entry = make_waiting(ana, cole)
    offer = offer_place(entry=entry, place=make_bed(), by=ana)
    if how == "leave":
        leave(entry=entry, reason="elsewhere", by=ana)
    else:
        close_episode(by=ana, episode=entry.episode, reason="lost_contact", submit_key=uuid4())
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert offer.bed_use.released_at is not None
    assert not BedUse.objects.filter(period__contains=clock.now()).exists()


def test_a_taken_bed_says_by_whom(ana, cole):
    entry = make_waiting(ana, cole)
    bed = make_bed(label="R2")
    make_use(bed, "out", by=ana)
    with pytest.raises(Conflict) as conflict:
        offer_place(entry=entry, place=bed, by=ana)
    assert "R2 was taken" in conflict.value.message


def test_today_has_it_until_somebody_answers(ana, ben, cole):
    entry = make_waiting(ana, cole)
    offer = offer_place(entry=entry, place=make_bed(label="R9"), by=ana)
    (row,) = of_place_offers(ana, clock.now())
    assert (row.due_at, row.urgent, "R9" in row.why) == (offer.expires_at, True, True)
    assert of_place_offers(ben, clock.now()) == []
    decline(offer=offer, by=ana)
    assert of_place_offers(ana, clock.now()) == []


def test_pages_offer_and_take_the_answer(as_user, ana, cole):
    first_one, second = make_waiting(ana, cole), make_waiting(ana, cole)
    bed, client = make_bed(), as_user(ana)
    url = reverse("programs:waitlist-offer", args=[second.pk])
    assert "Somebody else is first" in client.get(url).content.decode()
    assert client.post(url, {"place": f"bed:{bed.pk}"}).status_code == 422
    given = {"place": f"bed:{bed.pk}", "passed_over": "The first is in court today.", "submit_key": uuid4()}
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 302
    offer = PlaceOffer.objects.get()
    page = client.get(reverse("programs:waitlist-entry", args=[second.pk])).content.decode()
    assert "The first is in court today." in page
    answer = reverse("programs:place-offer", args=[offer.pk])
    assert client.post(answer, {}).status_code == 422
    taken = client.post(answer, {"answer": "takes"})
    assert taken.url == reverse("programs:readiness", args=[second.episode_id])
    assert client.post(answer, {"answer": "not_now"}).status_code == 409
    assert client.get(reverse("programs:waitlist-offer", args=[first_one.pk])).status_code == 200


INSERT = (
    "INSERT INTO programs_placeoffer (id, entry_id, data_key_id, bed_use_id, state, expires_at, made_at)"
    " SELECT gen_random_uuid(), %s, %s, u.id, 'open', upper(u.period), app_now() FROM programs_beduse u"
)


def test_sql_offers_to_nobody_out_of_order(ana, cole):
    make_waiting(ana, cole, reasons=["overdose"])
    second = make_waiting(ana, cole)
    make_use(make_bed(), episode=second.episode, by=ana)
    assert code_of(INSERT, str(second.pk), str(second.data_key_id)) == "waitlist_out_of_order"


@pytest.mark.parametrize("other", ["person", "level"])
def test_sql_offers_no_place_that_is_not_held_for_them(ana, cole, other):
    entry = make_waiting(ana, cole)
    someone = make_waiting(ana, cole, "inpatient")
    if other == "person":
        make_use(make_bed(), episode=someone.episode, by=ana)
    else:
        make_use(make_bed(make_program("inpatient")), episode=entry.episode, by=ana)
    assert code_of(INSERT, str(entry.pk), str(entry.data_key_id)) == "offer_without_hold"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DELETE FROM programs_placeoffer", "waitlist_is_kept"),
        ("UPDATE programs_placeoffer SET expires_at = expires_at + interval '1 day'", "waitlist_is_kept"),
        ("UPDATE programs_placeoffer SET state = 'accepted'", "programs_placeoffer_end_complete"),
        (
            "UPDATE programs_placeoffer SET state = 'declined', ended_at = app_now();"
            " UPDATE programs_placeoffer SET state = 'open', ended_at = NULL",
            "waitlist_is_kept",
        ),
    ],
)
def test_sql_changes_no_answer(ana, cole, sql, code):
    offer_place(entry=make_waiting(ana, cole), place=make_bed(), by=ana)
    assert code_of(sql) == code


def test_the_database_and_the_rule_name_the_same_first(ana, cole):
    """Whoever the rule calls first is accepted without a reason, everybody behind them is refused."""
    line = [make_waiting(ana, cole, reasons=reasons) for reasons in ([], ["unsafe"], [], ["overdose"])]
    bed = make_bed()
    now = clock.now()
    next_one = first(line_of("residential", now), now).key
    for entry in line:
        with transaction.atomic():
            use = make_use(bed, episode=entry.episode, start=now, end=now + HOUR, by=ana)
            found = code_of(INSERT + " WHERE u.id = %s", str(entry.pk), str(entry.data_key_id), str(use.pk))
            transaction.set_rollback(True)
        assert (found is None) == (entry.pk == next_one), entry
    assert offer_next(bed, by=ana).entry_id == next_one


@pytest.mark.parametrize("kind", ["bed", "slot"])
@pytest.mark.parametrize("view", ["table", "tiles"])
def test_the_board_shows_an_offered_place_and_leads_to_the_answer(as_user, ana, ben, cole, kind, view):
    room = make_bed() if kind == "bed" else make_program("php")
    entry = make_waiting(ana, cole, "residential" if kind == "bed" else "php")
    offer = offer_place(entry=entry, place=room, by=ana)
    url = reverse("programs:bed-board") + f"?view={view}"
    page = as_user(ana).get(url).content.decode()
    held = offer.bed_use or offer.slot_hold
    answer = reverse("programs:place-offer", args=[offer.pk])
    assert "Offered" in page and answer in page
    for name in ("extend", "release"):
        assert reverse(f"programs:{kind}-{name}", args=[held.pk]) not in page
    assert answer not in as_user(ben).get(url).content.decode()
    accept(offer=offer, by=ana)
    assert "Offered" not in as_user(ana).get(url).content.decode()


def test_who_says_not_now_is_told_that_places_go_to_others_for_a_day(as_user, ana, cole):
    offer = offer_place(entry=make_waiting(ana, cole), place=make_bed(), by=ana)
    page = as_user(ana).get(reverse("programs:place-offer", args=[offer.pk])).content.decode()
    assert "places go to others for 24 hours" in page
    assert REST == 24 * HOUR

"""Offering a free bed or slot to who is next: held until the offer ends.

Locks go episode, then the bed or the program, then entry, offer.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from outbox.submit import once
from programs.actions import slots
from programs.actions.beds import taken
from programs.actions.common import demand, not_by_break_glass
from programs.actions.holds import Held, place_ids
from programs.actions.places import Place, hold, place_of_hold
from programs.actions.waitlist import end, end_offer, lock_entry, user_of
from programs.choices import UseKind
from programs.choices_waiting import EntryEnd, OfferState
from programs.models import Bed, BedUse, PlaceOffer, Program, SlotHold, WaitlistEntry
from programs.queries_slots import free_slots
from programs.queries_waiting import free_places, line_of, open_entries
from programs.rules.waiting import first

log = logging.getLogger("clearway.waitlist")

SWEEP_LIMIT = 50
TRIES = 3
_GONE = {
    "programs_placeoffer_one_open": "A place is offered to this person already.",
    "waitlist_out_of_order": "Somebody else is first in the order now. Look at the list again.",
}


def offer_place(
    *,
    entry: WaitlistEntry,
    place: Place,
    by: Any,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> PlaceOffer:
    """Offer a free bed, or a slot of a day program, to somebody who waits; it is held until the offer ends.

    Raises Refused for a place of another level, somebody who is out at detox, or when others are first and
    nobody wrote why they are passed over; Conflict when the place is taken or the person has one.
    """
    if user_of(by):
        demand(by, "programs.bed_hold")
    now = clock.now()
    try:
        with transaction.atomic():
            key = once(submit_key, scope="waitlist.offer", by=by) if submit_key else None
            offer = _offer(entry, place, by, passed_over.strip(), now)
            if key:
                key.done(url)
            return offer
    except IntegrityError as error:
        code = refusal_code(error) or ""
        if code in _GONE:
            raise Conflict(_GONE[code]) from error
        if isinstance(place, Program):
            raise slots.explained(error, place) from error
        if code == "programs_beduse_no_overlap":
            raise taken(place, now) from error
        raise


def _lock_place(place: Place, level: str) -> Place:
    """Lock a bed or a day program of the level that somebody waits for. Raises Refused for another one."""
    found: Place
    if isinstance(place, Program):
        found = Program.objects.select_for_update(of=("self",)).get(pk=place.pk)
        fits = found.active and found.slots is not None and found.level == level
    else:
        found = Bed.objects.select_for_update(of=("self",)).select_related("program").get(pk=place.pk)
        fits = found.active and found.program.active and found.program.level == level
    if not fits:
        raise Refused("other_level", "Select a place of the level that the person waits for", field="place")
    return found


def _offer(entry: WaitlistEntry, place: Place, by: Any, passed_over: str, now: datetime) -> PlaceOffer:
    episode = lock_episode(entry.episode_id)
    room = _lock_place(place, entry.level)
    _, locked = lock_entry(entry)
    line = line_of(locked.level, now)
    mine = next(one for one in line if one.key == locked.pk)
    if mine.has_place:
        raise Conflict("This person has a place held already.")
    if mine.at_detox:
        text = "The person is out at detox. Keep a place for the return instead"
        raise Refused("at_detox", text, field="place")
    ahead = first(line, now)
    if ahead is not None and ahead.key != locked.pk and (ahead.rank, ahead.since) < (mine.rank, mine.since):
        if not passed_over:
            raise Refused("passed_over", "Write why the first person is passed over", field="passed_over")
    else:
        passed_over = ""
    expires = now + timedelta(hours=settings.WAITLIST_OFFER_HOURS)
    who = user_of(by)
    held = _held(room, episode=episode, kind=UseKind.HOLD, period=(now, expires), made_by=who)
    offer = PlaceOffer.objects.create(
        entry=locked,
        data_key=locked.data_key,
        bed_use=held if isinstance(held, BedUse) else None,
        slot_hold=held if isinstance(held, SlotHold) else None,
        passed_over=passed_over or None,
        made_by=who,
        expires_at=expires,
    )
    record(
        "place.offered",
        by=by,
        obj=offer,
        person=episode.person_id,
        passed_over=bool(passed_over),
        **place_ids(held),
    )
    return offer


def _held(room: Place, **values: Any) -> Held:
    if isinstance(room, Program):
        return SlotHold.objects.create(program=room, **values)
    return BedUse.objects.create(bed=room, **values)


@transaction.atomic
def accept(*, offer: PlaceOffer, by: Any, words: str = "") -> PlaceOffer:
    """The person takes the place: it is held for them like any other, for a day from now.

    They stay on the list until they are admitted. Raises Conflict when the offer or its hold has ended.
    """
    demand(by, "programs.bed_hold")
    locked, now = _lock(offer), clock.now()
    not_by_break_glass(by, locked.entry.episode.person)
    held = locked.held
    if locked.expires_at <= now or held.released_at is not None:
        raise Conflict("This offer has ended. The place is not held any more.")
    end_offer(locked, OfferState.ACCEPTED, by=by, now=now, words=words, keep=True)
    try:
        hold(place=place_of_hold(held), episode=locked.entry.episode, by=by)
    except Conflict:
        log.info("offer %s: the place is not open for a day, its hold stays as it was", locked.pk)
    return locked


@transaction.atomic
def decline(*, offer: PlaceOffer, by: Any, words: str = "", stops: bool = False) -> PlaceOffer:
    """The person does not take it: the place is offered to who is next at once. They keep their turn.

    With `stops` they leave the list. Raises Conflict when the offer has ended.
    """
    demand(by, "programs.bed_hold")
    locked, now = _lock(offer), clock.now()
    not_by_break_glass(by, locked.entry.episode.person)
    end_offer(locked, OfferState.DECLINED, by=by, now=now, words=words)
    if stops:
        end(locked.entry, reason=EntryEnd.PERSON, by=by, now=now)
    offer_next(place_of_hold(locked.held), by=Actor.system())
    return locked


def _lock(offer: PlaceOffer) -> PlaceOffer:
    entry = PlaceOffer.objects.select_related("entry").get(pk=offer.pk).entry
    _, kept = lock_entry(entry)
    locked = (
        PlaceOffer.objects.select_for_update(of=("self",))
        .select_related("data_key", "bed_use__bed", "slot_hold__program")
        .get(pk=offer.pk)
    )
    if locked.state != OfferState.OPEN:
        raise Conflict("This offer has ended. Nothing was changed.")
    locked.entry = kept
    return locked


def offer_next(place: Place, *, by: Any) -> PlaceOffer | None:
    """Offer a place to who is next, or to nobody when nobody is ready or somebody was faster."""
    level = place.level if isinstance(place, Program) else place.program.level
    for _ in range(TRIES):
        now = clock.now()
        ahead = first(line_of(level, now), now)
        if ahead is None:
            return None
        try:
            return offer_place(entry=WaitlistEntry.objects.get(pk=ahead.key), place=place, by=by)
        except Conflict:
            if not _is_free(place, now):
                return None
    return None


def _is_free(place: Place, now: datetime) -> bool:
    if isinstance(place, Program):
        return free_slots(place.level).filter(pk=place.pk).exists()
    return not BedUse.objects.filter(bed=place, period__contains=now).exists()


def sweep_places(now: datetime) -> None:
    """End offers whose time is over or whose hold somebody released, then offer what is free."""
    system = Actor.system()
    ended = PlaceOffer.objects.filter(state=OfferState.OPEN).select_related("bed_use", "slot_hold")
    for one in ended.order_by("expires_at", "id")[: SWEEP_LIMIT * 4]:
        if one.expires_at <= now or one.held.released_at is not None:
            over = OfferState.EXPIRED if one.expires_at <= now else OfferState.WITHDRAWN
            with transaction.atomic():
                _end_by_time(one, over, system, now)
    until = now + timedelta(hours=settings.WAITLIST_OFFER_HOURS)
    for level in set(open_entries().values_list("level", flat=True)):
        for place in free_places(level, now, until, SWEEP_LIMIT):
            if offer_next(place, by=system) is None:
                break


def _end_by_time(offer: PlaceOffer, state: str, by: Any, now: datetime) -> None:
    try:
        locked = _lock(offer)
    except Conflict:
        return
    end_offer(locked, state, by=by, now=now)

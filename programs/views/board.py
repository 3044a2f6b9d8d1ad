"""The board: what each bed is used for now and next, the census, the days ahead, slots, a place's history."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record
from config import clock
from config.clock import center_day
from intake.picture import center_zone
from intake.queries import episodes_for
from programs.actions.holds import Held
from programs.choices import UseKind
from programs.choices_waiting import OfferState
from programs.display import BED_CHIP, bed_chip
from programs.models import Bed, BedUse, PlaceOffer, SlotHold
from programs.queries import LIST_LIMIT, beds_for, board, ended_holds, programs_for
from programs.queries_board import arrivals, history_of, leaves_of
from programs.queries_slots import ended_slot_holds, held_slots, history_of_slots
from programs.rules.bed_days import Use, is_open

DAYS_AHEAD = 3
OFFERED = ("attention", "Offered")
COUNTED = (
    (UseKind.STAY, "in use"),
    (None, "open"),
    (UseKind.HOLD, "held"),
    (UseKind.RETURN, "held for a return"),
    (UseKind.CLEANING, "cleaning"),
    (UseKind.OUT, "out of use"),
)


def initials(name: str) -> str:
    """Return a name's initials, for screens that others see."""
    return " ".join(f"{word[0].upper()}." for word in name.split()[:2])


@dataclass(frozen=True)
class Shown:
    """What the board was asked to show, as its address says it."""

    full: bool
    tiles: bool
    program: str

    @classmethod
    def asked(cls, request: HttpRequest) -> "Shown":
        """Read the address; what it does not know is left out."""
        get = request.GET
        return cls(get.get("names") == "full", get.get("view") == "tiles", get.get("program", ""))

    def address(self, **other: Any) -> str:
        """Return the query of the same board with something else about it."""
        that = replace(self, **other)
        said = {
            "view": "tiles" if that.tiles else "",
            "names": "full" if that.full else "",
            "program": that.program,
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True)
class Reach:
    """Who looks, when, and whose names they may read."""

    now: datetime
    visible: Collection[UUID]
    full: bool = False

    def who(self, use: Held | None) -> str:
        """Return whose use it is: initials unless full names were asked for, nothing of a stranger."""
        if use is None or use.episode_id is None:
            return ""
        if use.episode_id not in self.visible:
            return "Not shown"
        name = use.episode.person.called
        return name if self.full else initials(name)


@staff("programs.bed_read")
@require_safe
def bed_board(request: HttpRequest) -> HttpResponse:
    """Every bed, what it is used for now and next, and the census. Initials only, unless asked for."""
    now, shown = clock.now(), Shown.asked(request)
    beds = list(board(request.user, now))
    wards = {str(bed.program_id): bed.program.name for bed in beds}
    if shown.program not in wards:
        shown = replace(shown, program="")
    beds = [bed for bed in beds if shown.program in ("", str(bed.program_id))]
    ended = [*ended_holds(request.user, now)[:LIST_LIMIT], *ended_slot_holds(request.user, now)[:LIST_LIMIT]]
    slots = list(held_slots(request.user)[:LIST_LIMIT])
    in_beds = [use for bed in beds for use in _coming(bed)]
    reach = Reach(now, _visible(request.user, [*in_beds, *ended, *slots]), shown.full)
    leaves = leaves_of([use.admission.pk for use in in_beds if use.kind == UseKind.STAY])
    expected = arrivals(now)
    rows = [_row(bed, reach, leaves, expected) for bed in beds]
    record("list.viewed", by=request.user, what="beds", full_names=shown.full, shown=[*reach.visible])
    counts = Counter(row["kind"] for row in rows)
    context = {
        "rows": rows,
        "census": [(counts[kind], words) for kind, words in COUNTED],
        "total": len(rows),
        "ended": [_held(held, reach) for held in ended],
        "slots": [_held(held, reach) for held in slots],
        "days": _days(beds, now, leaves, _of_shown(expected, beds, shown)),
        "wards": [(name, shown.address(program=pk), pk == shown.program) for pk, name in wards.items()],
        "links": _links(shown),
        "programs": _days_by_slots(request.user),
        "now": now,
        "shown": shown,
        "may_take_out": request.user.has_perm("programs.bed_take_out"),
    }
    return render(request, "programs/bed_board.html", context)


def _of_shown(expected: dict[UUID, datetime], beds: list[Bed], shown: Shown) -> dict[UUID, datetime]:
    """Return the arrivals of the shown program: of people for whom a bed of it is held. All, of the whole."""
    if not shown.program:
        return expected
    held = {use.episode_id for bed in beds for use in _coming(bed)}
    return {episode: at for episode, at in expected.items() if episode in held}


def _links(shown: Shown) -> dict[str, str]:
    return {
        "table_url": shown.address(tiles=False),
        "tiles_url": shown.address(tiles=True),
        "initials_url": shown.address(full=False),
        "full_url": shown.address(full=True),
        "all_url": shown.address(program=""),
    }


def _coming(bed: Bed) -> list[BedUse]:
    return getattr(bed, "coming", [])


def _days_by_slots(user: Any) -> list[dict[str, Any]]:
    """Return the day programs with how many of their slots are open."""
    days = programs_for(user).filter(slots__isnull=False)
    return [{"program": one, "open": max(one.slots - one.taken, 0)} for one in days]


def _offer(held: Held | None) -> PlaceOffer | None:
    """Return the open offer behind a hold: it waits for an answer, and is neither held on nor released."""
    offer = getattr(held, "offer", None)
    return offer if offer is not None and offer.state == OfferState.OPEN else None


def _held(held: Held, reach: Reach) -> dict[str, Any]:
    """Return a hold of a bed or a slot as a row: whose, until when, where it is held on or released."""
    offer = _offer(held)
    family, words = OFFERED if offer else BED_CHIP[UseKind(held.kind)]
    name = "slot" if isinstance(held, SlotHold) else "bed"
    return {
        "use": held,
        "offer": offer,
        "kind": held.kind,
        "family": family,
        "words": words,
        "who": reach.who(held),
        "episode_id": held.episode_id if held.episode_id in reach.visible else None,
        "until": held.period.upper,
        "extend_url": reverse(f"programs:{name}-extend", args=[held.pk]),
        "release_url": reverse(f"programs:{name}-release", args=[held.pk]),
    }


def _visible(user: Any, uses: Sequence[Held]) -> set[UUID]:
    """Return which of the people in these uses `user` may see."""
    asked = {use.episode_id for use in uses if use.episode_id}
    return set(episodes_for(user).filter(pk__in=asked).values_list("pk", flat=True))


def _row(bed: Bed, reach: Reach, leaves: dict[UUID, date], expected: dict[UUID, datetime]) -> dict[str, Any]:
    now = reach.now
    use = next((one for one in _coming(bed) if one.period.lower <= now), None)
    later = next((one for one in _coming(bed) if one.period.lower > now), None)
    offer = _offer(use)
    family, words = OFFERED if offer else bed_chip(use)
    stays = use is not None and use.kind == UseKind.STAY
    leaves_on = leaves.get(use.admission.pk) if stays else None
    began = center_day(use.admission.admitted_at) if stays else None
    return {
        "bed": bed,
        "use": use,
        "offer": offer,
        "kind": use.kind if use else None,
        "family": family,
        "words": words,
        "who": reach.who(use),
        "episode_id": use.episode_id if use and use.episode_id in reach.visible else None,
        "until": use.period.upper if use else None,
        "day": (center_day(now) - began).days + 1 if began else None,
        "plan_day": (leaves_on - began).days + 1 if began and leaves_on else None,
        "leaves_on": leaves_on,
        "overdue": leaves_on is not None and leaves_on < center_day(now),
        "arrives": expected.get(use.episode_id) if use and use.kind != UseKind.STAY else None,
        "later": later,
    }


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), center_zone())


def _days(
    beds: list[Bed], now: datetime, leaves: dict[UUID, date], expected: dict[UUID, datetime]
) -> list[dict[str, Any]]:
    """Return today and the three days after it: who comes, who is planned to leave, which beds are open."""
    uses = [[_use(use, leaves, expected) for use in _coming(bed)] for bed in beds]
    coming = Counter(center_day(at) for at in expected.values())
    going = Counter(leaves.values())
    rows = []
    for day in (center_day(now) + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)):
        end = _begins(day + timedelta(days=1)) - timedelta(seconds=1)
        open_beds = sum(is_open(of_bed, end, now) for of_bed in uses)
        rows.append({"day": day, "arrivals": coming[day], "leaves": going[day], "open": open_beds})
    return rows


def _use(use: BedUse, leaves: dict[UUID, date], expected: dict[UUID, datetime]) -> Use:
    leaves_on = leaves.get(use.admission.pk) if use.kind == UseKind.STAY else None
    return Use(
        use.kind,
        use.period.lower,
        use.period.upper,
        about=use.review_at,
        leaves=_begins(leaves_on) if leaves_on else None,
        expected=use.episode_id in expected,
    )


def _why_first(use: Held, reach: Reach) -> str:
    """Return why the person came before others on the waitlist, where the reader works with them."""
    if use.episode_id not in reach.visible:
        return ""
    stay = getattr(use, "admission", None)
    over = getattr(use, "passed_over", None) or getattr(stay, "passed_over", None)
    return over.reason if over else ""


@staff("programs.bed_read")
@require_safe
def history(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """What one bed was used for, the latest first. Initials only, of people in reach."""
    bed = get_object_or_404(beds_for(request.user), pk=bed_id)
    record("list.viewed", by=request.user, what="history of a bed", obj=bed)
    return _history(request, list(history_of(bed.pk, LIST_LIMIT)), "History of a bed", bed.label)


@staff("programs.bed_read")
@require_safe
def slot_history(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Who had or was held a slot of a day program, the latest first. Initials only, of people in reach."""
    program = get_object_or_404(programs_for(request.user), pk=program_id, slots__isnull=False)
    record("list.viewed", by=request.user, what="history of slots", obj=program)
    return _history(request, history_of_slots(program, LIST_LIMIT), "History of slots", program.name)


def _history(request: HttpRequest, uses: Sequence[Any], title: str, place: str) -> HttpResponse:
    now = clock.now()
    reach = Reach(now, _visible(request.user, uses))
    rows = [
        {"use": use, "chip": bed_chip(use), "who": reach.who(use), "passed_over": _why_first(use, reach)}
        for use in uses
    ]
    context = {"title": title, "place": place, "rows": rows, "now": now, "limit": LIST_LIMIT}
    return render(request, "programs/place_history.html", context)

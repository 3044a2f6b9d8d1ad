"""What holds of beds and of slots share: a person has one place at a time, and a hold ends once."""

from datetime import datetime, timedelta
from typing import Any

from audit.actions import record
from config.errors import Conflict, Refused
from intake.models import Episode
from programs.choices import HOLDS, Level, UseKind
from programs.choices_waiting import OfferState
from programs.models import BedUse, PlaceOffer, SlotHold
from programs.queries_waiting import position_of

Held = BedUse | SlotHold

HOLD_HOURS = 24
"""How long an ordinary hold lasts unless told otherwise."""

LONGEST_HOLD = timedelta(days=7)
RETURN_REVIEW = timedelta(hours=48)
"""How long after the expected return somebody asks whether the reservation is still needed."""


def period_of_hold(until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when an ordinary hold is. Raises Refused for an end too early or too late."""
    ends = until or now + timedelta(hours=HOLD_HOURS)
    if not now < ends <= now + LONGEST_HOLD:
        raise Refused("hold_end", "A hold ends later than now and within 7 days", field="until")
    return now, ends


def check_longer(held: Held, until: datetime) -> None:
    """Refuse to hold on, to `until`, a locked hold that was ended, is offered, or lasts as long already."""
    if held.kind != UseKind.HOLD or held.released_at is not None:
        raise Conflict("This had ended already.")
    what, place = ("slot", "slot_hold") if isinstance(held, SlotHold) else ("bed", "bed_use")
    if PlaceOffer.objects.filter(**{place: held}, state=OfferState.OPEN).exists():
        raise Conflict(f"This {what} is offered from the waitlist: the offer says until when it is held.")
    if until <= held.period.upper:
        raise Refused("hold_end", "Enter a time after the end of the hold", field="until")


def review_of_return(expected_at: datetime, now: datetime) -> datetime:
    """Return when somebody asks about a reservation. Raises Refused for a return that is not to come."""
    if expected_at <= now:
        raise Refused("return_expected", "The return is expected later than now", field="until")
    return expected_at + RETURN_REVIEW


def is_over(held: Held, now: datetime) -> bool:
    """Tell whether a use has ended, by itself or because somebody ended it."""
    return held.period.isempty or (held.period.upper is not None and held.period.upper <= now)


def cut(held: Held, who: Any, now: datetime) -> None:
    """End a locked use at `now`, unless its period has ended before; `who` is None for the product."""
    if not is_over(held, now):
        start = held.period.lower
        held.period = (start, now) if start < now else (now, now)
    held.released_at, held.released_by = now, who
    held.save(update_fields=["period", "released_at", "released_by"])


def end_hold(held: Held, by: Any, now: datetime) -> None:
    """Cut a locked use at `now`, and write that somebody did."""
    cut(held, by, now)
    person = held.episode.person_id if held.episode else None
    name = "slot.released" if isinstance(held, SlotHold) else "bed.released"
    record(name, by=by, obj=held, person=person, kind=held.kind, **place_ids(held))


def place_ids(held: Held) -> dict[str, Any]:
    """Return the ids that an event about this place holds."""
    return {"program": held.program_id} if isinstance(held, SlotHold) else {"bed": held.bed_id}


def holds_of(episode: Episode) -> list[Held]:
    """Lock and return every hold and reservation of an episode that nobody has released, ended or not."""
    unreleased = {"episode": episode, "kind__in": HOLDS, "released_at__isnull": True}
    beds = BedUse.objects.filter(**unreleased).select_for_update(of=("self",))
    slots = SlotHold.objects.filter(**unreleased).select_for_update(of=("self",))
    return [*beds, *slots]


def end_holds_of(episode: Episode, by: Any, now: datetime) -> None:
    """End every hold of a locked episode, when the person has another place or the episode closes."""
    for held in holds_of(episode):
        end_hold(held, by, now)


def in_line(episode: Episode, level: str) -> tuple[str, bool]:
    """Return in words where on the waitlist for a level somebody is or would be, and whether they wait."""
    position, waits = position_of(episode, level)
    is_there = "is" if waits else "would be"
    return f"On the waitlist for {Level(level).label} the person {is_there} number {position}.", waits

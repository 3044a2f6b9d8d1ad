"""Which beds are open at the end of the days ahead, from what is known now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Use:
    """One use of a bed. `about`: when cleaning is done; `leaves`: the planned end of a stay.

    `expected`: the person of a hold has a time of arrival, so the hold goes over into a stay.
    """

    kind: str
    start: datetime
    end: datetime | None = None
    about: datetime | None = None
    leaves: datetime | None = None
    expected: bool = False


def ends(use: Use, now: datetime) -> datetime | None:
    """Return from when the bed counts on being open again; None when nobody can say.

    A planned leave that has passed says nothing: the person is still there.
    """
    if use.kind == "stay":
        return use.leaves if use.leaves is not None and use.leaves > now else use.end
    if use.kind == "cleaning":
        return use.about
    if use.kind == "hold" and use.expected:
        return None
    return use.end


def is_open(uses: Iterable[Use], at: datetime, now: datetime) -> bool:
    """Tell whether a bed with these uses is open at a moment from now on."""
    for use in uses:
        end = ends(use, now)
        if use.start <= at and (end is None or at < end):
            return False
    return True

"""Stored matching decisions of whole months as input of the report on unmet need. Nobody is named.

What a decision says is sealed with the person's key, so it is opened here one by one and only counted; a
disposed record counts no more.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from records.fields import around_closed
from referrals.models import MatchDecision
from referrals.rules.choice import fitting
from referrals.rules.unmet import FELL_BACK, FOUND, NOBODY, Decided


def decided_in(begin: date, end: date) -> Iterator[Decided]:
    """Yield every decision of the months from `begin` to before `end`, both the first of a month."""
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    made = MatchDecision.objects.filter(
        made_at__gte=datetime.combine(begin, time(), zone), made_at__lt=datetime.combine(end, time(), zone)
    )
    for one in made.select_related("data_key").defer("snapshot").order_by("made_at").iterator(chunk_size=500):
        with around_closed():
            result = one.result
        if result:
            yield _decided(result)


def _decided(result: dict[str, Any]) -> Decided:
    return Decided(
        way=_way(result),
        area=result.get("area", ""),
        in_the_way=tuple((code, out, alone) for code, out, alone in result["in_the_way"]),
    )


def _way(result: dict[str, Any]) -> str:
    """Nobody asked is nobody found; asked outside the network, or ruled out here, is a fall-back."""
    if not result["chosen"]:
        return NOBODY
    fits = set(fitting(result["matches"]))
    return FELL_BACK if result.get("outside") or set(result["chosen"]) - fits else FOUND

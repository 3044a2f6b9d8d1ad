"""Which screen interrupts the assessment, and on which answers."""

from collections.abc import Mapping
from typing import Any

# Stopping these suddenly can cause seizures (seed 003; spec/clinical.md, dangerous withdrawal).
SEIZURE_RISK = ("alcohol", "benzodiazepine")
RECENT_HOURS = 72
DAILY = 7


def dangerous_withdrawal(picture: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answers that ask for "do not stop all at once"; None when there are none.

    Alcohol or benzodiazepines every day with a last use that is recent or not known, or a past seizure or
    delirium in withdrawal. The same answers give the same result, so that a screen once confirmed stays away.
    """
    used = picture.get("substances", {})
    daily = [code for code in SEIZURE_RISK if _daily_and_recent(used.get(code, {}))]
    past = picture.get("prior_complicated_withdrawal") == "yes"
    return {"daily": daily, "past": past} if daily or past else None


def _daily_and_recent(entry: Mapping[str, Any]) -> bool:
    hours = entry.get("hours_since_last")
    return entry.get("days_per_week", 0) >= DAILY and (hours is None or hours < RECENT_HOURS)

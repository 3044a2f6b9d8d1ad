"""When a closed episode may go on instead of a new one (features D16). Pure."""

from datetime import datetime, timedelta

from intake.choices import CloseReason

WITHIN = timedelta(days=30)
# The person paused or we lost them; a stay that was completed, or care elsewhere, is over.
PAUSED = frozenset({CloseReason.DECLINED_BY_PERSON.value, CloseReason.LOST_CONTACT.value})


def may_resume(*, reason: str, closed_at: datetime | None, now: datetime) -> bool:
    """Say whether an episode that closed then, for this reason, may be resumed now."""
    return closed_at is not None and reason in PAUSED and now <= closed_at + WITHIN

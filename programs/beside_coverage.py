"""What programs says beside a plan's no: the clearance goes on running while somebody finds another way."""

from datetime import datetime

from django.urls import reverse

from config.templatetags.ui import clock_day
from intake.models import Episode
from programs.choices import ClearanceStatus
from programs.queries import clearance_of

Note = tuple[str, str, str]
_RUNNING = (ClearanceStatus.RECEIVED, ClearanceStatus.ACCEPTED, ClearanceStatus.VERIFIED)


def clearance_clock(*, episode: Episode, now: datetime) -> list[Note]:
    """Return a note of when the clearance of an episode ends, while it runs (a hook of intake)."""
    paper = clearance_of(episode)
    if paper is None or paper.status not in _RUNNING or paper.valid_until is None or paper.valid_until <= now:
        return []
    text = (
        f"It ends {clock_day(paper.valid_until, now)}. Payment does not stop it: find another way to pay "
        "before then, or admit and say why benefits are open."
    )
    return [
        (
            "The plan said no, and the clearance is running",
            text,
            reverse("programs:readiness", args=[episode.pk]),
        )
    ]

"""What of programs ends with an episode, in the transaction that closes it."""

from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from config.errors import Refused
from intake.models import Episode
from programs.actions.holds import Held, end_holds_of
from programs.actions.waitlist import end_all
from programs.choices import UseKind
from programs.models import Admission, BedUse, SlotHold


def returns_kept_for(episode: Episode) -> list[Held]:
    """Return the beds and slots that are kept for the return of an episode from detox."""
    kept = {
        "episode": episode,
        "kind": UseKind.RETURN,
        "released_at__isnull": True,
        "period__isempty": False,
    }
    beds = BedUse.objects.filter(**kept).select_related("bed")
    return [*beds, *SlotHold.objects.filter(**kept).select_related("program")]


def let_go(*, episode: Episode, by: Any, now: datetime) -> None:
    """Hook of intake: waiting and ordinary holds end with the episode.

    Somebody who is here is discharged first. A place that is kept for a return is released by a person only.
    Both stop the close: raises Refused until it is done; the release also on the same form.
    """
    if Admission.objects.filter(episode=episode, discharged_at__isnull=True).exists():
        raise Refused("admission_open", "Record the discharge first")
    for kept in returns_kept_for(episode):
        text = f"{capfirst(kept.place)} is kept for the return from detox. Say that it is released"
        raise Refused("return_kept", text, field="release_return")
    end_all(episode=episode, by=by, now=now)
    end_holds_of(episode, by, now)

"""What was decided in a person's earlier episodes, and what followed: for the clinician who decides now."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from intake.models import Episode
from intake.queries import episodes_for
from programs.display import determination_words
from programs.models import Admission, Determination
from records.queries import same_person

MOST = 10


@dataclass(frozen=True)
class Earlier:
    """One earlier episode: what was decided (empty: nothing), and which stays followed."""

    episode: Episode
    decided: str
    stays: list[Admission]


def earlier_care(user: Any, episode: Episode) -> list[Earlier]:
    """Return the earlier episodes of the person of this one, newest first; three queries at most."""
    signed = Determination.objects.filter(superseded_at__isnull=True).order_by("-signed_at", "id")
    stays = Admission.objects.select_related("program_revision", "data_key").order_by("admitted_at", "id")
    found = (
        episodes_for(user)
        .filter(person__in=same_person(episode.person), opened_at__lt=episode.opened_at)
        .exclude(pk=episode.pk)
        .prefetch_related(
            Prefetch("determinations", signed, to_attr="in_force"),
            Prefetch("admissions", stays, to_attr="stays"),
        )
    )
    return [
        Earlier(one, determination_words(one.in_force[0]) if one.in_force else "", one.stays)
        for one in found.order_by("-opened_at", "-id")[:MOST]
    ]

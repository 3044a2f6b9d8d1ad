"""What is learned after an examination can end its clearance at once."""

from datetime import datetime
from typing import Any

from audit.actors import Actor
from intake.models import Assessment, Episode
from programs.actions.clearances import revoke
from programs.choices import RevokeReason
from programs.models import MedicalClearance
from programs.since import learned_since
from programs.workflow import LIVE


def void_on_new_facts(*, assessment: Assessment, by: Any, now: datetime) -> None:
    """Hook of intake: revoke live clearances after a use, an emergency sign, a high finding or a pregnancy.

    Accepting, admitting and the gate would refuse anyway; revoking says so before anybody arrives.
    """
    live = MedicalClearance.objects.filter(episode_id=assessment.episode_id, status__in=LIVE)
    for clearance in live.select_related("data_key"):
        clearance.episode = assessment.episode
        reason = learned_since(clearance, now, assessment)
        if reason is not None:
            revoke(clearance=clearance, by=Actor.system(), reason=reason)


def void_on_resume(*, episode: Episode, by: Any, now: datetime) -> None:
    """Hook of intake: after a pause nobody is cleared by an examination from before it."""
    for clearance in MedicalClearance.objects.filter(episode=episode, status__in=LIVE):
        revoke(clearance=clearance, by=Actor.system(), reason=RevokeReason.PAUSED)

"""What is learned after an examination can end its clearance at once."""

from datetime import datetime
from typing import Any

from audit.actors import Actor
from intake.models import Assessment, Episode
from intake.picture import picture_of
from programs.actions.clearances import revoke
from programs.choices import RevokeReason
from programs.models import MedicalClearance
from programs.rules.detox import decide_detox
from programs.workflow import LIVE


def void_on_new_facts(*, assessment: Assessment, by: Any, now: datetime) -> None:
    """Hook of intake: revoke live clearances after a reported use or an emergency sign.

    The gate would refuse the use anyway; revoking says so before anybody arrives.
    """
    live = MedicalClearance.objects.filter(episode_id=assessment.episode_id, status__in=LIVE)
    if not live.exists():
        return
    alarm = assessment.status != "decided" and _emergency(assessment, now)
    used = Episode.objects.values_list("last_use_latest", flat=True).get(pk=assessment.episode_id)
    for clearance in live:
        sign = assessment.episode.safety_checks.filter(emergency=True, asked_at__gt=clearance.examined_at)
        if alarm or sign.exists():
            revoke(clearance=clearance, by=Actor.system(), reason=RevokeReason.RED_FLAG)
        elif used is not None and used >= clearance.examined_at:
            revoke(clearance=clearance, by=Actor.system(), reason=RevokeReason.RETURN_TO_USE)


def _emergency(assessment: Assessment, now: datetime) -> bool:
    """Tell whether the open answers make an emergency; decided ones are of an earlier day."""
    return decide_detox(picture_of(assessment, now)).outcome == "emergency_now"

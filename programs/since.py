"""What came to light after an examination, and ends its clearance: read anew where it is judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from intake.models import Assessment, Episode
from intake.picture import center_zone, facts_of
from intake.queries import current_assessment
from intake.readings import readings_of, records_of
from intake.rules.entry_limits import EMERGENCY, concern
from intake.rules.picture import build_picture
from intake.rules.readings import Reading, inputs
from programs.choices import RevokeReason
from programs.models import MedicalClearance
from programs.rules.clearance import knew_of_pregnancy, rose
from programs.rules.detox import decide_detox


def learned_since(
    clearance: MedicalClearance, now: datetime, assessment: Assessment | None = None
) -> RevokeReason | None:
    """Return why a received clearance no longer holds; None while nothing speaks against it.

    A yes to a safety question or an emergency by the detox rules; a use; a score or a vital sign measured
    since that is outside the entry band; a pregnancy that nobody knew of. `assessment`: the open answers,
    when they are at hand.
    """
    episode, examined = clearance.episode, cast(datetime, clearance.examined_at)
    answers = assessment or current_assessment(episode)
    facts = None if answers is None or answers.status == "decided" else facts_of(answers)
    picture = build_picture(facts, now=now, zone=center_zone()) if facts else {}
    if _red_flag(episode, picture, examined):
        return RevokeReason.RED_FLAG
    used = Episode.objects.values_list("last_use_latest", flat=True).get(pk=episode.pk)
    if used is not None and used >= examined:
        return RevokeReason.RETURN_TO_USE
    measured = _measured(readings_of(records_of(episode)), clearance.said, examined)
    if measured is not None:
        return measured
    if answers is not None and answers.sections.filter(red_flag_at__gt=examined).exists():
        return RevokeReason.VITAL_SIGN
    found = picture.get("pregnant") == "yes" and not knew_of_pregnancy(clearance.said)
    return RevokeReason.PREGNANCY if found else None


def _red_flag(episode: Episode, picture: Mapping[str, Any], examined: datetime) -> bool:
    if picture and decide_detox(picture).outcome == "emergency_now":
        return True
    return episode.safety_checks.filter(emergency=True, asked_at__gt=examined).exists()


def _measured(
    readings: Sequence[Reading], said: Mapping[str, Any], examined: datetime
) -> RevokeReason | None:
    """Why results observed since end it: an emergency, above the entry limit, or a COWS that rises again.

    Each counts, also when a later one is lower again: the gate judges them the same way.
    """
    later = [one for one in readings if one.observed_at > examined]
    concerns = {concern(one) for one in later} - {""}
    if EMERGENCY in concerns:
        return RevokeReason.RED_FLAG
    cows = inputs(later).get("cows")
    high = concerns or (cows is not None and rose(said.get("cows"), cows.value))
    return RevokeReason.WITHDRAWAL_SCORE if high else None

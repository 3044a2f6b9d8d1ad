"""The state of a review beside its content: whose it is, what was asked, and which version this is."""

from datetime import datetime
from typing import Any

from intake.models import Assessment
from intake.queries_review import lines_of
from programs.choices import REVIEWABLE
from programs.models import Determination
from programs.queries import claim_of


def state_context(
    user: Any, assessment: Assessment, signed: Determination | None, now: datetime
) -> dict[str, Any]:
    """Return what the review page shows of its state. Three queries at most."""
    held = claim_of(assessment)
    if held is not None and held.until <= now:
        held = None
    decides = user.has_perm("programs.decide")
    return {
        "claim": held,
        "claimed_by_me": held is not None and held.held_by_id == user.pk,
        "may_claim": decides and assessment.status in REVIEWABLE,
        "may_ask": decides and assessment.status in ("ready_for_review", "in_review"),
        "questions": lines_of(assessment),
        "being_corrected": signed is not None and signed.assessment_id != assessment.pk,
    }

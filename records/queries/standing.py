"""What a recipient is under the law, as its papers show it on a day."""

from datetime import datetime

from django.db.models import QuerySet

from config.clock import center_day
from records.models import Recipient, StatusEvidence
from records.rules.standing import Standing, standing


def evidence_of(recipient: Recipient) -> QuerySet[StatusEvidence]:
    """Every paper that showed this recipient's status, the one in force first."""
    rows = StatusEvidence.objects.filter(recipient=recipient).select_related("checked_by")
    return rows.order_by("-added_at", "-id")


def standing_of(recipient: Recipient, now: datetime) -> Standing:
    """Return a recipient's status and how it is shown at `now`."""
    live = StatusEvidence.objects.filter(recipient=recipient, ended_at=None).first()
    return standing(
        recipient.legal_status,
        live.status if live else None,
        live.valid_until if live else None,
        center_day(now),
    )

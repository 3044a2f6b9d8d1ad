"""Keeping the paper that shows what a recipient is under the law. Who may is for the caller to check."""

from datetime import date, datetime
from typing import Any

from audit.actions import record
from config.clock import center_day
from config.errors import Refused
from records.choices import LegalStatus, StatusPaper
from records.models import Recipient, StatusEvidence


def keep_evidence(
    *,
    recipient: Recipient,
    status: str,
    paper: str,
    kept_at: str,
    checked_on: date,
    valid_until: date | None,
    by: Any,
    now: datetime,
) -> StatusEvidence:
    """Keep which paper shows a status; it takes the place of the one in force. Call it in a transaction.

    Raises Refused for a status or paper that is none, without where it is kept, and for days that don't fit.
    """
    if status not in LegalStatus.values:
        raise Refused("status", "Select what they are under the law", field="status")
    if paper not in StatusPaper.values:
        raise Refused("paper", "Select which paper shows it", field="paper")
    if not kept_at.strip():
        raise Refused("kept_at", "Enter where the paper is kept", field="kept_at")
    if checked_on > center_day(now):
        raise Refused("checked_on", "The day can't be later than today", field="checked_on")
    if valid_until is not None and valid_until < checked_on:
        raise Refused(
            "valid_until", "The end must be on or after the day it was checked", field="valid_until"
        )
    end_evidence(recipient=recipient, by=by, now=now)
    kept = StatusEvidence.objects.create(
        recipient=recipient,
        status=status,
        paper=paper,
        kept_at=" ".join(kept_at.split()),
        checked_on=checked_on,
        valid_until=valid_until,
        checked_by=by,
        added_at=now,
    )
    record("recipient.status_shown", by=by, obj=kept, recipient=recipient.pk, status=status, paper=paper)
    return kept


def end_evidence(*, recipient: Recipient, by: Any, now: datetime) -> None:
    """End the paper in force, if there is one: another takes its place, or the status is another now."""
    live = StatusEvidence.objects.select_for_update().filter(recipient=recipient, ended_at=None)
    for one in live:
        one.ended_at = now
        one.save(update_fields=["ended_at"])
        record("recipient.status_evidence_ended", by=by, obj=one, recipient=recipient.pk)

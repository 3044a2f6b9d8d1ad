"""Offer: one facility's answer to a referral; and its history, which nobody can change."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.fields import EncryptedText
from records.models import SealedModel
from referrals.choices import HELD, LIVE, Channel, DeclineReason, OfferStatus, ToldBy

_LIVE = sorted(map(str, LIVE))
_SAID_YES = sorted(map(str, HELD | {OfferStatus.RETURNED}))


class Offer(SealedModel):
    """Asks one facility, and holds its answer. Statuses move only by `referrals.workflow.OFFER`.

    `consent` is the live consent that named the facility when the offer was sent; it is checked again at
    every use. `consent_ended_at` means that nothing more may be shared with this facility. `left_at` is when
    the person left the partner before they were expected to. `calendar_version` counts what the calendar file
    of the arrival has said. `partner_reference` is the partner's own number for this person.
    """

    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="offers")
    facility = models.ForeignKey("referrals.Facility", on_delete=models.PROTECT, related_name="offers")
    consent = models.ForeignKey("records.Consent", on_delete=models.PROTECT, null=True, related_name="+")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    status = models.CharField(
        max_length=20, choices=OfferStatus.choices, default=OfferStatus.DRAFT, editable=False
    )
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.LINK)
    made_at = models.DateTimeField(db_default=AppNow())
    sent_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    arrival_from = models.DateTimeField(null=True)
    arrival_until = models.DateTimeField(null=True)
    read_back_at = models.DateTimeField(null=True)
    bed_note = EncryptedText(null=True)
    partner_reference = EncryptedText(null=True)
    arrived_at = models.DateTimeField(null=True)
    expected_back_on = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True)
    next_contact_at = models.DateTimeField(null=True)
    next_possible_at = models.DateTimeField(null=True)
    calendar_version = models.PositiveSmallIntegerField(default=0)
    decline_reason = models.CharField(max_length=10, choices=DeclineReason.choices, blank=True)
    decline_note = EncryptedText(null=True)
    consent_ended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["answer_due_at"],
                condition=Q(status__in=["sent", "opened"]),
                name="referrals_offer_overdue",
            ),
            models.Index(fields=["facility", "-made_at"], name="referrals_offer_by_facility"),
            models.Index(
                fields=["status", "last_heard_at"],
                condition=Q(status__in=["accepted", "arrived", "no_show", "clearance_sent"]),
                name="referrals_offer_held",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "facility"],
                condition=Q(status__in=_LIVE),
                name="referrals_offer_one_live",
                violation_error_message="This partner has an open offer for this referral.",
            ),
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(status__in=_SAID_YES),
                name="referrals_offer_one_yes",
                violation_error_message="Another partner has accepted this referral.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OfferStatus.values),
                name="referrals_offer_status",
                violation_error_message="An offer has one of the agreed status words.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(sent_at__isnull=False, answer_due_at__gt=F("sent_at")),
                name="referrals_offer_sent",
                violation_error_message="A sent offer has a time by which it must be answered.",
            ),
            models.CheckConstraint(
                condition=Q(status="declined", decline_reason__in=DeclineReason.values)
                | (~Q(status="declined") & Q(decline_reason="")),
                name="referrals_offer_decline_reason",
                violation_error_message="A decline has a reason.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "arrived", "no_show", "clearance_sent"])
                | Q(
                    arrival_from__isnull=False,
                    arrival_until__gte=F("arrival_from"),
                    read_back_at__isnull=False,
                ),
                name="referrals_offer_arrival",
                violation_error_message="An accepted offer has an arrival time and a read-back.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["arrived", "clearance_sent"]) | Q(arrived_at__isnull=False),
                name="referrals_offer_arrived",
                violation_error_message="Somebody who arrived has a time of arrival.",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(arrived_at__isnull=False, left_at__gte=F("arrived_at")),
                name="referrals_offer_left",
                violation_error_message="Somebody who left had arrived before.",
            ),
        ]

    def is_over(self, now: datetime) -> bool:
        """Tell whether nobody waits for an answer any more: it has ended, or its answer time is over."""
        unanswered = self.status in {OfferStatus.SENT, OfferStatus.OPENED}
        due = self.answer_due_at
        return self.ended_at is not None or (unanswered and due is not None and due <= now)

    def __str__(self) -> str:
        return f"offer {self.id}"


class OfferStatusChange(models.Model):
    """One step of an offer: from where to where, by whom, when, and through which channel. Append-only.

    What a partner said by phone or fax names the channel in `told_by` and who said it in `said_by`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="changes")
    step = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=OfferStatus.choices)
    target = models.CharField(max_length=20, choices=OfferStatus.choices)
    reason = models.CharField(max_length=40, blank=True)
    told_by = models.CharField(max_length=5, choices=ToldBy.choices, blank=True)
    said_by = models.CharField(max_length=80, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=AppNow())

    class Meta:
        indexes = [models.Index(fields=["offer", "at"], name="referrals_change_by_offer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_by="", said_by="")
                | (Q(told_by__in=ToldBy.values, actor_kind="staff") & ~Q(said_by="")),
                name="referrals_offerstatuschange_told",
                violation_error_message="What a partner told us by phone or fax names who said it.",
            ),
            models.CheckConstraint(
                condition=~Q(step="accept", actor_kind="staff") | ~Q(told_by=""),
                name="referrals_offerstatuschange_yes_told",
                violation_error_message="A yes that staff enter names how it was told and by whom.",
            ),
        ]

    def __str__(self) -> str:
        return f"status change {self.id}"

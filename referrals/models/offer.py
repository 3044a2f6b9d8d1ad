"""Offer: one facility's answer to a referral; and its history, which nobody can change."""

import uuid

from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.fields import EncryptedText
from records.models import SealedModel
from referrals.choices import HELD, LIVE, Channel, DeclineReason, OfferStatus

_LIVE = sorted(map(str, LIVE))
_SAID_YES = sorted(map(str, HELD | {OfferStatus.RETURNED}))


class Offer(SealedModel):
    """Asks one facility, and holds its answer. Statuses move only by `referrals.workflow.OFFER`.

    `consent` is the live consent that named the facility when the offer was sent; it is checked again at
    every use. `consent_ended_at` means that nothing more may be shared with this facility.
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
    arrived_at = models.DateTimeField(null=True)
    expected_back_on = models.DateField(null=True)
    last_heard_at = models.DateTimeField(null=True)
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
        ]

    def __str__(self) -> str:
        return f"offer {self.id}"


class OfferStatusChange(models.Model):
    """One step of an offer: from where to where, by whom, when, and through which channel. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="changes")
    step = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=OfferStatus.choices)
    target = models.CharField(max_length=20, choices=OfferStatus.choices)
    reason = models.CharField(max_length=40, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=AppNow())

    class Meta:
        indexes = [models.Index(fields=["offer", "at"], name="referrals_change_by_offer")]

    def __str__(self) -> str:
        return f"status change {self.id}"

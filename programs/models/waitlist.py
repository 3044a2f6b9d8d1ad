"""The waitlist: who waits for a level of care, what was offered, and the calls meanwhile."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.choices import CENTER_LEVELS, Level
from programs.choices_waiting import CheckOutcome, EntryEnd, OfferState, Rank
from programs.models.bed import BedUse
from programs.models.slot import SlotHold
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


class WaitlistEntry(SealedModel):
    """One episode that waits for one level. A trigger lets only open episodes with that decision in.

    `rank` and `since` give the stated order, `said` the reasons for it in codes with a note. `escalated_at`:
    two calls in a row reached nobody, and a supervisor is asked.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="waitlist_entries")
    level = models.CharField(max_length=12, choices=[one for one in Level.choices if one[0] != Level.DETOX])
    rank = models.PositiveSmallIntegerField(choices=Rank.choices)
    said = EncryptedJSON()
    since = models.DateTimeField(db_default=AppNow(), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.CharField(max_length=11, choices=EntryEnd.choices, blank=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["level", "rank", "since", "id"],
                condition=models.Q(ended_at__isnull=True),
                name="programs_waitlist_order",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "level"],
                condition=models.Q(ended_at__isnull=True),
                name="programs_waitlistentry_one_open",
                violation_error_message="This person waits for this level already.",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=CENTER_LEVELS, rank__in=Rank.values),
                name="programs_waitlistentry_known",
                violation_error_message="Nobody waits here for this level, or by this rank.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | models.Q(ended_at__isnull=False, end_reason__in=EntryEnd.values, escalated_at__isnull=True),
                name="programs_waitlistentry_end_complete",
                violation_error_message="Who waits no more has a reason for it, and nobody to ask.",
            ),
        ]


class PlaceOffer(SealedModel):
    """A free bed or slot, offered to one who waits and held until `expires_at`. A trigger keeps the order.

    It has a `bed_use` or a `slot_hold`. `passed_over` says why the first in the order was passed over;
    `made_by` is empty when the product offered it. An answer ends it once.
    """

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    bed_use = models.OneToOneField(BedUse, on_delete=models.PROTECT, null=True, related_name="offer")
    slot_hold = models.OneToOneField(SlotHold, on_delete=models.PROTECT, null=True, related_name="offer")
    state = models.CharField(max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    passed_over = EncryptedText(null=True)
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    words = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["expires_at", "id"], condition=models.Q(state="open"), name="programs_placeoffer_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(state="open"),
                name="programs_placeoffer_one_open",
                violation_error_message="A place is offered to this person already.",
            ),
            models.CheckConstraint(
                condition=models.Q(bed_use__isnull=False, slot_hold__isnull=True)
                | models.Q(bed_use__isnull=True, slot_hold__isnull=False),
                name="programs_placeoffer_one_place",
                violation_error_message="An offered place is a bed or a slot.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(state__in=OfferState.values, ended_at__isnull=False) & ~models.Q(state="open"),
                name="programs_placeoffer_end_complete",
                violation_error_message="An offer that ended says when; an open one does not.",
            ),
        ]

    @property
    def held(self) -> BedUse | SlotHold:
        """Return the hold behind the offer: of the bed, or of the slot."""
        found = self.bed_use or self.slot_hold
        if found is None:
            raise ValueError("an offer has a place")
        return found

    @property
    def place(self) -> str:
        """Return what is offered, in words for the middle of a sentence."""
        return self.held.place


class WaitingCheck(SealedModel):
    """One call to somebody who waits: due, then done with an outcome or missed."""

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="checks")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=CheckOutcome.choices, blank=True)
    said = EncryptedJSON(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(outcome=""), name="programs_waitingcheck_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(outcome=""),
                name="programs_waitingcheck_one_due",
                violation_error_message="The next call is due already.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", done_at__isnull=True, done_by__isnull=True)
                | models.Q(outcome="missed", done_at__isnull=False, done_by__isnull=True)
                | models.Q(outcome__in=["steady", "news", "stops", "not_reached"])
                & models.Q(done_at__isnull=False, done_by__isnull=False),
                name="programs_waitingcheck_complete",
                violation_error_message="A call says when and who, and how it went.",
            ),
        ]

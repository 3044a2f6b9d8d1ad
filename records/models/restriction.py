"""Restriction: a limit that a person asks for on sharing their record (42 CFR 2.26; 45 CFR 164.522(a))."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Category, RecipientKind
from records.choices_door import EndedHow, RestrictionStatus
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel
from records.sealed_rules import filled

_ASKED, _AGREED = RestrictionStatus.ASKED, RestrictionStatus.AGREED
_DECLINED, _ENDED = RestrictionStatus.DECLINED, RestrictionStatus.ENDED


class Restriction(SealedModel):
    """What the person wishes, what it covers, what was decided, and how it ended.

    `categories`, `recipients` and `kinds` say what it covers: empty categories mean everything, and empty
    recipients and kinds together mean everybody. `paid_in_full` is the one that can't be declined: towards a
    health plan, about what was paid in full. A trigger lets a request be decided once, and what was agreed
    end once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restrictions")
    status = models.CharField(max_length=10, choices=RestrictionStatus.choices, default=_ASKED)
    wish = EncryptedText()
    categories = ArrayField(
        models.CharField(max_length=20, choices=Category.choices), default=list, blank=True
    )
    recipients = ArrayField(models.UUIDField(), default=list, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=RecipientKind.choices), default=list, blank=True
    )
    paid_in_full = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    reason = EncryptedText(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_how = models.CharField(max_length=10, choices=EndedHow.choices, blank=True)
    end_note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="records_restriction_of_person"),
            models.Index(
                fields=["due_at", "id"], condition=Q(status=_ASKED), name="records_restriction_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=filled("wish"),
                name="records_restriction_wish",
                violation_error_message="Write what the person asks for.",
            ),
            models.CheckConstraint(
                condition=~Q(paid_in_full=True, status=_DECLINED),
                name="records_restriction_paid_in_full",
                violation_error_message="What was paid in full can't be declined.",
            ),
            models.CheckConstraint(
                condition=~Q(paid_in_full=True, ended_how=EndedHow.NOTICE),
                name="records_restriction_paid_in_full_end",
                violation_error_message="A limit on what was paid in full ends only when the person agrees.",
            ),
            models.CheckConstraint(
                condition=Q(paid_in_full=False) | Q(kinds=[RecipientKind.PAYER], recipients=[]),
                name="records_restriction_paid_in_full_payer",
                violation_error_message="A limit on what was paid in full is about health plans.",
            ),
            models.CheckConstraint(
                condition=Q(status=_ASKED, decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(status=_ASKED), decided_at__isnull=False, decided_by__isnull=False),
                name="records_restriction_decided",
                violation_error_message="A decided request says when and by whom.",
            ),
            models.CheckConstraint(
                condition=~Q(status=_DECLINED) | filled("reason"),
                name="records_restriction_reason",
                violation_error_message="Say why it is declined.",
            ),
            models.CheckConstraint(
                condition=Q(status=_ENDED, ended_at__isnull=False, ended_by__isnull=False)
                & Q(ended_how__in=EndedHow.values)
                | ~Q(status=_ENDED) & Q(ended_at__isnull=True, ended_by__isnull=True, ended_how=""),
                name="records_restriction_ended",
                violation_error_message="An ended limit says when, by whom and how.",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("asked_at")),
                name="records_restriction_due",
                violation_error_message="The decision is due after the request.",
            ),
        ]

"""Legal process (42 CFR part 2, subpart E): court orders, their mandates, and what arrives at the desk."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Category
from records.choices_door import LegalOutcome, LegalRequestKind, MandateKind, OrderKind
from records.fields import EncryptedText
from records.models.document import Document
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedModel
from records.sealed_rules import filled

ENDED = Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False)


class CourtOrder(SealedModel):
    """An order of a court under 2.64 to 2.67: who may receive what about whom, and until which day.

    A trigger freezes the row: only its end is added, once. `valid_until` is the last day it holds.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="court_orders")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=OrderKind.choices)
    court = EncryptedText()
    case_number = EncryptedText()
    ordered_on = models.DateField()
    valid_until = models.DateField()
    categories = ArrayField(models.CharField(max_length=20, choices=Category.choices))
    notice_given = models.BooleanField(default=False)
    opportunity_given = models.BooleanField(default=False)
    covers_counseling_notes = models.BooleanField(default=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-recorded_at"], name="records_courtorder_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=filled("court", "case_number"),
                name="records_courtorder_facts",
                violation_error_message="A court order names its court and its case.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrderKind.values),
                name="records_courtorder_kind_known",
                violation_error_message="Select the section that the order is under.",
            ),
            models.CheckConstraint(
                condition=Q(categories__len__gt=0),
                name="records_courtorder_scope",
                violation_error_message="A court order says what may be disclosed.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("ordered_on")),
                name="records_courtorder_dates",
                violation_error_message="The last day is not before the day of the order.",
            ),
            models.CheckConstraint(
                condition=ENDED,
                name="records_courtorder_ended",
                violation_error_message="An ended order says when and by whom.",
            ),
        ]


class Mandate(SealedModel):
    """A subpoena or similar mandate (2.61). Alone it opens nothing; `order` is the order it goes with.

    A trigger freezes the row: only its order, while it has none, and its end are added, once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(CourtOrder, on_delete=models.PROTECT, null=True, related_name="mandates")
    kind = models.CharField(max_length=12, choices=MandateKind.choices)
    number = EncryptedText()
    issued_on = models.DateField()
    valid_until = models.DateField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-recorded_at"], name="records_mandate_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=filled("number"),
                name="records_mandate_facts",
                violation_error_message="A subpoena has a number or a name to tell it by.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MandateKind.values),
                name="records_mandate_kind_known",
                violation_error_message="Select what kind of mandate it is.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")),
                name="records_mandate_dates",
                violation_error_message="The last day is not before the day it was issued.",
            ),
            models.CheckConstraint(
                condition=ENDED,
                name="records_mandate_ended",
                violation_error_message="An ended subpoena says when and by whom.",
            ),
        ]


class LegalRequest(SealedModel):
    """Something legal that arrived, as staff took it in: sealed by itself, linked to nobody's record."""

    kind = models.CharField(max_length=12, choices=LegalRequestKind.choices)
    asker = EncryptedText()
    about = EncryptedText(null=True)
    note = EncryptedText(null=True)
    answer_by = models.DateField(null=True)
    received_at = models.DateTimeField(db_default=AppNow(), editable=False)
    taken_by = models.UUIDField()
    outcome = models.CharField(max_length=12, choices=LegalOutcome.choices, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["answer_by", "received_at"], condition=Q(closed_at=None), name="records_legal_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=filled("asker") & Q(kind__in=LegalRequestKind.values),
                name="records_legalrequest_facts",
                violation_error_message="Enter who asks, and select what arrived.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | Q(outcome__in=LegalOutcome.values, closed_at__isnull=False, closed_by__isnull=False),
                name="records_legalrequest_closed",
                violation_error_message="A closed request says how it ended, when and by whom.",
            ),
        ]

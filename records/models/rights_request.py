"""RightsRequest: a copy, a change or an accounting that a person asks for (45 CFR 164.524, .526, .528)."""

from django.db import models
from django.db.models import Case, DateField, ExpressionWrapper, F, IntegerField, Q, Value, When

from config.clock import AppNow
from records.choices_rights import STILL_OPEN, AskedHow, RequestKind, RequestStatus
from records.fields import EncryptedText
from records.models.disclosure import Disclosure
from records.models.person import Person
from records.models.sealed import SealedModel
from records.rules.requests import BY_THE_DOOR, DAYS, EXTENSION, NEVER_DENIED
from records.sealed_rules import filled

_DUE = ExpressionWrapper(
    F("received_on")
    + Case(*(When(kind=kind, then=Value(days)) for kind, days in DAYS.items()), output_field=IntegerField())
    + Case(
        When(extended_at__isnull=False, then=Value(EXTENSION)),
        default=Value(0),
        output_field=IntegerField(),
    ),
    output_field=DateField(),
)


class RightsRequest(SealedModel):
    """One request: what was asked and how it came, its clock, and how it was answered.

    `due_on` follows from the kind, the day it came and whether the time was extended; the database checks the
    sum. `disclosure` is the copy that left by the door for it. A trigger lets the time be extended once, the
    request be closed once, and nothing else change.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights_requests")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    status = models.CharField(max_length=10, choices=RequestStatus.choices, default=RequestStatus.OPEN)
    asked_how = models.CharField(max_length=10, choices=AskedHow.choices)
    received_on = models.DateField()
    due_on = models.DateField()
    wish = EncryptedText()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    recorded_by = models.UUIDField()
    extended_at = models.DateTimeField(null=True)
    extended_by = models.UUIDField(null=True)
    extension_reason = EncryptedText(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    outcome = EncryptedText(null=True)
    disclosure = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, null=True, related_name="rights_requests"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["person", "-received_on"], name="records_request_of_person"),
            models.Index(
                fields=["due_on", "id"], condition=Q(status__in=STILL_OPEN), name="records_request_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=RequestKind.values,
                    asked_how__in=AskedHow.values,
                    status__in=RequestStatus.values,
                ),
                name="records_rightsrequest_words_known",
                violation_error_message="A request uses the agreed words.",
            ),
            models.CheckConstraint(
                condition=filled("wish"),
                name="records_rightsrequest_wish",
                violation_error_message="Write what the person asks for.",
            ),
            models.CheckConstraint(
                condition=Q(due_on=_DUE),
                name="records_rightsrequest_due",
                violation_error_message="The day follows from the kind and from when it came.",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, extended_by__isnull=True, extension_reason__isnull=True)
                | Q(extended_at__isnull=False, extended_by__isnull=False) & filled("extension_reason"),
                name="records_rightsrequest_extended",
                violation_error_message="An extension says when, by whom and why.",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN, extended_at__isnull=True)
                | Q(status=RequestStatus.EXTENDED, extended_at__isnull=False)
                | ~Q(status__in=STILL_OPEN),
                name="records_rightsrequest_extended_status",
                violation_error_message="The status says whether the time was extended.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=STILL_OPEN,
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    outcome__isnull=True,
                    disclosure__isnull=True,
                )
                | ~Q(status__in=STILL_OPEN)
                & Q(closed_at__isnull=False, closed_by__isnull=False)
                & filled("outcome"),
                name="records_rightsrequest_closed",
                violation_error_message="An answered request says when, by whom and what was done.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=NEVER_DENIED, status=RequestStatus.DENIED),
                name="records_rightsrequest_never_denied",
                violation_error_message="An accounting of disclosures can't be denied.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=BY_THE_DOOR, status=RequestStatus.FULFILLED)
                | Q(disclosure__isnull=False),
                name="records_rightsrequest_copy_left",
                violation_error_message="A copy leaves by the door before its request is fulfilled.",
            ),
        ]

"""Disclosure: one row for each packet that left (42 CFR 2.25; 45 CFR 164.528). Append-only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import Category, Medium, Purpose
from records.choices_door import BasisCode, SharedFor
from records.fields import EncryptedJSON, EncryptedText
from records.models.access_check import IdentityCheck
from records.models.agreement import Agreement
from records.models.consent import Consent
from records.models.emergency import EmergencyDisclosure
from records.models.legal import CourtOrder, Mandate
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.report import MandatedReport
from records.models.sealed import SealedModel

# Bases whose receiver need not be in the directory: their own record names it.
NOT_IN_DIRECTORY = (BasisCode.EMERGENCY, BasisCode.CHILD_ABUSE, BasisCode.CRIME, BasisCode.OWN_ACCESS)
AGREED = (BasisCode.QSO, BasisCode.AUDIT, BasisCode.RESEARCH)
REPORTS = (BasisCode.CHILD_ABUSE, BasisCode.CRIME)
FOR_PROCEEDINGS = (BasisCode.CONSENT, BasisCode.COURT_ORDER)


PURPOSES = list({**dict(SharedFor.choices), **dict(Purpose.choices)}.items())


class Disclosure(SealedModel):
    """What left, to whom, why, on which basis. One row per recipient, subject and packet version.

    `subject` is a code such as "offer:<uuid>"; `content` is the packet as it left, sealed, with a random
    salt; `sha256` is its fingerprint. `recipient_name` and `recipient_address` are the recipient's at that
    time, sealed as well: it may be a relative. `by_kind` and `by_id` say who opened the door.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="disclosures")
    recipient_name = EncryptedText()
    recipient_address = EncryptedText(null=True)
    basis = models.CharField(max_length=20, choices=BasisCode.choices)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="disclosures")
    emergency = models.ForeignKey(
        EmergencyDisclosure, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    order = models.ForeignKey(CourtOrder, on_delete=models.PROTECT, null=True, related_name="disclosures")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="disclosures")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="disclosures")
    report = models.ForeignKey(
        MandatedReport, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    identity_check = models.ForeignKey(
        IdentityCheck, on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    categories = ArrayField(models.CharField(max_length=20, choices=Category.choices))
    subject = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    medium = models.CharField(max_length=12, choices=Medium.choices)
    notice_version = models.CharField(max_length=10)
    notice_sha256 = models.CharField(max_length=64)
    content = EncryptedJSON()
    sha256 = models.CharField(max_length=64)
    for_proceedings = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by_kind = models.CharField(max_length=10)
    by_id = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["person", "-at"], name="records_disclosure_of_person"),
            models.Index(fields=["consent", "-at"], name="records_disclosure_by_consent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "recipient", "subject", "version"],
                name="records_disclosure_one_per_version",
                violation_error_message="This version of the packet is already in the accounting.",
            ),
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(consent__isnull=False),
                name="records_disclosure_names_consent",
                violation_error_message="A disclosure made with consent names the consent.",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=BasisCode.values),
                name="records_disclosure_basis_known",
                violation_error_message="A disclosure names a lawful basis.",
            ),
            models.CheckConstraint(
                condition=~Q(basis="emergency") | Q(emergency__isnull=False),
                name="records_disclosure_names_emergency",
                violation_error_message="A disclosure in an emergency names its record.",
            ),
            models.CheckConstraint(
                condition=~Q(basis=BasisCode.COURT_ORDER)
                | Q(order__isnull=False, mandate__isnull=False, for_proceedings=True),
                name="records_disclosure_names_order",
                violation_error_message="A court order opens the door together with its subpoena.",
            ),
            models.CheckConstraint(
                condition=~Q(basis__in=AGREED) | Q(agreement__isnull=False),
                name="records_disclosure_names_agreement",
                violation_error_message="A disclosure on an agreement names it.",
            ),
            models.CheckConstraint(
                condition=~Q(basis__in=REPORTS) | Q(report__isnull=False),
                name="records_disclosure_names_report",
                violation_error_message="A report is written down with its facts.",
            ),
            models.CheckConstraint(
                condition=~Q(basis=BasisCode.OWN_ACCESS) | Q(identity_check__isnull=False),
                name="records_disclosure_names_check",
                violation_error_message="A copy for the person needs a check of identity.",
            ),
            models.CheckConstraint(
                condition=Q(for_proceedings=False) & ~Q(purpose=SharedFor.PROCEEDINGS)
                | Q(for_proceedings=True, purpose=SharedFor.PROCEEDINGS, basis__in=FOR_PROCEEDINGS),
                name="records_disclosure_proceedings",
                violation_error_message="Proceedings need their own consent, or an order and a subpoena.",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(basis__in=NOT_IN_DIRECTORY),
                name="records_disclosure_names_recipient",
                violation_error_message="A disclosure names its receiver.",
            ),
            models.CheckConstraint(
                condition=Q(categories__len__gt=0),
                name="records_disclosure_says_what",
                violation_error_message="A disclosure says what was shared.",
            ),
        ]

"""Partner facilities and what they last said about open beds. Nothing here is about a person in care."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from referrals.choices import CapacitySource, Channel, Known, Level, Medication, Payer, Unit, Withdrawal


def _codes(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=choices.choices), default=list, blank=True)


class Facility(models.Model):
    """What one partner can do and how to reach it. Its name and legal status are its recipient's.

    Empty `payers`, `medications` and `languages` mean not known. There is no field for money, on purpose.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.OneToOneField("records.Recipient", on_delete=models.PROTECT, related_name="facility")
    npi = models.CharField("NPI", max_length=10, blank=True)
    levels = _codes(Level)
    withdrawal_yes = _codes(Withdrawal)
    withdrawal_no = _codes(Withdrawal)
    medications = _codes(Medication)
    payers = _codes(Payer)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    pregnancy = models.CharField(max_length=7, choices=Known.choices, default=Known.UNKNOWN)
    unit = models.CharField(max_length=6, choices=Unit.choices, default=Unit.ANY)
    age_min = models.PositiveSmallIntegerField(default=18)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    hours_24 = models.BooleanField(default=False)
    beds_total = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.LINK)
    coordinator = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30)
    fax = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=160, blank=True)
    caution = models.CharField(max_length=120, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(npi="") | Q(npi__regex=r"^[0-9]{10}$"),
                name="referrals_facility_npi",
                violation_error_message="An NPI has 10 digits.",
            ),
            models.CheckConstraint(
                condition=Q(age_max__isnull=True) | Q(age_max__gte=F("age_min")),
                name="referrals_facility_ages",
                violation_error_message="The oldest age can't be below the youngest.",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.LINK) | ~Q(email=""),
                name="referrals_facility_reachable",
                violation_error_message="A partner reached by link needs an e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return f"facility {self.id}"


class CapacityReport(models.Model):
    """How many beds a facility said were open, when, and who said so. Never changed, only followed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="capacity_reports")
    beds_open = models.PositiveSmallIntegerField()
    reported_at = models.DateTimeField(db_default=AppNow())
    source = models.CharField(max_length=10, choices=CapacitySource.choices)
    said_by = models.CharField(max_length=80, blank=True)

    class Meta:
        get_latest_by = "reported_at"
        indexes = [models.Index(fields=["facility", "-reported_at"], name="referrals_capacity_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(beds_open__lte=999),
                name="referrals_capacityreport_beds",
                violation_error_message="Open beds must be between 0 and 999.",
            ),
        ]

    def __str__(self) -> str:
        return f"capacity report {self.id}"

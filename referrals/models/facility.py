"""Partner facilities and what they last said about open beds. Nothing here is about a person in care."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from config.clock import AppNow
from referrals.choices import (
    Access,
    CapacitySource,
    Channel,
    FacilitySource,
    Known,
    Level,
    Medication,
    Payer,
    Unit,
    Withdrawal,
)
from referrals.sql import CanBits, NpiFits


def _codes(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=choices.choices), default=list, blank=True)


def _place() -> Any:
    return models.FloatField(null=True, editable=False)


def _beds() -> Any:
    return models.PositiveSmallIntegerField(null=True, editable=False)


class Facility(models.Model):
    """What one partner can do and how to reach it. Its name and legal status are its recipient's.

    Empty `payers`, `medications`, `languages` and `access` mean not known. When `lists_complete` is false,
    what is not in `payers` and `medications` is not known either. There is no field for money, on purpose.

    One that is `outside` the network was added by phone: it counts only for those whom an `OutsideUse` names,
    until somebody who keeps the directory changes it.

    `can_bits` is computed by PostgreSQL from the facts, for the filter of matching. Every change of a fact is
    the next `revision`, copied to `FacilityRevision`. `beds_*` repeat the latest capacity report; `x`, `y`
    and `z` the centroid of the ZIP, null where there is none. PostgreSQL keeps both so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.OneToOneField("records.Recipient", on_delete=models.PROTECT, related_name="facility")
    npi = models.CharField("NPI", max_length=10, blank=True)
    levels = _codes(Level)
    withdrawal_yes = _codes(Withdrawal)
    withdrawal_no = _codes(Withdrawal)
    medications = _codes(Medication)
    medications_no = _codes(Medication)
    payers = _codes(Payer)
    lists_complete = models.BooleanField(default=True)
    services = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    access = _codes(Access)
    pregnancy = models.CharField(max_length=7, choices=Known.choices, default=Known.UNKNOWN)
    co_occurring = models.CharField(max_length=7, choices=Known.choices, default=Known.UNKNOWN)
    unit = models.CharField(max_length=6, choices=Unit.choices, default=Unit.ANY)
    age_min = models.PositiveSmallIntegerField(default=18, null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    hours_24 = models.BooleanField(default=False)
    admits_from = models.TimeField(null=True, blank=True)
    admits_until = models.TimeField(null=True, blank=True)
    beds_total = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.LINK)
    coordinator = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30)
    fax = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField("ZIP", max_length=5, blank=True)
    caution = models.CharField(max_length=120, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    source = models.CharField(
        max_length=6, choices=FacilitySource.choices, default=FacilitySource.STAFF, editable=False
    )
    outside = models.BooleanField(default=False, editable=False)
    import_key = models.CharField(max_length=32, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    beds_open = _beds()
    beds_women = _beds()
    beds_men = _beds()
    beds_at = models.DateTimeField(null=True, editable=False)
    beds_source = models.CharField(max_length=10, blank=True, editable=False)
    beds_said_by = models.CharField(max_length=80, blank=True, editable=False)
    x = _place()
    y = _place()
    z = _place()
    can_bits = models.GeneratedField(
        expression=CanBits(
            F("levels"),
            F("withdrawal_no"),
            F("medications"),
            F("medications_no"),
            F("payers"),
            F("lists_complete"),
            F("pregnancy"),
            F("unit"),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "facilities"
        indexes = [
            GinIndex(
                fields=["levels", "withdrawal_yes", "medications", "payers"],
                name="referrals_facility_capability",
            ),
            models.Index(
                fields=["can_bits"],
                include=["age_min", "age_max", "x", "y", "z", "recipient"],
                name="referrals_facility_tally",
            ),
            models.Index(F("checked_on").asc(nulls_first=True), F("id"), name="referrals_facility_confirmed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"],
                condition=~Q(import_key=""),
                name="referrals_facility_import_key",
                violation_error_message="This row of a directory is here already.",
            ),
            models.CheckConstraint(
                condition=Q(npi="") | Q(NpiFits(F("npi"))),
                name="referrals_facility_npi",
                violation_error_message="An NPI has 10 digits and the right last digit.",
            ),
            models.CheckConstraint(
                condition=Q(age_max__isnull=True) | Q(age_min__isnull=True) | Q(age_max__gte=F("age_min")),
                name="referrals_facility_ages",
                violation_error_message="The oldest age can't be below the youngest.",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.LINK) | ~Q(email=""),
                name="referrals_facility_reachable",
                violation_error_message="A partner reached by link needs an e-mail address.",
            ),
            models.CheckConstraint(
                condition=Q(zip="") | Q(zip__regex=r"^[0-9]{5}$"),
                name="referrals_facility_zip",
                violation_error_message="A ZIP code has 5 digits.",
            ),
            models.CheckConstraint(
                condition=Q(state="") | Q(state__regex=r"^[A-Z]{2}$"),
                name="referrals_facility_state",
                violation_error_message="A state is two letters.",
            ),
            models.CheckConstraint(
                condition=Q(admits_from__isnull=True, admits_until__isnull=True)
                | Q(admits_from__isnull=False, admits_until__isnull=False),
                name="referrals_facility_hours",
                violation_error_message="Hours have a beginning and an end.",
            ),
            models.CheckConstraint(
                condition=~Q(withdrawal_yes__overlap=F("withdrawal_no")),
                name="referrals_facility_withdrawal",
                violation_error_message="One kind of withdrawal can't be in both lists.",
            ),
            models.CheckConstraint(
                condition=~Q(medications__overlap=F("medications_no")),
                name="referrals_facility_medications",
                violation_error_message="One medicine can't be in both lists.",
            ),
        ]

    def __str__(self) -> str:
        return f"facility {self.id}"


class OutsideUse(models.Model):
    """That a facility outside the network can take the person of one episode, and who there said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="outside_uses")
    episode = models.ForeignKey("intake.Episode", on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=AppNow())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(said_by=""),
                name="referrals_outsideuse_said_by",
                violation_error_message="Somebody there said that they can.",
            ),
        ]
        indexes = [models.Index(fields=["episode", "facility"], name="referrals_outside_use")]

    def __str__(self) -> str:
        return f"outside use {self.id}"


class CapacityReport(models.Model):
    """How many beds a facility said were open, when, and who said so. Never changed, only followed.

    `women_only` and `men_only` are how many of `beds_open` are for nobody else; null is not said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="capacity_reports")
    beds_open = models.PositiveSmallIntegerField()
    women_only = models.PositiveSmallIntegerField(null=True)
    men_only = models.PositiveSmallIntegerField(null=True)
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
            models.CheckConstraint(
                condition=Q(
                    beds_open__gte=Coalesce(F("women_only"), Value(0)) + Coalesce(F("men_only"), Value(0))
                ),
                name="referrals_capacityreport_kinds",
                violation_error_message="Beds for women and men can't be more than all open beds.",
            ),
        ]

    def __str__(self) -> str:
        return f"capacity report {self.id}"

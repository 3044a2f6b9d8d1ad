"""What stands around a partner in the directory: contacts, agreements, its history, and where ZIPs are."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cos, Radians, Sin

from config.clock import AppNow
from referrals.choices import AgreementKind, ContactChannel, ContactRole


def _by() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


def _part(expression: Any) -> Any:
    return models.GeneratedField(expression=expression, output_field=models.FloatField(), db_persist=True)


class FacilityContact(models.Model):
    """Somebody at a partner, in a role, reached by one channel. Ended, never deleted or changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey("referrals.Facility", on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=10, choices=ContactRole.choices)
    name = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=5, choices=ContactChannel.choices)
    reach = models.CharField(max_length=120)
    added_by = _by()
    added_at = models.DateTimeField(db_default=AppNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility"], condition=Q(ended_at=None), name="referrals_contact_live")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reach=""),
                name="referrals_facilitycontact_reach",
                violation_error_message="A contact has a number or an address.",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.id}"


class FacilityAgreement(models.Model):
    """What was agreed with a partner in writing, from when and until when. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey("referrals.Facility", on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=20, choices=AgreementKind.choices)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    added_by = _by()
    added_at = models.DateTimeField(db_default=AppNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility"], condition=Q(ended_at=None), name="referrals_agreement_live")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="referrals_facilityagreement_days",
                violation_error_message="An agreement can't end before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.id}"


class FacilityRevision(models.Model):
    """A partner as it was known from one change to the next. PostgreSQL writes it; nobody changes it."""

    id = models.UUIDField(primary_key=True, editable=False)
    facility = models.ForeignKey("referrals.Facility", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    facts = models.JSONField()
    source = models.CharField(max_length=6)
    changed_by = _by()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "number"],
                name="referrals_facilityrevision_number",
                violation_error_message="This revision exists.",
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of facility {self.facility_id}"


class ZipCentroid(models.Model):
    """The middle of a ZIP code area (Census Gazetteer, ZCTA), for straight-line distances.

    `x`, `y` and `z` are the same place on a sphere of radius 1, so that a distance takes no trigonometry.
    """

    zip = models.CharField("ZIP", max_length=5, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    x = _part(Cos(Radians(F("latitude"))) * Cos(Radians(F("longitude"))))
    y = _part(Cos(Radians(F("latitude"))) * Sin(Radians(F("longitude"))))
    z = _part(Sin(Radians(F("latitude"))))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(zip__regex=r"^[0-9]{5}$")
                & Q(latitude__range=(-90, 90))
                & Q(longitude__range=(-180, 180))
                & ~Q(latitude=0, longitude=0),
                name="referrals_zipcentroid_place",
                violation_error_message="A ZIP has 5 digits, and a place on the earth.",
            ),
        ]

    def __str__(self) -> str:
        return self.zip

"""Admission: a person begins care here. The database's gate judges every row of it."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.models.bed import Bed, BedUse
from programs.models.clearance import MedicalClearance
from programs.models.decision import Determination
from programs.models.program import Program
from programs.models.program_revision import ProgramRevision
from records.fields import EncryptedText
from records.models import SealedModel


class Admission(SealedModel):
    """One admission. The trigger `programs_admission_gate` refuses each that lacks what it needs.

    `bed_use` is written by the trigger, which takes the bed; so is `program_revision`, what the program was
    when the stay began, so that a later change of it never alters the stay. A late entry (after downtime) is
    judged at `admitted_at`, the time that was observed, and names the supervisor and the reason.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="admissions")
    clearance = models.ForeignKey(MedicalClearance, on_delete=models.PROTECT, related_name="admissions")
    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="admissions")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="admissions")
    program_revision = models.ForeignKey(
        ProgramRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="admissions"
    )
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, null=True, related_name="admissions")
    bed_use = models.OneToOneField(BedUse, on_delete=models.PROTECT, null=True, related_name="admission")
    admitted_at = models.DateTimeField()
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    late_entry = models.BooleanField(default=False)
    late_entry_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    late_entry_reason = EncryptedText(null=True)
    discharged_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["program", "discharged_at"], name="programs_admission_census"),
            models.Index(fields=["-admitted_at", "id"], name="programs_admission_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(program_revision__isnull=False),
                name="programs_admission_has_revision",
                violation_error_message="An admission keeps what the program was.",
            ),
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(discharged_at__isnull=True),
                name="programs_admission_one_open",
                violation_error_message="This person is already admitted.",
            ),
            models.CheckConstraint(
                condition=models.Q(discharged_at__isnull=True)
                | models.Q(discharged_at__gte=models.F("admitted_at")),
                name="programs_admission_discharge_after",
                violation_error_message="Discharge comes after admission.",
            ),
            models.CheckConstraint(
                condition=models.Q(late_entry=False, late_entry_by__isnull=True)
                | models.Q(late_entry=True, late_entry_by__isnull=False, late_entry_reason__isnull=False),
                name="programs_admission_late_entry",
                violation_error_message="A late entry names the supervisor and the reason.",
            ),
        ]

"""The incident register: what happened to information, whom it touches, what was decided, what is owed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices_rights import DutyCode, Encrypted, IncidentKind, Outcome, TaskCode
from records.fields import EncryptedJSON, EncryptedText
from records.models.disclosure import Disclosure
from records.models.person import Person
from records.models.sealed import SealedModel

_STAFF = {"on_delete": models.PROTECT, "related_name": "+"}


def _user(null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=null, **_STAFF)


class Incident(SealedModel):
    """One incident, under a data key of its own. `subject` is a code such as "offer:<uuid>".

    `details` holds what the register asks for: found_by, occurred_from, occurred_until, systems,
    information (codes), how_encrypted, by_state (people not linked one by one), stopped and opened (what the
    flow found), delay_note, and the texts of the letter. The four factors are those of 45 CFR 164.402(2).
    A trigger refuses a decision without a second person, "not a breach" without all four factors, and any
    later change of what was decided.
    """

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=IncidentKind.choices)
    subject = models.CharField(max_length=60, blank=True)
    disclosure = models.ForeignKey(Disclosure, null=True, **_STAFF)
    discovered_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    reported_by = _user()
    what_happened = EncryptedText()
    details = EncryptedJSON()
    encrypted = models.CharField(max_length=8, choices=Encrypted.choices, default=Encrypted.UNKNOWN)
    delay_until = models.DateField(null=True)
    factor_nature = EncryptedText(null=True)
    factor_recipient = EncryptedText(null=True)
    factor_acquired = EncryptedText(null=True)
    factor_mitigated = EncryptedText(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    proposed_by = _user(null=True)
    proposed_at = models.DateTimeField(null=True)
    decided_by = _user(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["-discovered_at", "-id"], name="records_incident_newest"),
            models.Index(fields=["subject"], name="records_incident_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=IncidentKind.values,
                    encrypted__in=Encrypted.values,
                    outcome__in=Outcome.values,
                ),
                name="records_incident_words_known",
                violation_error_message="An incident uses the agreed words.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", proposed_by=None, proposed_at=None)
                | (~Q(outcome="") & Q(proposed_by__isnull=False, proposed_at__isnull=False)),
                name="records_incident_proposal_complete",
                violation_error_message="A proposed decision says what, by whom and when.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(outcome=""),
                name="records_incident_decision_complete",
                violation_error_message="A decision says what, by whom and when.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="records_incident_second_person",
                violation_error_message="Somebody else approves what you proposed.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class IncidentPerson(SealedModel):
    """A person whom an incident touches, the state of residence (two letters), and when a letter was made."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="affected")
    person = models.ForeignKey(Person, **_STAFF)
    state = EncryptedText()
    added_at = models.DateTimeField(db_default=AppNow(), editable=False)
    letter_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "person"],
                name="records_incidentperson_once",
                violation_error_message="This person is on the list.",
            ),
        ]


class IncidentDuty(models.Model):
    """A report that is owed, by `records.rules.breach`. What no longer applies is taken away while open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    code = models.CharField(max_length=12, choices=DutyCode.choices)
    place = models.CharField(max_length=2, blank=True)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = _user(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="records_duty_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code", "place"],
                name="records_incidentduty_once",
                violation_error_message="This report is owed once.",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="records_incidentduty_done_complete",
                violation_error_message="What was done says when and by whom.",
            ),
        ]

    def __str__(self) -> str:
        return f"duty {self.id}"


class IncidentTask(SealedModel):
    """One step of the checklist, with a note on what was done."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=12, choices=TaskCode.choices)
    position = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)
    done_by = _user(null=True)
    note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "code"],
                name="records_incidenttask_once",
                violation_error_message="This step is on the list.",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, note__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False, note__isnull=False),
                name="records_incidenttask_done_complete",
                violation_error_message="What was done says when, by whom and how.",
            ),
        ]


class IncidentStep(models.Model):
    """One step in the life of an incident: what, by whom, when. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["incident", "at"], name="records_incidentstep_of")]

    def __str__(self) -> str:
        return f"step {self.id}"

"""Two records that are of one person, or that are not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.fields import EncryptedJSON, EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel


def _user(**more) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class PersonMerge(SealedModel):
    """One record stands for another. Nothing moves: ids, links and rows stay where they are.

    Asked for by one colleague and merged by a second (a supervisor does both at once). `fields` keeps, for
    each field that differed, both sides' values from before and which was taken, so that undoing restores
    them; what a person asked to restrict counts as a field. Sealed with the survivor's data key.
    """

    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_by")
    reason = EncryptedText()
    fields = EncryptedJSON()
    asked_at = models.DateTimeField(db_default=AppNow(), editable=False)
    asked_by = _user()
    at = models.DateTimeField(null=True)
    by = _user(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = _user(null=True)
    undo_reason = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(survivor=F("merged")),
                name="records_personmerge_two_records",
                violation_error_message="A record is merged into another one.",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="records_personmerge_once",
                violation_error_message="This record is merged already, or somebody asked for it.",
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=True, by__isnull=True) | Q(at__isnull=False, by__isnull=False),
                name="records_personmerge_merged_by",
                violation_error_message="A merge says who made it and when.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, undo_reason__isnull=False),
                name="records_personmerge_undone_by",
                violation_error_message="Undoing says who did it, when and why.",
            ),
        ]


class DifferentPeople(SealedModel):
    """Somebody looked at two records and said that they are of two people. Append-only; offered no more.

    `first` is the one with the smaller id, so that a pair is one row. Sealed with the first one's data key.
    """

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="different_from")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="different_of")
    reason = EncryptedText()
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = _user()

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="records_differentpeople_in_order",
                violation_error_message="A pair of records is one row.",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="records_differentpeople_once",
                violation_error_message="These two are known to be different people.",
            ),
        ]

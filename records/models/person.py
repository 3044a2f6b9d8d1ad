"""Person: whose record it is."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Coalesce

from config.clock import AppNow
from records.choices import Language
from records.fields import EncryptedJSON, EncryptedText
from records.models.sealed import SealedModel


class Person(SealedModel):
    """Somebody we help. Everything that identifies them is encrypted; `reference` may be spoken aloud.

    The index columns are keyed hashes for exact look-ups; they are set by the actions, with the values.
    `merged_into` points to the record that stands for this one while a merge holds (`PersonMerge`); `whole`
    is the id of that record, or this one's own: records with the same `whole` are of one person. `care_since`
    is when the newest of several episodes began: a consent signed before it opens nothing any more.
    """

    reference = models.CharField(max_length=20, unique=True)
    name = EncryptedText()
    preferred_name = EncryptedText(null=True)
    date_of_birth = EncryptedText(null=True)  # ISO date
    phone = EncryptedText(null=True)  # E.164
    email = EncryptedText(null=True)
    sex = EncryptedText(null=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    restricted = models.BooleanField(default=False)
    restriction = EncryptedJSON(null=True)  # while restricted: reason, by, at
    name_index = models.BinaryField(max_length=16, null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    dob_index = models.BinaryField(max_length=16, null=True)
    name_sounds = ArrayField(models.CharField(max_length=32), default=list)
    sounds_version = models.PositiveSmallIntegerField(default=0)  # of records.sounds, for the rebuild
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    care_since = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="stands_for", db_index=False
    )
    whole = models.GeneratedField(
        expression=Coalesce("merged_into", "id"), output_field=models.UUIDField(), db_persist=True
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["whole"], name="records_person_whole_idx"),
            models.Index(fields=["name_index"], name="records_person_name_idx"),
            GinIndex(fields=["name_sounds"], name="records_person_sounds_idx"),
            models.Index(fields=["sounds_version"], name="records_person_sounds_version"),
            models.Index(fields=["phone_index"], name="records_person_phone_idx"),
            models.Index(fields=["dob_index"], name="records_person_dob_idx"),
            models.Index(fields=["-created_at", "id"], name="records_person_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def called(self) -> str:
        """Return what the person likes to be called."""
        return self.preferred_name or self.name

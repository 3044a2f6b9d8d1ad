"""Paper: a consent that was signed by hand, scanned, and checked by two people before it counts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import PaperOrigin, PaperOutcome
from records.fields import EncryptedJSON, EncryptedText
from records.models.consent import Consent
from records.models.document import Document
from records.models.sealed import SealedModel


class ConsentPaper(SealedModel):
    """The scan of a consent on paper, who vouched for it, and what the second person found.

    `origin` is ours (our own text, printed with its fingerprint `text_sha256`) or theirs (another
    organisation's form, checked element by element in `checklist`: element to "yes" or "no"). `signed_on` is
    the ISO date on the paper; `second_name` the name of a parent or guardian who signed as well. `lacking`
    are the elements that the form does not show.
    """

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="paper")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=6, choices=PaperOrigin.choices)
    language = models.CharField(max_length=2)
    text_sha256 = EncryptedText(null=True)
    signed_on = EncryptedText()
    signed_name = EncryptedText()
    second_name = EncryptedText(null=True)
    attested_by = models.UUIDField()
    attested_at = models.DateTimeField(db_default=AppNow(), editable=False)
    checklist = EncryptedJSON(null=True)
    lacking = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    outcome = models.CharField(
        max_length=10, choices=PaperOutcome.choices, default=PaperOutcome.WAITING, blank=True
    )
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", reviewed_by__isnull=True, reviewed_at__isnull=True, lacking=[])
                | Q(
                    Q(outcome=PaperOutcome.ACCEPTED, lacking=[]) | Q(outcome=PaperOutcome.REJECTED),
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                ),
                name="records_consentpaper_outcome",
                violation_error_message="A check says who made it and what is lacking.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("attested_by")),
                name="records_consentpaper_second_person",
                violation_error_message="A second person must check it.",
            ),
            models.CheckConstraint(
                condition=Q(origin=PaperOrigin.OURS, text_sha256__isnull=False)
                | Q(
                    Q(origin=PaperOrigin.THEIRS),
                    ~Q(outcome=PaperOutcome.ACCEPTED) | Q(checklist__isnull=False),
                ),
                name="records_consentpaper_checked",
                violation_error_message="Our paper carries our text; other forms are checked by element.",
            ),
        ]

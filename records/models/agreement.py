"""Agreement: what another party signed before it may receive records without consent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Category
from records.choices_door import TERMS_OF, AgreementKind, Term
from records.fields import EncryptedBytes, EncryptedText
from records.models.recipient import Recipient
from records.models.sealed import SealedModel
from records.sealed_rules import filled


def _terms() -> Q:
    """Return the condition that an agreement holds every term its kind needs."""
    condition = Q()
    for kind, terms in TERMS_OF.items():
        condition |= Q(kind=kind, terms__contains=list(terms))
    return condition


class Agreement(SealedModel):
    """A written agreement with a service organisation, an auditor or a researcher (2.11, 2.53, 2.52).

    `categories` is what it covers; `content` is the signed paper. `ends_on` is the last day. A trigger
    freezes the row: only its end is added, once.
    """

    kind = models.CharField(max_length=12, choices=AgreementKind.choices)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="agreements")
    scope = EncryptedText()
    categories = ArrayField(models.CharField(max_length=20, choices=Category.choices))
    terms = ArrayField(models.CharField(max_length=20, choices=Term.choices))
    starts_on = models.DateField()
    ends_on = models.DateField()
    media_type = models.CharField(max_length=20)
    content = EncryptedBytes()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["ends_on", "id"], name="records_agreement_ending")]
        constraints = [
            models.CheckConstraint(
                condition=filled("scope", "content") & Q(categories__len__gt=0),
                name="records_agreement_facts",
                violation_error_message="An agreement says what it covers and holds the signed paper.",
            ),
            models.CheckConstraint(
                condition=_terms(),
                name="records_agreement_terms",
                violation_error_message="An agreement of this kind lacks a term that the law asks for.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="records_agreement_dates",
                violation_error_message="The last day is not before the first.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="records_agreement_ended",
                violation_error_message="An ended agreement says when and by whom.",
            ),
        ]

"""Prefill: an answer from elsewhere, offered."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices import AnswerSource, PrefillDecision, SectionKey
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel

_UNDECIDED = models.Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
_DECIDED = models.Q(decision__in=PrefillDecision.values, decided_at__isnull=False, decided_by__isnull=False)


class Prefill(SealedModel):
    """One answer that came from elsewhere. It counts for nothing until a person uses it.

    `field` is a question of the section, or empty for a whole substance row; `offered` is the answer, or the
    row's answers by question. `origin` says where it comes from in words ("August 2025", a partner's name).
    A trigger keeps the row as it was offered; only the decision about it is written, once.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="prefills")
    section = models.CharField(max_length=12, choices=SectionKey.choices)
    field = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    offered = EncryptedJSON()
    source = models.CharField(max_length=10, choices=AnswerSource.choices)
    origin = EncryptedText()
    said_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(db_default=AppNow(), editable=False)
    decision = models.CharField(max_length=10, choices=PrefillDecision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["episode", "section", "position"],
                condition=models.Q(decision=""),
                name="intake_prefill_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source__in=[one for one in AnswerSource.values if one != "asked"]),
                name="intake_prefill_source_known",
                violation_error_message="An offered answer comes from somewhere else.",
            ),
            models.CheckConstraint(
                condition=_UNDECIDED | _DECIDED,
                name="intake_prefill_decision_complete",
                violation_error_message="A decision about an offered answer says who made it and when.",
            ),
        ]

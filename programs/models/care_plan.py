"""CarePlan: one version of what a person and a clinician agreed on."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from records.fields import EncryptedJSON
from records.models import SealedModel


class CarePlan(SealedModel):
    """One version of an episode's plan; append-only. A change is the next number, and the highest counts.

    `content` is {"domains": {code: {"plan", "why_not"}}, "ways": [...], "triggers": [[trigger, answer]],
    "early_signs": [...], "first_answers": [...], "habits": {code: text}}.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="care_plans")
    number = models.PositiveSmallIntegerField()
    content = EncryptedJSON()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "number"],
                name="programs_careplan_version",
                violation_error_message="Somebody saved the plan meanwhile.",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="programs_careplan_from_one",
                violation_error_message="The first version is number 1.",
            ),
        ]

"""Reads of next steps after a stay."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from intake.queries import episodes_for
from programs.models import Admission, NextStep


def next_steps_due(user: Any, today: date) -> QuerySet[NextStep]:
    """Next steps to ask about: the day came, the episode is open, and nobody admitted the person again.

    None of somebody who has died.
    """
    again = Admission.objects.filter(
        episode=OuterRef("admission__episode"), admitted_at__gte=OuterRef("admission__discharged_at")
    )
    return (
        NextStep.objects.filter(
            admission__episode__in=episodes_for(user).filter(status="open"),
            admission__discharged_at__isnull=False,
            review_on__lte=today,
        )
        .filter(~Exists(again))
        .exclude(admission__follow_ups__outcome="died")
        .select_related("data_key", "admission__episode__person__data_key")
        .order_by("review_on", "id")
    )

"""Reads of care plans."""

from typing import Any

from intake.models import Episode
from programs.models import CarePlan


def care_plan_of(episode: Episode) -> CarePlan | None:
    """Return the newest version of an episode's plan."""
    rows = CarePlan.objects.filter(episode=episode).select_related("data_key", "made_by")
    return rows.order_by("-number").first()


def content_of_version(episode: Episode, number: int) -> dict[str, Any]:
    """Return the content of one version of an episode's plan; empty when there is none."""
    plan = CarePlan.objects.filter(episode=episode, number=number).select_related("data_key").first()
    return plan.content if plan else {}

"""Reads of what is due after a stay."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from intake.queries import episodes_for
from programs.models import Admission, FollowUp, FollowUpTry
from programs.rules.follow_up import SHOWN_BEFORE
from records.models import Person
from records.queries import same_person


def present_stays() -> QuerySet[Admission]:
    """Stays under way of the person of the follow-up that the query is about: nobody calls them meanwhile."""
    return Admission.objects.filter(
        episode__person__whole=OuterRef("admission__episode__person__whole"), discharged_at=None
    )


def follow_ups_for(user: Any) -> QuerySet[FollowUp]:
    """Follow-ups of people whose record `user` may open, also after the episode was closed."""
    if not user.has_perm("programs.follow_up"):
        return FollowUp.objects.none()
    return FollowUp.objects.filter(admission__episode__in=episodes_for(user)).select_related(
        "data_key", "done_by", "admission__program", "admission__episode__person__data_key",
        "admission__episode__contact_request__data_key",
    )  # fmt: skip


def follow_ups_due(user: Any, now: datetime) -> QuerySet[FollowUp]:
    """Calls to make within hours, soonest due first, each with `tried`; none to people who are here."""
    return (
        follow_ups_for(user)
        .filter(~Exists(present_stays()))
        .filter(done_at=None, admission__discharged_at__isnull=False, due_at__lte=now + SHOWN_BEFORE)
        .annotate(tried=Count("tries"))
        .order_by("due_at", "id")
    )


def follow_ups_of(user: Any, person: Person) -> QuerySet[FollowUp]:
    """Every follow-up of a person, the newest stay first, then in the order of the calls."""
    tries = FollowUpTry.objects.select_related("by").order_by("at", "id")
    return (
        follow_ups_for(user)
        .filter(admission__episode__person__in=same_person(person), admission__discharged_at__isnull=False)
        .prefetch_related(Prefetch("tries", queryset=tries))
        .order_by("-admission__discharged_at", "admission_id", "due_at")
    )

"""Reads of the patient notice, and of who was given it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from records.models import NoticeGiven, PatientNotice, Person
from records.queries.people import same_person


def current_notice(today: date) -> PatientNotice | None:
    """Return the notice in force, or None: the newest version whose day has come."""
    published = PatientNotice.objects.filter(version__isnull=False, effective_on__lte=today)
    return published.order_by("-version").first()


def notices_for(user: Any) -> QuerySet[PatientNotice]:
    """Return every version and the draft, newest first, for who writes the notice."""
    rows = PatientNotice.objects.select_related("published_by").order_by("-made_at", "-id")
    return rows if user.has_perm("records.notice_publish") else rows.none()


def draft_for(user: Any) -> PatientNotice | None:
    """Return the one draft, or None."""
    return notices_for(user).filter(version=None).first()


def notices_given_to(person: Person) -> QuerySet[NoticeGiven]:
    """Return what a person was given, newest first."""
    rows = NoticeGiven.objects.filter(person__in=same_person(person)).select_related(
        "notice", "given_by", "data_key"
    )
    return rows.order_by("-given_at", "-id")


def answered_notice(person_id: Any) -> NoticeGiven | None:
    """Return the last notice that a person was given and answered, or None."""
    whole = Person.objects.filter(pk=person_id).values("whole")
    given = NoticeGiven.objects.filter(person__whole__in=whole).exclude(answer="later")
    return given.select_related("given_by", "data_key").order_by("-given_at", "-id").first()

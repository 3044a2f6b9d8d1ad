"""Reads of the family program: relatives with what they may be told, sessions, and who came."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from accounts.choices import Role
from intake.models import Episode
from intake.queries import episodes_for
from programs.models import FamilyAttendance, FamilyMember, FamilySession
from records.choices import Category, Purpose
from records.display import category_labels
from records.models import Recipient
from records.queries.consents import live_consents
from records.queries.people import same_person

LEADERS = (Role.CLINICIAN, Role.SUPERVISOR)
SHOWN = 100
"""So many sessions stand on one page, latest first."""

BACK = timedelta(days=60)
"""So long after a session its attendance is written from the list."""


def members_for(user: Any) -> QuerySet[FamilyMember]:
    """Return the relatives listed with the episodes that `user` may open."""
    return FamilyMember.objects.filter(episode__in=episodes_for(user))


def member_rows(episode: Episode, now: datetime) -> list[dict[str, Any]]:
    """Return each relative, who takes part first, with what a consent lets them be told now, and who came.

    Nothing but a consent in force that names the helper and covers being in contact here counts: to call
    somebody about the program says that much.
    """
    found = FamilyMember.objects.filter(episode=episode).select_related("data_key", "recipient__data_key")
    members = sorted(found.order_by("made_at", "id"), key=lambda one: one.ended_at is not None)
    helpers = [one.recipient for one in members if one.recipient and not one.ended_at]
    live = live_consents(episode.person, helpers, Purpose.FAMILY, (Category.PRESENCE,), now)
    came = _attendance(members)
    rows = []
    for member in members:
        consent = None if member.ended_at else live.get(member.recipient_id)
        told = category_labels(consent.categories) if consent else []
        rows.append({"member": member, "consent": consent, "told": told, "came": came.get(member.pk, [])})
    return rows


def _attendance(members: Collection[FamilyMember]) -> dict[Any, list[FamilyAttendance]]:
    """Return by relative the newest word on each session, latest session first."""
    rows = FamilyAttendance.objects.filter(member__in=[one.pk for one in members])
    newest = rows.order_by("member", "session", "-made_at", "-id").distinct("member", "session")
    found: dict[Any, list[FamilyAttendance]] = {}
    for row in sorted(newest.select_related("session"), key=lambda one: one.session.starts_at, reverse=True):
        found.setdefault(row.member_id, []).append(row)
    return found


def helpers_to_enroll(episode: Episode) -> list[Recipient]:
    """Return the helpers of the person, whom consents can name."""
    helpers = Recipient.objects.filter(person__in=same_person(episode.person), active=True)
    return list(helpers.select_related("data_key").order_by("created_at", "id"))


def sessions() -> QuerySet[FamilySession]:
    """Return the sessions of the center, latest first."""
    return FamilySession.objects.select_related("led_by").order_by("-starts_at", "id")


def sessions_held(now: datetime) -> list[FamilySession]:
    """Return the sessions whose attendance can be written: begun, not called off, not long ago."""
    return list(sessions().filter(off_at=None, starts_at__lte=now, starts_at__gt=now - BACK))


def leaders() -> QuerySet:
    """Return the colleagues who can lead a session."""
    found = get_user_model().objects.filter(is_active=True, role__in=LEADERS)
    return found.order_by("display_name", "id")

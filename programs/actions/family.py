"""The family program: who takes part, the sessions of the center, and who came."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.choices_family import FamilyCame, FamilyTopic
from programs.models import FamilyAttendance, FamilyMember, FamilySession
from programs.queries_family import BACK, LEADERS
from records.models import Recipient
from records.queries.people import same_person


def _locked(episode: Episode, by: Any) -> Episode:
    demand(by, "programs.family")
    locked = lock_open_episode(episode.pk)
    not_by_break_glass(by, locked.person)
    return locked


def _records_of(episode: Episode) -> set[UUID | None]:
    """Return the ids of the records that are of the same person."""
    return set(same_person(episode.person).values_list("pk", flat=True))


@transaction.atomic
def enroll(
    *,
    episode: Episode,
    details: dict[str, str],
    recipient: Recipient | None,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> FamilyMember:
    """Put a relative on the list of the family program. It lets nobody be told anything.

    Raises Refused for the helper of another person, Conflict when this helper is on the list already.
    """
    key = once(submit_key, scope="family.enroll", by=by) if submit_key else None
    locked = _locked(episode, by)
    if not details.get("name"):
        raise Refused("name", "Enter their name", field="name")
    if recipient is not None and recipient.person_id not in _records_of(locked):
        raise Refused("recipient", "Select a helper of this person", field="recipient")
    listed = FamilyMember.objects.filter(episode=locked, recipient=recipient, ended_at=None)
    if recipient is not None and listed.exists():
        raise Conflict("This helper is in the family program already.")
    member = FamilyMember.objects.create(
        episode=locked, data_key=locked.person.data_key, recipient=recipient, details=details, made_by=by
    )
    record("family.enrolled", by=by, obj=member, person=locked.person_id, named=recipient is not None)
    if key:
        key.done(url)
    return member


@transaction.atomic
def end_member(*, member: FamilyMember, by: Any) -> FamilyMember:
    """Take a relative off the list; what was written stays. Raises Conflict when it was done already."""
    locked = _locked(member.episode, by)
    row = FamilyMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if row.ended_at is not None:
        raise Conflict("This relative was taken off the list already.")
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record("family.ended", by=by, obj=row, person=locked.person_id)
    return row


@transaction.atomic
def write_attendance(
    *,
    member: FamilyMember,
    session: FamilySession,
    came: str,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> FamilyAttendance:
    """Write whether a relative was at a session; written again, the newer word counts.

    Raises Refused for a session that has not begun, was called off or is long over, Conflict when the
    relative left the list.
    """
    key = once(submit_key, scope="family.attendance", by=by) if submit_key else None
    locked = _locked(member.episode, by)
    if came not in FamilyCame.values:
        raise Refused("came", "Select whether they came", field="came")
    listed = FamilyMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    held = FamilySession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    now = clock.now()
    if listed.ended_at is not None:
        raise Conflict("This relative was taken off the list meanwhile.")
    if held.off_at is not None or not now - BACK < held.starts_at <= now:
        raise Refused("session", "Select a session that was held", field="session")
    row = FamilyAttendance.objects.create(member=listed, session=held, came=came, made_by=by)
    record("family.attendance_written", by=by, obj=row, person=locked.person_id, came=came)
    if key:
        key.done(url)
    return row


@transaction.atomic
def plan_session(
    *, starts_at: datetime, topic: str, led_by: Any, by: Any, submit_key: UUID | None = None, url: str = ""
) -> FamilySession:
    """Put a session on the list; it is about nobody. One that was held is entered afterwards as well.

    Raises Refused for an unknown topic, a leader of another role, a day long over, or a leader's second
    session at the same time.
    """
    demand(by, "programs.family_session_plan")
    key = once(submit_key, scope="family.session", by=by) if submit_key else None
    if topic not in FamilyTopic.values:
        raise Refused("topic", "Select a topic", field="topic")
    if not led_by.is_active or led_by.role not in LEADERS:
        raise Refused("led_by", "Select a clinician or a supervisor", field="led_by")
    if starts_at <= clock.now() - BACK:
        raise Refused("starts_at", f"Give a time of the last {BACK.days} days, or to come", field="starts_at")
    try:
        with transaction.atomic():
            made = FamilySession.objects.create(starts_at=starts_at, topic=topic, led_by=led_by, made_by=by)
    except IntegrityError as error:
        if refusal_code(error) != "programs_familysession_once":
            raise
        raise Refused(
            "busy", "This colleague leads another session at that time", field="starts_at"
        ) from error
    record("family.session_planned", by=by, obj=made, topic=topic)
    if key:
        key.done(url)
    return made


@transaction.atomic
def call_off(*, session: FamilySession, by: Any) -> FamilySession:
    """Call a session off; it stays on the list. Raises Conflict when it was, or when somebody came to it."""
    demand(by, "programs.family_session_plan")
    row = FamilySession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.off_at is not None:
        raise Conflict("This session was called off already.")
    if FamilyAttendance.objects.filter(session=row).exists():
        raise Conflict("This session was held: attendance is written.")
    row.off_at, row.off_by = clock.now(), by
    row.save(update_fields=["off_at", "off_by"])
    record("family.session_off", by=by, obj=row)
    return row

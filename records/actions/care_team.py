"""Who joins and leaves a person's care team. Rows are added and ended, never changed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from records.actions.reviews import open_review
from records.choices import ReviewKind, TeamReason
from records.models import CareTeam, Person
from records.queries.people import is_on_team, people_for

WORKS_WITH_PEOPLE = "records.person_read"


def _lock(person_id: Any) -> Person:
    return Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)


def _add(
    *, person: Person, by: Any, user: Any, role: str, reason: str, until: datetime | None, now: datetime
) -> CareTeam:
    """Return the active row of a user or role, new or old; a row for a time gives way to a longer one."""
    row = CareTeam.objects.filter(person=person, user=user, role=role, ended_at__isnull=True).first()
    if row is not None:
        if row.until is None or (until is not None and row.until >= until):
            return row
        row.ended_at = min(now, row.until)
        row.save(update_fields=["ended_at"])
    made = CareTeam.objects.create(
        person=person, user=user, role=role, reason=reason, until=until, added_by=by
    )
    record(
        "care_team.joined", by=by, obj=made, person=person, member=user, role=str(role), reason=str(reason)
    )
    return made


@transaction.atomic
def join(
    *,
    person: Person,
    by: Any,
    reason: TeamReason,
    user: Any = None,
    role: str = "",
    until: datetime | None = None,
) -> CareTeam:
    """Put a user or a role on the team by a rule of ours; the caller's action has judged who may.

    Joining twice changes nothing, but a row for a time gives way to one without an end.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            return _add(person=person, by=by, user=user, role=role, reason=reason, until=until, now=now)
    except IntegrityError:
        # Somebody put the same member on the team at the same moment.
        return CareTeam.objects.get(person=person, user=user, role=role, ended_at__isnull=True)


def may_change_team(by: Any, person: Person) -> bool:
    """Whether `by` may add to and end memberships: who is on the team, and supervisors."""
    return by.has_perm("records.team_manage") or (
        by.has_perm("records.team_change") and is_on_team(by, person)
    )


def _demand(by: Any, person: Person) -> None:
    if not may_change_team(by, person):
        raise Refused("not_on_team", "Only somebody on the care team or a supervisor changes it.")


@transaction.atomic
def add_colleague(*, person: Person, user: User, by: Any, until: datetime | None = None) -> CareTeam:
    """Add a colleague, for good or until a time. Raises Refused when `by` or the colleague may not."""
    locked = _lock(person.pk)
    _demand(by, locked)
    now = clock.now()
    _refuse_time(until, now)
    _refuse_member(user)
    return _add(person=locked, by=by, user=user, role="", reason=TeamReason.ADDED, until=until, now=now)


def _refuse_time(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise Refused("until", "The time must be in the future", field="until")


def _refuse_member(user: User) -> None:
    if not user.has_perm(WORKS_WITH_PEOPLE):
        raise Refused("member", "Choose somebody who works with people here", field="user")


@transaction.atomic
def end_membership(*, member: CareTeam, by: Any) -> CareTeam:
    """End a membership. Raises Refused when `by` may not, or nobody would be left; Conflict when it ended."""
    person = _lock(member.person_id)
    _demand(by, person)
    locked = CareTeam.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    now = clock.now()
    if locked.ended_at is not None or (locked.until is not None and locked.until <= now):
        raise Conflict(f"{locked.who} left this care team already.")
    others = CareTeam.objects.filter(person=person, ended_at__isnull=True, until__isnull=True)
    if not others.exclude(pk=locked.pk).exists():
        raise Refused("last_member", "Add a colleague first: somebody has to stay on the care team.")
    return _end(locked, by, now)


def _end(row: CareTeam, by: Any, now: datetime) -> CareTeam:
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["ended_at", "ended_by"])
    record("care_team.left", by=by, obj=row, person=row.person_id, member=row.user_id, role=row.role)
    return row


@transaction.atomic
def end_role(*, person: Person, role: str, by: Any) -> None:
    """Take a role off the team by a rule of ours, such as when the episode closes."""
    for row in CareTeam.objects.select_for_update(of=("self",)).filter(
        person=person, role=role, ended_at__isnull=True
    ):
        _end(row, by, clock.now())


@transaction.atomic
def hand_over_person(*, person: Person, user: User, by: Any) -> CareTeam:
    """Give one person to a colleague: the colleague joins, `by` leaves. Raises Refused and Conflict."""
    locked = _lock(person.pk)
    mine = CareTeam.objects.filter(person=locked, user=by, ended_at__isnull=True).first()
    if mine is None:
        raise Conflict("You are not on this care team any more.")
    _refuse_member(user)
    if user.pk == by.pk:
        raise Refused("member", "Choose a colleague", field="user")
    now = clock.now()
    made = _add(person=locked, by=by, user=user, role="", reason=TeamReason.HANDED_OVER, until=None, now=now)
    _end(mine, by, now)
    return made


@transaction.atomic
def hand_list_over(*, user: User, by: Any, until: datetime) -> int:
    """Let a colleague work with all of one's own people until a time; one stays on the teams. Say how many.

    For a change of shift. Raises Refused for a time that has passed, or a colleague who can't work here.
    """
    now = clock.now()
    _refuse_time(until, now)
    _refuse_member(user)
    if user.pk == by.pk:
        raise Refused("member", "Choose a colleague", field="user")
    mine = CareTeam.objects.filter(user=by, ended_at__isnull=True).values("person")
    people = people_for(by).filter(pk__in=mine).order_by("pk").select_for_update(of=("self",), no_key=True)
    count = 0
    for person in people:
        _add(person=person, by=by, user=user, role="", reason=TeamReason.HANDED_OVER, until=until, now=now)
        count += 1
    record("care_team.list_handed_over", by=by, member=user, people=count)
    return count


@transaction.atomic
def join_by_search(*, person: Person, by: Any, reason: str = TeamReason.CALLING_NOW) -> CareTeam:
    """Join the team of somebody whom an exact search found, for what happens now; it is reviewed.

    `reason` is that the person is calling, or a medical emergency. Raises Refused for a restricted record
    or a role that does not work with people.
    """
    locked = _lock(person.pk)
    if locked.restricted or not by.has_perm(WORKS_WITH_PEOPLE):
        raise Refused("not_on_team", "A supervisor can add you to this care team.")
    made = _add(person=locked, by=by, user=by, role="", reason=reason, until=None, now=clock.now())
    open_review(kind=ReviewKind.JOINED_BY_SEARCH, by=by, person=locked, obj=made)
    return made

"""Reading the trail for those who check it: ids, codes and references; never a name of a person in care."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour

from accounts.models import User
from audit.models import Alarm, Event, Seal
from desk.queries import moment_of, uuid_of
from intake.models import ContactRequest, Episode
from records.models import Person
from records.queries import people_for, same_person

PAGE = 50
# Why somebody looked, where an event says so; the codes of lawful bases, reasons and purposes.
WHY = ("why", "basis", "purpose", "reason")


@dataclass(frozen=True)
class Row:
    """One event as the pages show it."""

    event: Event
    who: str
    role: str
    record: str
    number: int | None

    @property
    def why(self) -> str:
        """The code that says why, or what the actor was at that moment."""
        said = [str(self.event.ids[name]).replace("_", " ") for name in WHY if self.event.ids.get(name)]
        return ", ".join(said) or f"work as {self.role}"

    @property
    def what(self) -> str:
        """What was looked at, or done."""
        name = self.event.name.replace(".", " ").replace("_", " ")
        seen = str(self.event.ids.get("what", ""))
        return f"looked at: {seen.replace('_', ' ')}" if self.event.name == "record.viewed" else name


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and where the older ones begin ("" at the end)."""

    rows: list[Row]
    older: str


def named(reference: str) -> Q | None:
    """Return which events a reference or id means: of a person, an episode, a request, a row; or None."""
    text = reference.strip()
    if (row := uuid_of(text)) is not None:
        return Q(person_id=row) | Q(object_id=row) | Q(actor_id=row)
    person = person_of(text)
    if person is not None:
        return Q(person_id=person)
    request = ContactRequest.objects.filter(reference=text.upper()).values_list("pk", flat=True).first()
    return Q(object_id=request) if request else None


def person_of(reference: str) -> UUID | None:
    """Return the id of the person that a person's or an episode's reference means, None for neither."""
    text = reference.strip().upper()
    person = Person.objects.filter(reference=text).values_list("pk", flat=True).first()
    return person or Episode.objects.filter(reference=text).values_list("person_id", flat=True).first()


def about(person: Person) -> Q:
    """Return which events are about one person, under each of their records."""
    return Q(person_id__in=same_person(person))


def records_for_looks(user: Any) -> QuerySet[Person]:
    """Return the records whose looks `user` may list: all for those who check the trail, else their own."""
    return Person.objects.all() if user.has_perm("desk.trail_read") else people_for(user)


def events_of(
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    actor: str = "",
    kind: str = "",
    about: Q | None = None,
) -> QuerySet[Event]:
    """Return the events within these limits, newest first. `actor` is an e-mail, `kind` begins a name."""
    events = Event.objects.order_by("-at", "id")
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    if actor:
        events = events.filter(actor_id__in=User.objects.filter(email=actor.lower()).values("pk"))
    if kind:
        events = events.filter(name__startswith=kind)
    return events.filter(about) if about is not None else events


def page_of(events: QuerySet[Event], before: str = "", size: int = PAGE) -> Page:
    """Return a page of events in five queries, however long; a mangled `before` begins anew."""
    stamp, _, last = before.partition("~")
    at, row = moment_of(stamp), uuid_of(last)
    if at is not None and row is not None:
        events = events.filter(Q(at__lt=at) | Q(at=at, id__gt=row))
    found = list(events[: size + 1])
    older = f"{found[size - 1].at.isoformat()}~{found[size - 1].pk}" if len(found) > size else ""
    return Page(rows_of(found[:size]), older)


def rows_of(events: list[Event]) -> list[Row]:
    """Return the rows of these events: names of staff, references of people, numbers of seals."""
    staff = User.objects.in_bulk({one.actor_id for one in events if one.actor_kind == "staff"})
    people = {one.person_id for one in events if one.person_id}
    references = dict(Person.objects.filter(pk__in=people).values_list("pk", "reference"))
    seals = Seal.objects.filter(event_id__in=[one.pk for one in events])
    numbers = dict(seals.values_list("event_id", "number"))
    return [
        Row(
            event=one,
            who=str(staff.get(one.actor_id) or one.get_actor_kind_display()),
            role=one.role.replace("_", " ") or one.get_actor_kind_display().lower(),
            record=references.get(one.person_id, ""),
            number=numbers.get(one.pk),
        )
        for one in events
    ]


def event_row(event_id: UUID) -> Row | None:
    """Return one event, None when there is none with this id."""
    found = list(Event.objects.filter(pk=event_id))
    return rows_of(found)[0] if found else None


def alarms() -> list[Alarm]:
    """Return what the watch found last."""
    return list(Alarm.objects.order_by("-found_at", "id")[:PAGE])


# ------------------------------------------------------------------ what stands out


@dataclass(frozen=True)
class Busy:
    """Somebody and a number: records read, tries failed."""

    who: str
    number: int


def many_records(now: datetime, hours: int = 1) -> dict[UUID, int]:
    """Return who of staff read as many different records as settings.RECORDS_PER_HOUR, or more."""
    counted = (
        Event.objects.filter(name="record.viewed", actor_kind="staff", at__gte=now - timedelta(hours=hours))
        .values_list("actor_id")
        .annotate(records=Count("person_id", distinct=True))
        .filter(records__gte=settings.RECORDS_PER_HOUR * hours)
    )
    return dict(counted)


def _busy(counted: dict[UUID | None, int]) -> list[Busy]:
    staff = User.objects.in_bulk([pk for pk in counted if pk])
    ranked = sorted(counted.items(), key=lambda item: -item[1])[:PAGE]
    return [Busy(str(staff.get(pk) or "An address that has no account"), number) for pk, number in ranked]


def failed_sign_ins(now: datetime) -> list[Busy]:
    """Return the accounts at which sign-ins failed within a day, most failures first."""
    counted = (
        Event.objects.filter(name="account.sign_in_failed", at__gte=now - timedelta(days=1))
        .values_list("object_id")
        .annotate(tries=Count("id"))
    )
    return _busy(dict(counted))


def readers(now: datetime) -> list[Busy]:
    """Return who of staff read how many different records within a day, most first."""
    counted = (
        Event.objects.filter(name="record.viewed", actor_kind="staff", at__gte=now - timedelta(days=1))
        .values_list("actor_id")
        .annotate(records=Count("person_id", distinct=True))
    )
    return _busy(dict(counted))


def after_hours(now: datetime) -> list[Busy]:
    """Return who of staff read records outside opening hours within a week, and how many different ones."""
    hour = ExtractHour("at", tzinfo=ZoneInfo(settings.CENTER_TIME_ZONE))
    closed = Q(hour__lt=settings.OPEN_FROM) | Q(hour__gte=settings.OPEN_UNTIL)
    counted = (
        Event.objects.filter(name="record.viewed", actor_kind="staff", at__gte=now - timedelta(days=7))
        .alias(hour=hour)
        .filter(closed)
        .values_list("actor_id")
        .annotate(records=Count("person_id", distinct=True))
    )
    return _busy(dict(counted))

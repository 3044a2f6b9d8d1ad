"""The incident register: reporting, the people it touches, the checklist. `incident_decisions` decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.templatetags.ui import clock as clock_words
from config.templatetags.ui import day
from outbox import actions as outbox
from outbox.submit import once
from records import hooks
from records.actions.reviews import open_review
from records.choices import Medium, ReviewKind
from records.choices_rights import TASKS, Encrypted, IncidentKind
from records.models import (
    DataKey,
    Disclosure,
    Incident,
    IncidentDuty,
    IncidentPerson,
    IncidentStep,
    IncidentTask,
    Person,
)
from records.references import save_new
from records.rules.breach import BreachFacts, duties, reminder

OPENED_MAIL = "records.incident_opened"
DUE_MAIL = "records.incident_due"


@transaction.atomic
def report(
    *,
    kind: str,
    discovered_at: datetime,
    what_happened: str,
    by: Any,
    found_by: str = "",
    information: list[str] | None = None,
    encrypted: str = Encrypted.UNKNOWN,
    person: Person | None = None,
    state: str = "",
    subject: str = "",
    disclosure: Disclosure | None = None,
    submit_key: UUID | None = None,
    url: str = "",
) -> Incident:
    """Open an entry of the register, stop what can be stopped, make the checklist, tell the privacy officer.

    `subject` names what was sent ("offer:<uuid>"): hooks end its links and cancel its messages in this
    transaction and say what was opened. Raises Refused, and AlreadyDone when this submit was done before.
    """
    now = clock.now()
    if kind not in IncidentKind.values or encrypted not in Encrypted.values:
        raise Refused("kind", "Select what kind of incident this is", field="kind")
    if not what_happened.strip():
        raise Refused("what_happened", "Write what happened", field="what_happened")
    if discovered_at > now:
        raise Refused("discovered_at", "The time of discovery can't be in the future", field="discovered_at")
    key = once(submit_key, scope="incident.report", by=by) if submit_key else None
    stopped, opened = _stop(subject=subject, person=person, by=by, now=now)
    data_key = DataKey.make()
    data_key.save(force_insert=True)
    incident = save_new(
        lambda reference: Incident(
            data_key=data_key, reference=reference, kind=kind, subject=subject, disclosure=disclosure,
            discovered_at=discovered_at, reported_by=by, what_happened=what_happened.strip(),
            encrypted=encrypted,
            details={
                "found_by": found_by or "", "information": list(information or []), "by_state": {},
                "stopped": stopped, "opened": opened,
            },
        ),
        length=6,
    )  # fmt: skip
    for position, code in enumerate(TASKS.get(kind, ())):
        IncidentTask(incident=incident, data_key=data_key, code=code, position=position).save()
    if person is not None:
        IncidentPerson(incident=incident, data_key=data_key, person=person, state=state.upper()).save()
    note_step(incident, "reported", by=by)
    record("incident.opened", by=by, obj=incident, person=person, kind=str(kind), stopped=len(stopped))
    if kind == IncidentKind.MISDIRECTED:
        open_review(kind=ReviewKind.MISDIRECTED, by=by, person=person, obj=incident)
    outbox.send(OPENED_MAIL, key=f"{OPENED_MAIL} {incident.pk}", ids={"incident": incident.pk})
    refresh_duties(incident)
    if key:
        key.done(url.replace("INCIDENT", str(incident.pk)))
    return incident


def _stop(*, subject: str, person: Person | None, by: Any, now: datetime) -> tuple[list[str], list[str]]:
    stopped: list[str] = []
    opened: list[str] = []
    if subject:
        shown = Disclosure.objects.filter(subject=subject, medium=Medium.LINK_PAGE).order_by("at")
        opened += [
            f"The packet, version {version}, was shown on {day(at)}, {clock_words(at)}"
            for version, at in shown.values_list("version", "at")
        ]
        for hook in hooks.stop_sending:
            ended, seen = hook(subject=subject, person=person, by=by, now=now)
            stopped += ended
            opened += seen
    return stopped, opened


def note_step(incident: Incident, step: str, *, by: Any) -> None:
    """Append one step to an incident's history."""
    actor = Actor.of(by)
    IncidentStep.objects.create(incident=incident, step=step, actor_kind=actor.kind, actor_id=actor.id)


def locked(incident: Incident, *, by: Any, undecided: bool = True) -> Incident:
    """Lock an incident for somebody who handles the register. Raises Refused, and Conflict once decided."""
    if not by.has_perm("records.incident_handle"):
        raise Refused("not_allowed", "The privacy officer or a supervisor does this.")
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if undecided and found.decided_at is not None:
        raise Conflict("This incident was decided. Report a new one for new facts.")
    return found


def refresh_duties(incident: Incident) -> None:
    """Bring the rows of what is owed in line with the rules; what was done stays."""
    facts = BreachFacts(
        discovered_on=center_day(incident.discovered_at), by_state=count_by_state(incident),
        outcome=incident.outcome if incident.decided_at else "", delay_until=incident.delay_until,
    )  # fmt: skip
    owed = {(duty.code, duty.place): duty for duty in duties(facts)}
    for row in incident.duties.filter(done_at=None):
        duty = owed.pop((row.code, row.place), None)
        if duty is None:
            row.delete()
        elif duty.due_on != row.due_on:
            row.due_on = duty.due_on
            row.save(update_fields=["due_on"])
    done = set(incident.duties.exclude(done_at=None).values_list("code", "place"))
    IncidentDuty.objects.bulk_create(
        IncidentDuty(incident=incident, code=code, place=place, due_on=duty.due_on)
        for (code, place), duty in owed.items()
        if (code, place) not in done
    )


def count_by_state(incident: Incident) -> dict[str, int]:
    """Return how many people of each state an incident touches: those linked, and those only counted."""
    counts = {state: int(number) for state, number in incident.details.get("by_state", {}).items()}
    for one in incident.affected.all():
        counts[one.state] = counts.get(one.state, 0) + 1
    return counts


@transaction.atomic
def change_facts(*, incident: Incident, by: Any, details: dict[str, Any], encrypted: str) -> Incident:
    """Fill in what is known about an incident that is not decided yet; deadlines follow. Raises Conflict."""
    found = locked(incident, by=by)
    found.details = {**found.details, **details}
    found.encrypted = encrypted
    found.save(update_fields=["details", "encrypted"])
    note_step(found, "facts", by=by)
    record("incident.changed", by=by, obj=found, fields=["encrypted", *details])
    refresh_duties(found)
    return found


@transaction.atomic
def add_person(*, incident: Incident, person: Person, state: str, by: Any) -> IncidentPerson:
    """Put a person on the list of those whom the incident touches. Raises Refused for one who is on it."""
    found = locked(incident, by=by, undecided=False)
    if found.outcome == "not_breach" and found.decided_at:
        raise Conflict("This incident was decided. Report a new one for new facts.")
    if found.affected.filter(person=person).exists():
        raise Refused("there", "This person is on the list", field="reference")
    row = IncidentPerson(incident=found, data_key=found.data_key, person=person, state=state.upper())
    row.save(force_insert=True)
    note_step(found, "person", by=by)
    record("incident.person_added", by=by, obj=found, person=person)
    refresh_duties(found)
    return row


@transaction.atomic
def finish_task(*, task: IncidentTask, note: str, by: Any) -> IncidentTask:
    """Note that a step of the checklist was done, and how. Whoever reported it may, and who handles it."""
    found = IncidentTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    incident = Incident.objects.get(pk=found.incident_id)
    if incident.reported_by_id != by.pk and not by.has_perm("records.incident_handle"):
        raise Refused("not_allowed", "The privacy officer or a supervisor does this.")
    if found.done_at is not None:
        raise Conflict("This step was done already.")
    if not note.strip():
        raise Refused("note", "Write with whom you spoke, and what was said", field="note")
    found.note, found.done_at, found.done_by = note.strip(), clock.now(), by
    found.save(update_fields=["note", "done_at", "done_by"])
    note_step(incident, f"task {found.code}"[:20], by=by)
    record("incident.task_done", by=by, obj=incident, task=found.code)
    return found


@transaction.atomic
def finish_duty(*, duty: IncidentDuty, by: Any) -> IncidentDuty:
    """Note that a report was made."""
    if not by.has_perm("records.incident_handle"):
        raise Refused("not_allowed", "The privacy officer or a supervisor does this.")
    found = IncidentDuty.objects.select_for_update().get(pk=duty.pk)
    if found.done_at is not None:
        raise Conflict("This report was made already.")
    found.done_at, found.done_by = clock.now(), by
    found.save(update_fields=["done_at", "done_by"])
    note_step(found.incident, f"duty {found.code}"[:20], by=by)
    record("incident.duty_done", by=by, obj=found.incident, duty=found.code, place=found.place)
    return found


def remind_due(now: datetime) -> None:
    """Sweep: tell the privacy officer 30, 14 and 3 days before a report is due, and on the day. Once each."""
    today = center_day(now)
    for duty in IncidentDuty.objects.filter(done_at=None).select_related("incident"):
        left = reminder(duty.due_on, today)
        if left is not None:
            outbox.send(
                DUE_MAIL,
                key=f"{DUE_MAIL} {duty.pk} {duty.due_on} {left}",
                ids={"incident": duty.incident_id, "days": left},
            )

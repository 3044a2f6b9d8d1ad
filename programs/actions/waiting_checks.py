"""Care while waiting (features U16): calls by schedule, and a supervisor when nobody is reached."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from outbox.submit import once
from programs.actions.common import demand
from programs.choices_waiting import CALLED, CheckOutcome
from programs.models import WaitingCheck, WaitlistEntry
from programs.rules.waiting import escalates, next_check

SWEEP_LIMIT = 200


def schedule(entry: WaitlistEntry, now: datetime) -> WaitingCheck:
    """Write the next call to somebody who waits, as a row with its time."""
    done = entry.checks.exclude(outcome=CheckOutcome.DUE).count()
    due = next_check(settings.WAITLIST_CALL_HOURS, entry.since, done, now)
    return WaitingCheck.objects.create(entry=entry, data_key=entry.data_key, due_at=due)


@transaction.atomic
def call(
    *,
    check: WaitingCheck,
    outcome: str,
    by: Any,
    note: str = "",
    told: tuple[str, ...] = (),
    submit_key: UUID | None = None,
    shown: UUID | None = None,
) -> WaitingCheck:
    """Note how a call went; the next one is written at once. It may be made before its time.

    `shown` is the call that the page was about: raises Conflict when that was noted meanwhile.

    `told` says which words were said ("naloxone", "tolerance"). Raises Refused for an unknown outcome,
    Conflict when it was noted before or the person waits no more, AlreadyDone when this submit was done.
    """
    demand(by, "programs.waitlist")
    if outcome not in dict(CALLED):
        raise Refused("no_outcome", "Select how the call went", field="outcome")
    key = once(submit_key, scope="waitlist.call", by=by) if submit_key else None
    if shown is not None and shown != check.pk:
        told_meanwhile = "A colleague noted this call meanwhile. Save again only if you called once more"
        raise Conflict(told_meanwhile, field="outcome")
    entry_id, episode_id = WaitingCheck.objects.values_list("entry_id", "entry__episode_id").get(pk=check.pk)
    episode = lock_episode(episode_id)
    entry = WaitlistEntry.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=entry_id)
    locked = WaitingCheck.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=check.pk)
    if locked.outcome or entry.ended_at is not None:
        raise Conflict("This call was noted already, or the person waits no more. Nothing was changed.")
    now = clock.now()
    locked.outcome, locked.done_at, locked.done_by = outcome, now, by
    locked.said = {"note": note.strip(), "told": list(told)}
    locked.save(update_fields=["outcome", "done_at", "done_by", "said"])
    record("waitlist.called", by=by, obj=locked, person=episode.person_id, outcome=outcome)
    _go_on(entry, episode.person_id, by, now)
    if key:
        key.done(next_page(locked, episode.pk))
    return locked


def next_page(check: WaitingCheck, episode_id: UUID) -> str:
    """Return where a call leads: news to the safety questions, stopping to the end of waiting."""
    if check.outcome == CheckOutcome.NEWS:
        return reverse("intake:safety-check", args=[episode_id])
    name = "waitlist-leave" if check.outcome == CheckOutcome.STOPS else "waitlist-entry"
    return reverse(f"programs:{name}", args=[check.entry_id])


def sweep_missed(now: datetime) -> None:
    """Note calls that nobody made in time, and write the next ones."""
    late = now - timedelta(hours=settings.WAITLIST_MISSED_HOURS)
    due = WaitingCheck.objects.filter(outcome="", due_at__lte=late, entry__ended_at__isnull=True)
    found = due.order_by("due_at", "id").values_list("pk", "entry_id", "entry__episode_id")
    for check_id, entry_id, episode_id in found[:SWEEP_LIMIT]:
        with transaction.atomic():
            episode = lock_episode(episode_id)
            entry = WaitlistEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
            changed = WaitingCheck.objects.filter(pk=check_id, outcome="").update(
                outcome=CheckOutcome.MISSED, done_at=now
            )
            if changed and entry.ended_at is None:
                record("waitlist.call_missed", by=Actor.system(), obj=entry, person=episode.person_id)
                _go_on(entry, episode.person_id, Actor.system(), now)


def _go_on(entry: WaitlistEntry, person_id: UUID, by: Any, now: datetime) -> None:
    """Write the next call, and ask a supervisor or not, by how the last ones went."""
    schedule(entry, now)
    done = entry.checks.exclude(outcome=CheckOutcome.DUE).order_by("-due_at", "-id")
    asks = escalates(list(done.values_list("outcome", flat=True)[:10]))
    if asks and entry.escalated_at is None:
        entry.escalated_at = now
        record("waitlist.escalated", by=by, obj=entry, person=person_id)
    elif not asks:
        entry.escalated_at = None
    entry.save(update_fields=["escalated_at"])

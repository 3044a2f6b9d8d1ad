"""The waitlist: join, change the reasons, leave. Locks go episode, place, entry, offer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode, lock_open_episode
from intake.models import Assessment, Episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.actions.holds import cut, is_over, place_ids
from programs.actions.waiting_checks import schedule
from programs.choices import Level, Outcome
from programs.choices_waiting import BY_STAFF, CHOSEN, EntryEnd, OfferState, Priority
from programs.models import Admission, Determination, PlaceOffer, WaitlistEntry
from programs.rules.waiting import rank_of

SYSTEM = Actor.system()


def user_of(by: Any) -> Any:
    """Return the user who acts, or None when the product does."""
    return by if Actor.of(by).kind == ActorKind.STAFF else None


def join(
    *,
    episode: Episode,
    level: str,
    reasons: Collection[str],
    note: str = "",
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> WaitlistEntry:
    """Put an episode on the list for the level that was decided, with its reasons for priority.

    Pregnancy is taken from the assessment. Raises Refused, naming the field, when nobody decided on this
    level or the person is in it, Conflict when they wait for it already, AlreadyDone when it was done before.
    """
    demand(by, "programs.waitlist")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="waitlist.join", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            not_by_break_glass(by, locked.person)
            _demand_level(locked, level)
            said = _said(locked, reasons, note)
            entry = WaitlistEntry.objects.create(
                episode=locked,
                data_key=locked.person.data_key,
                level=level,
                rank=rank_of(said["reasons"]),
                said=said,
                added_by=by,
            )
            schedule(entry, clock.now())
            record("waitlist.joined", by=by, obj=entry, person=locked.person_id, level=level)
            if key:
                key.done(url)
            return entry
    except IntegrityError as error:
        if refusal_code(error) != "programs_waitlistentry_one_open":
            raise
        raise Conflict("This person waits for this level already.") from error


def _demand_level(episode: Episode, level: str) -> None:
    in_force = Q(needs_second=False) | Q(second_agrees=True)
    decided = Determination.objects.filter(in_force, episode=episode, superseded_at=None, level=level)
    if not decided.exists():
        raise Refused("no_decision", "A clinician has not decided on this level yet", field="level")
    here = Admission.objects.filter(episode=episode, discharged_at=None, program__level=level)
    if here.exists():
        raise Refused("here", "The person is at this level now", field="level")


def _said(episode: Episode, reasons: Collection[str], note: str) -> dict[str, Any]:
    """Return the reasons in their order, with the pregnancy that the assessment knows of."""
    chosen = {value for value, _label in CHOSEN}
    if not set(reasons) <= chosen:
        raise Refused("no_reason", "Select reasons from the list", field="reasons")
    known = set(reasons) | ({Priority.PREGNANCY.value} if episode.ob_contact_needed else set())
    return {"reasons": [one for one in Priority.values if one in known], "note": note.strip()}


@transaction.atomic
def change_reasons(
    *,
    entry: WaitlistEntry,
    reasons: Collection[str],
    note: str,
    by: Any,
    seen: dict[str, Any] | None = None,
) -> WaitlistEntry:
    """Write the reasons for priority anew; the place in the order follows. Raises Conflict, Refused.

    `seen` is what the page showed of reasons and note; when it says something else now, that is a conflict.
    """
    demand(by, "programs.waitlist")
    _, locked = lock_entry(entry)
    not_by_break_glass(by, locked.episode.person)
    if seen is not None and seen != locked.said:
        stands = [Priority(one).label for one in locked.said["reasons"]] or ["no reason"]
        words = "; ".join([", ".join(stands), *filter(None, [locked.said["note"]])])
        told = f"Somebody changed this meanwhile. Now it says: {words}. Save again to keep yours"
        raise Conflict(told, field="reasons")
    locked.said = _said(locked.episode, reasons, note)
    locked.rank = rank_of(locked.said["reasons"])
    locked.save(update_fields=["said", "rank"])
    record("waitlist.reasons_changed", by=by, obj=locked, person=locked.episode.person_id)
    return locked


def reorder(*, assessment: Assessment, by: Any, now: datetime) -> None:
    """Hook of intake: a pregnancy that comes to light, or does not hold, changes the place in the order."""
    waiting = WaitlistEntry.objects.filter(episode_id=assessment.episode_id, ended_at__isnull=True)
    for entry in waiting.select_related("data_key", "episode"):
        chosen = [one for one in entry.said["reasons"] if one != Priority.PREGNANCY]
        said = _said(entry.episode, chosen, entry.said["note"])
        if said == entry.said:
            continue
        entry.said, entry.rank = said, rank_of(said["reasons"])
        entry.save(update_fields=["said", "rank"])
        record("waitlist.reasons_changed", by=SYSTEM, obj=entry, person=entry.episode.person_id)


@transaction.atomic
def leave(*, entry: WaitlistEntry, reason: str, by: Any) -> WaitlistEntry:
    """End somebody's waiting; a place that was offered is free at once. Raises Refused, Conflict."""
    demand(by, "programs.waitlist")
    if reason not in dict(BY_STAFF):
        raise Refused("no_reason", "Select why the person waits no more", field="reason")
    _, locked = lock_entry(entry)
    not_by_break_glass(by, locked.episode.person)
    return end(locked, reason=reason, by=by, now=clock.now())


def end(entry: WaitlistEntry, *, reason: str, by: Any, now: datetime) -> WaitlistEntry:
    """End a locked entry. An open offer is taken back; its hold ends with it."""
    for offer in entry.offers.select_for_update(of=("self",)).filter(state=OfferState.OPEN):
        end_offer(offer, OfferState.WITHDRAWN, by=by, now=now)
    entry.ended_at, entry.ended_by, entry.end_reason = now, user_of(by), reason
    entry.escalated_at = None
    entry.save(update_fields=["ended_at", "ended_by", "end_reason", "escalated_at"])
    record("waitlist.ended", by=by, obj=entry, person=entry.episode.person_id, reason=reason)
    return entry


def end_offer(
    offer: PlaceOffer, state: str, *, by: Any, now: datetime, words: str = "", keep: bool = False
) -> PlaceOffer:
    """End a locked offer; the hold behind it ends too, unless it is to be kept or has ended."""
    offer.state, offer.ended_at, offer.ended_by = state, now, user_of(by)
    offer.words = words.strip() or None
    offer.save(update_fields=["state", "ended_at", "ended_by", "words"])
    held = offer.held
    if not keep and held.released_at is None and not is_over(held, now):
        cut(held, user_of(by), now)
    person = offer.entry.episode.person_id
    record(f"place.{state}", by=by, obj=offer, person=person, **place_ids(held))
    return offer


def lock_entry(entry: WaitlistEntry) -> tuple[Episode, WaitlistEntry]:
    """Lock the episode, then the entry. Raises Conflict when the person waits no more."""
    episode = lock_episode(entry.episode_id)
    locked = WaitlistEntry.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=entry.pk)
    if locked.ended_at is not None:
        raise Conflict("This person is not on the list any more. Nothing was changed.")
    locked.episode = episode
    return episode, locked


def end_all(*, episode: Episode, by: Any, now: datetime) -> None:
    """Take a locked episode that closes off every list."""
    for entry in _open_of(episode):
        end(entry, reason=EntryEnd.CLOSED, by=by, now=now)


def person_admitted(*, admission: Admission, by: Any, now: datetime) -> None:
    """Hook of programs: whoever came to the level they waited for waits for it no more."""
    arrived(episode=admission.episode, level=admission.program.level, by=by, now=now)


def arrived(*, episode: Episode, level: str, by: Any, now: datetime) -> None:
    """End the waiting of a locked episode for the level that the person has come to."""
    for entry in _open_of(episode).filter(level=level):
        end(entry, reason=EntryEnd.ADMITTED, by=by, now=now)


def level_decided(*, determination: Determination, by: Any, now: datetime) -> None:
    """End the waiting of a locked episode for any level but the one decided now.

    Detox comes before the level that somebody waits for, not instead of it; a referral elsewhere ends all.
    """
    stays = determination.level if determination.outcome != Outcome.REFER else ""
    if stays == Level.DETOX:
        return
    for entry in _open_of(determination.episode).exclude(level=stays):
        end(entry, reason=EntryEnd.OTHER_LEVEL, by=by, now=now)


def back_on_list(*, admission: Admission, by: Any, now: datetime) -> None:
    """Hook of programs: an admission was taken back, and the person waits again where they stood."""
    ended = WaitlistEntry.objects.select_for_update(of=("self",)).filter(
        episode=admission.episode_id, end_reason=EntryEnd.ADMITTED, ended_at__gte=admission.admitted_at
    )
    for entry in ended.select_related("data_key", "episode"):
        open_again = _open_of(entry.episode).filter(level=entry.level)
        if entry.level != admission.program.level or open_again.exists():
            continue
        entry.ended_at = entry.ended_by = None
        entry.end_reason = ""
        entry.save(update_fields=["ended_at", "ended_by", "end_reason"])
        if not entry.checks.filter(outcome="").exists():
            schedule(entry, now)
        record("waitlist.resumed", by=by, obj=entry, person=entry.episode.person_id, level=entry.level)


def _open_of(episode: Episode) -> Any:
    return (
        WaitlistEntry.objects.select_for_update(of=("self",))
        .filter(episode=episode, ended_at__isnull=True)
        .select_related("data_key", "episode")
        .order_by("level")
    )

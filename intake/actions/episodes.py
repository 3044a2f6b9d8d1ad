"""Opening an episode, and what is recorded on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.choices import Role
from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.offering import offer_what_is_known
from intake.choices import AssessmentStatus, CloseReason, EpisodeStatus, SectionKey, Stage
from intake.models import Assessment, AssessmentSection, ContactRequest, Episode, ReportedUse
from intake.queries import current_assessment, open_emergency
from outbox.submit import once
from records.actions.care_team import end_role, join, join_by_search
from records.actions.people import create_person
from records.choices import TeamReason
from records.models import Person
from records.references import save_new

_TAKEN = {
    "intake_episode_one_open": "This person already has an open episode.",
    "intake_episode_one_per_request": "This request already led to an episode.",
    "records_person_merged": "This record was merged into another one. Use that one.",
}


def start_episode(
    *,
    by: Any,
    person: Person | None = None,
    new_person: dict[str, Any] | None = None,
    contact_request: ContactRequest | None = None,
    submit_key: UUID | None = None,
    known_caller: bool = False,
) -> Episode:
    """Open an episode with an empty assessment, for a chosen `person` or for one made from `new_person`.

    Nobody is ever matched by the program: staff choose. `known_caller` says that the person was found off
    one's list; joining their care team is then reviewed. Raises Conflict when the person or
    the contact request already has one, AlreadyDone when this submit was done before.
    """
    if (person is None) == (new_person is None):
        raise TypeError("give either person or new_person")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="episode.start", by=by) if submit_key else None
            chosen = _lock_person(person) if person else create_person(by=by, **(new_person or {}))
            if known_caller:
                join_by_search(person=chosen, by=by)
            episode = save_new(
                lambda reference: Episode(
                    person=chosen, contact_request=contact_request, owner=by, reference=reference
                )
            )
            assessment = _open_assessment(episode)
            _join_team(episode, by)
            offer_what_is_known(by=by, episode=episode)
            record(
                "episode.started",
                by=by,
                obj=episode,
                person=chosen,
                assessment=assessment.pk,
                contact_request=contact_request,
            )
            if key:
                key.done(reverse("intake:safety-check", args=[episode.pk]))
            return episode
    except IntegrityError as error:
        message = _TAKEN.get(refusal_code(error) or "")
        if message is None:
            raise
        raise Conflict(message) from error


def _open_assessment(episode: Episode) -> Assessment:
    key = episode.person.data_key
    assessment = Assessment.objects.create(episode=episode, data_key=key)
    AssessmentSection.objects.bulk_create(
        AssessmentSection(assessment=assessment, data_key=key, key=name, answers={})
        for name in SectionKey.values
    )
    return assessment


def _join_team(episode: Episode, by: Any) -> None:
    """Who starts the episode, and who took the call that led to it, work with the person."""
    join(person=episode.person, by=by, user=by, reason=TeamReason.EPISODE)
    asked = episode.contact_request
    if asked is not None and asked.assigned_to is not None and asked.assigned_to != by:
        join(person=episode.person, by=by, user=asked.assigned_to, reason=TeamReason.REQUEST)


def _lock_person(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",)).get(pk=person.pk)


def lock_episode(episode_id: UUID) -> Episode:
    """Lock an episode's row, with its person at hand. Locks go episode, then assessment, then its parts."""
    return (
        Episode.objects.select_for_update(of=("self",)).select_related("person__data_key").get(pk=episode_id)
    )


def lock_open_episode(episode_id: UUID) -> Episode:
    """Lock an episode that must be open. Raises Conflict."""
    episode = lock_episode(episode_id)
    if episode.status != EpisodeStatus.OPEN:
        raise Conflict("This episode was closed. Nothing was changed.")
    return episode


@transaction.atomic
def record_ob_contact(*, by: Any, episode: Episode) -> Episode:
    """Record that obstetric care was contacted about this episode. Raises Refused when none is needed."""
    locked = lock_open_episode(episode.pk)
    if not locked.ob_contact_needed:
        raise Refused("no_ob_contact_needed", "This episode does not need an obstetric contact.")
    locked.ob_contact_recorded_at = clock.now()
    locked.save(update_fields=["ob_contact_recorded_at"])
    record("episode.ob_contact_recorded", by=by, obj=locked, person=locked.person_id)
    return locked


@transaction.atomic
def report_use(
    *,
    by: Any,
    episode: Episode,
    used_at: datetime,
    substance: str,
    note: str = "",
    submit_key: UUID | None = None,
) -> ReportedUse:
    """Keep a use that was reported outside the assessment, also after its answers were decided.

    `used_at` (aware) is the latest moment it can have been. The episode's last use never moves back by it.
    Raises Refused with a field for a time ahead or no substance, Conflict when the episode was closed,
    AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="use.report", by=by) if submit_key else None
    locked = lock_open_episode(episode.pk)
    now = clock.now()
    if used_at > now:
        raise Refused("use_in_future", "The time of use must be in the past", field="used_at")
    if not substance.strip():
        raise Refused("no_substance", "Enter what was used", field="substance")
    use = ReportedUse.objects.create(
        episode=locked,
        data_key=locked.person.data_key,
        last_use_latest=used_at,
        details={"substance": substance.strip(), "note": note},
        reported_by=by,
    )
    if locked.last_use_latest is None or locked.last_use_latest < used_at:
        locked.last_use_latest = used_at
        locked.save(update_fields=["last_use_latest"])
    record("use.reported", by=by, obj=use, person=locked.person_id)
    tell_of_news(locked, by, now)
    if key:
        key.done(reverse("intake:assessment", args=[locked.pk]))
    return use


def tell_of_news(episode: Episode, by: Any, now: datetime) -> None:
    """What is learned beside the sections of a locked episode is part of the picture of its assessment.

    It outdates a suggestion like a changed answer does, and can end a clearance, also after a decision.
    """
    assessment = current_assessment(episode)
    if assessment is None:
        return
    locked = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    locked.episode = episode
    if locked.status != AssessmentStatus.DECIDED:
        locked.version += 1
        locked.save(update_fields=["version"])
    hooks.call(hooks.after_answers_changed, assessment=locked, by=by, now=now)


@transaction.atomic
def close_episode(*, by: Any, episode: Episode, reason: str) -> Episode:
    """End an episode; clinicians as a role leave the care team, and other apps let go of what it held.

    Raises Refused for an unknown reason, an emergency about which nobody wrote what was done, an open safety
    follow-up, or an end for money without another way to pay that was offered; Conflict when it was closed
    already.
    """
    if reason not in CloseReason.values:
        raise Refused("no_reason", "Select why the episode ends", field="close_reason")
    locked = lock_open_episode(episode.pk)
    if open_emergency(locked) is not None:
        text = "An emergency is open. Write down what was done first."
        raise Refused("emergency_open", text, field="close_reason")
    if locked.safety_follow_ups.filter(closed_at__isnull=True).exists():
        text = "A safety follow-up is open. A clinician closes it first."
        raise Refused("follow_up_open", text, field="close_reason")
    now = clock.now()
    hooks.call(hooks.before_close, episode=locked, by=by, now=now)
    locked.status, locked.stage = EpisodeStatus.CLOSED, Stage.CLOSED
    locked.closed_at, locked.close_reason = now, reason
    _save_closed(locked)
    record("episode.closed", by=by, obj=locked, person=locked.person_id, reason=reason)
    end_role(person=locked.person, role=Role.CLINICIAN, by=by)
    return locked


def _save_closed(episode: Episode) -> None:
    try:
        with transaction.atomic():
            episode.save(update_fields=["status", "stage", "closed_at", "close_reason"])
    except IntegrityError as error:
        if refusal_code(error) != "no_other_way":
            raise
        text = "Write down first, under Coverage, which other way to pay was offered"
        raise Refused("no_other_way", text, field="close_reason") from error

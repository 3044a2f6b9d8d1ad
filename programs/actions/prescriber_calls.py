"""Calling who prescribes a person's medicines: a row for each stay and prescriber, tried, and ended once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.choices_admission import ContactKind
from programs.choices_prescriber import BY_SOMEONE, NOT_REACHED, TOLD, PrescriberOutcome
from programs.models import Admission, CareContact, PrescriberCall, PrescriberTry
from programs.queries_prescriber import COVERS, consent_for_call
from programs.should_have import contacts_of
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, Packet, disclose, refusals_recorded
from records.queries.people import same_person

CALL_WITHIN = timedelta(hours=24)
"""How long after an admission, or after a prescriber became known, the call is due."""
NEXT_TRY_WITHIN = timedelta(days=3)
"""How far away the next try may be."""
NOT_COVERED = (
    "No consent in force lets this prescriber know who it is about and the medicines. You may listen. "
    "Tell nothing. What was told all the same is an incident to report."
)


def plan_calls(admission: Admission, contacts: Iterable[CareContact], by: Any, now: datetime) -> None:
    """Write one call for each prescriber among `contacts`, owned by `by`, in the caller's transaction."""
    for contact in contacts:
        if contact.kind != ContactKind.PRESCRIBER:
            continue
        row = PrescriberCall.objects.create(
            admission=admission, data_key=admission.data_key, contact=contact, owner=by,
            due_at=now + CALL_WITHIN,
        )  # fmt: skip
        record("prescriber_call.planned", by=by, obj=row, person=admission.episode.person_id)


def plan_at_admission(admission: Admission, by: Any, now: datetime) -> None:
    """Write a call for each prescriber who is known when a person is admitted."""
    plan_calls(admission, contacts_of(admission.episode), by, now)


def plan_for_contact(contact: CareContact, by: Any, now: datetime) -> None:
    """Write the call to a prescriber who became known during a stay; none without a stay."""
    stays = Admission.objects.filter(episode__person__in=same_person(contact.person), discharged_at=None)
    for stay in stays.select_related("episode", "data_key"):
        plan_calls(stay, [contact], by, now)


def end_with_stay(admission: Admission, by: Any, now: datetime) -> None:
    """End the calls of a stay that ends or is taken back, in its transaction."""
    _end(PrescriberCall.objects.filter(admission=admission), by, now)


def end_with_contact(contact: CareContact, by: Any, now: datetime) -> None:
    """End the calls to somebody who is taken off the list, in its transaction."""
    _end(PrescriberCall.objects.filter(contact=contact), by, now)


def _end(rows: Any, by: Any, now: datetime) -> None:
    waiting = rows.filter(done_at=None).select_related("admission__episode").order_by("id")
    for row in waiting.select_for_update(of=("self",)):
        row.outcome, row.done_at = PrescriberOutcome.ENDED, now
        row.save(update_fields=["outcome", "done_at"])
        record("prescriber_call.ended", by=by, obj=row, person=row.admission.episode.person_id)


def log_prescriber_call(
    *,
    call: PrescriberCall,
    result: str,
    by: Any,
    told: str = "",
    words: str = "",
    next_at: datetime | None = None,
    submit_key: UUID | None = None,
    url: str = "",
) -> PrescriberCall:
    """Write how a call went. What was told goes through the door; a try that reached nobody ends nothing.

    Raises Refused with a field, NotPermitted when something was told that no consent in force covers,
    Conflict when the call was ended already.
    """
    demand(by, "programs.prepare")
    person, to = call.admission.episode.person, call.contact.recipient
    recorded = refusals_recorded(by=by, person=person, basis=ByConsent.code, recipient=to)
    with recorded, transaction.atomic():
        key = once(submit_key, scope="prescriber_call.log", by=by) if submit_key else None
        row = _locked(call, by)
        now = clock.now()
        _demand_complete(row, result, told, words, next_at, now)
        if result == NOT_REACHED:
            _try_again(row, next_at, by)
        else:
            _write(row, result, told.strip(), words.strip(), by, now)
        if key:
            key.done(url)
        return row


def _locked(call: PrescriberCall, by: Any) -> PrescriberCall:
    episode = lock_open_episode(call.admission.episode_id)
    not_by_break_glass(by, episode.person)
    row = (
        PrescriberCall.objects.select_for_update(of=("self",))
        .select_related("admission__episode__person__data_key", "data_key", "contact__recipient__data_key")
        .get(pk=call.pk)
    )
    if row.done_at is not None:
        raise Conflict("This call was ended already.")
    return row


def _demand_complete(
    row: PrescriberCall, result: str, told: str, words: str, next_at: datetime | None, now: datetime
) -> None:
    if result != NOT_REACHED and result not in BY_SOMEONE:
        raise Refused("result", "Select how the call went", field="result")
    if result == NOT_REACHED and (next_at is None or not now < next_at <= now + NEXT_TRY_WITHIN):
        raise Refused("next_at", "Give a time for the next try, within three days", field="next_at")
    if result in TOLD and not told.strip():
        raise Refused("told", "Write what you told them", field="told")
    if result not in TOLD and told.strip():
        raise Refused("told", "Nothing is told with this answer. Select how the call went", field="told")
    if result in (PrescriberOutcome.CHANGED, PrescriberOutcome.NOT_NEEDED) and not words.strip():
        raise Refused("words", "Write what they changed, or why it is not needed", field="words")
    if result == PrescriberOutcome.NO_CONSENT and consent_for_call(row, now) is not None:
        raise Refused("result", "A consent in force names them. Say how the call went", field="result")


def _try_again(row: PrescriberCall, next_at: Any, by: Any) -> None:
    PrescriberTry.objects.create(call=row, by=by, next_at=next_at)
    row.due_at = next_at
    row.save(update_fields=["due_at"])
    record("prescriber_call.tried", by=by, obj=row, person=row.admission.episode.person_id)


def _write(row: PrescriberCall, outcome: str, told: str, words: str, by: Any, now: datetime) -> None:
    if outcome in TOLD:
        row.disclosure_id = _tell(row, told, by, now).id
    row.outcome, row.done_at, row.done_by, row.said = outcome, now, by, {"told": told, "words": words}
    row.save(update_fields=["outcome", "done_at", "done_by", "said", "disclosure"])
    person = row.admission.episode.person_id
    record("prescriber_call.done", by=by, obj=row, person=person, outcome=outcome)


def _tell(row: PrescriberCall, told: str, by: Any, now: datetime) -> Packet:
    """Open the door for what was told by phone. Raises NotPermitted when it does not let all of it out."""
    if consent_for_call(row, now) is None:
        raise NotPermitted("category_not_covered", NOT_COVERED)
    packet = disclose(
        person=row.admission.episode.person,
        recipient=row.contact.recipient,
        basis=ByConsent(),
        purpose=Purpose.TREATMENT,
        sections={
            Category.IDENTITY: lambda: [("Said", "Who the call is about")],
            Category.MEDICATIONS: lambda: [("Told by phone", told)],
        },
        medium=Medium.PHONE,
        by=by,
        subject=f"prescriber_call:{row.pk}",
    )
    if not set(COVERS) <= set(packet.sections):
        raise NotPermitted("category_not_covered", NOT_COVERED)
    return packet

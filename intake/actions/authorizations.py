"""Prior authorization: asking a plan, its answer, using units, and no longer needing it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.asking_plans import AUTHORIZATION, tell_plan
from intake.actions.coverage import Answer, keep_answer, lock_for
from intake.choices_coverage import AuthorizationState, BenefitState
from intake.models import Authorization, AuthorizationUse, Policy
from outbox.submit import once
from records.disclose import ByConsent, refusals_recorded
from records.models import Recipient

_NOT_USED = {
    "authorization_not_granted": ("used_on", "Nothing was granted for that day"),
    "authorization_used_up": ("units", "More would be used than was granted"),
}


@dataclass(frozen=True)
class Decision:
    """What a plan answered, with the proof; units and days only when it granted."""

    granted: bool
    number: str
    spoken_to: str
    words: str = ""
    units: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def ask(
    *, policy: Policy, what: str, unit: str, units: int, how: str, by: Any, to: Recipient | None = None,
    submit_key: UUID | None = None, url: str = "",
) -> Authorization:  # fmt: skip
    """Write down that a plan was asked for units. What it was told goes through the door.

    Raises Refused naming the field, NotPermitted when it was told what no consent in force covers, Conflict
    for a plan that ended.
    """
    recorded = refusals_recorded(by=by, person=policy.episode.person, basis=ByConsent.code, recipient=to)
    with recorded, transaction.atomic():
        key = once(submit_key, scope="authorization.ask", by=by) if submit_key else None
        locked = lock_for(policy.episode, by)
        if Policy.objects.get(pk=policy.pk).ended_at is not None:
            raise Conflict("This plan was ended. Nothing was changed.")
        if not what.strip():
            raise Refused("what", "Write what the plan was asked for", field="what")
        if not 0 < units < 1000:
            raise Refused("units", "Enter how many, from 1 to 999", field="units")
        row = Authorization(
            policy=policy, data_key=locked.person.data_key, units_asked=units, how=how, made_by=by,
            asked={"for": what.strip(), "unit": unit.strip() or "days"},
        )  # fmt: skip
        row.disclosure_id = tell_plan(
            episode=locked, how=how, to=to, covers=AUTHORIZATION, subject=f"authorization:{row.pk}", by=by,
            asked_for=f"{row.units_asked} {row.asked['unit']}: {row.asked['for']}",
        )  # fmt: skip
        row.save(force_insert=True)
        record("authorization.asked", by=by, obj=row, person=locked.person_id, how=how)
        if key:
            key.done(url)
        return row


@transaction.atomic
def decide(*, authorization: Authorization, decision: Decision, by: Any) -> Authorization:
    """Write down what the plan answered, once; a refusal is a no of the plan as well.

    Raises Refused naming the field, Conflict when the answer was written down before.
    """
    locked = lock_for(authorization.policy.episode, by)
    row = Authorization.objects.select_for_update(of=("self",)).get(pk=authorization.pk)
    if row.state != AuthorizationState.ASKED:
        raise Conflict("Somebody wrote the answer down before. Nothing was changed.")
    _demand_proof(decision)
    now = clock.now()
    row.state = AuthorizationState.GRANTED if decision.granted else AuthorizationState.REFUSED
    row.answer = {name: getattr(decision, name).strip() for name in ("number", "spoken_to", "words")}
    row.decided_at, row.decided_by = now, by
    if decision.granted:
        row.units_granted = decision.units
        row.starts_on, row.ends_on = decision.starts_on, decision.ends_on
    row.save(
        update_fields=[
            "state", "answer", "units_granted", "starts_on", "ends_on", "decided_at", "decided_by",
        ]
    )  # fmt: skip
    record("authorization.answered", by=by, obj=row, person=locked.person_id, state=row.state)
    if not decision.granted:
        answer = Answer(
            BenefitState.DENIED, now, decision.spoken_to, decision.number, decision.words, how=row.how
        )
        keep_answer(locked, authorization.policy, answer, by, row.disclosure_id)
    return row


def _demand_proof(decision: Decision) -> None:
    if not decision.spoken_to.strip():
        raise Refused("spoken_to", "Enter who you spoke with", field="spoken_to")
    if not decision.number.strip():
        raise Refused("number", "Enter the number, or that none was given", field="number")
    if not decision.granted:
        if not decision.words.strip():
            raise Refused("words", "Write why the plan refused", field="words")
        return
    if decision.units is None or not 0 < decision.units < 1000:
        raise Refused("units", "Enter how many were granted, from 1 to 999", field="units")
    if decision.starts_on is None:
        raise Refused("starts_on", "Enter the first day", field="starts_on")
    if decision.ends_on is None or decision.ends_on < decision.starts_on:
        raise Refused("ends_on", "Enter the last day, not before the first", field="ends_on")


@transaction.atomic
def use(
    *, authorization: Authorization, units: int, used_on: date, by: Any, submit_key: UUID | None = None,
    url: str = "",
) -> AuthorizationUse:  # fmt: skip
    """Count units as used on a day; a negative number takes back. Raises Refused beyond what was granted."""
    key = once(submit_key, scope="authorization.use", by=by) if submit_key else None
    locked = lock_for(authorization.policy.episode, by)
    if used_on > center_day(clock.now()):
        raise Refused("used_on", "Enter a day that is not in the future", field="used_on")
    if units == 0:
        raise Refused("units", "Enter how many were used", field="units")
    row = AuthorizationUse(authorization=authorization, units=units, used_on=used_on, made_by=by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        field, text = _NOT_USED.get(refusal_code(error) or "", ("", ""))
        if not field:
            raise
        raise Refused(refusal_code(error) or "", text, field=field) from error
    record("authorization.used", by=by, obj=authorization, person=locked.person_id)
    if key:
        key.done(url)
    return row


@transaction.atomic
def close(*, authorization: Authorization, by: Any) -> Authorization:
    """Say that an authorization is no longer needed: nothing warns of it any more. Raises Conflict."""
    locked = lock_for(authorization.policy.episode, by)
    row = Authorization.objects.select_for_update(of=("self",)).get(pk=authorization.pk)
    if row.closed_at is not None:
        raise Conflict("This was closed already.")
    row.closed_at, row.closed_by = clock.now(), by
    row.save(update_fields=["closed_at", "closed_by"])
    record("authorization.closed", by=by, obj=row, person=locked.person_id)
    return row

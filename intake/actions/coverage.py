"""Writing down who pays: plans, what they said when they were asked, and waivers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.asking_plans import BENEFITS, tell_plan
from intake.actions.episodes import lock_open_episode
from intake.choices_coverage import ANSWERS, NO, BenefitState, HowAsked, PolicyOrder
from intake.models import BenefitCheck, Episode, Policy
from intake.rules.coverage import ANSWER_DAYS, VERIFY_AGAIN_DAYS
from outbox.submit import once
from records.disclose import ByConsent, refusals_recorded
from records.models import Recipient
from records.queries.people import opened_by_break_glass_only

READ_ONLY = "You opened this record in an emergency: for reading only."
AGAIN = {BenefitState.ASKED: ANSWER_DAYS, BenefitState.PRIOR_AUTH: ANSWER_DAYS}


@dataclass(frozen=True)
class Answer:
    """What a plan said: the state, when it was asked, and the proof. `again_on`: when to ask again.

    `how` it was asked (HowAsked); `to` is the payer that was told, when it was told who it is about.
    """

    state: str
    asked_at: datetime
    spoken_to: str = ""
    reference: str = ""
    said: str = ""
    again_on: date | None = None
    terms: dict[str, Any] | None = None
    how: str = ""
    to: Recipient | None = None


def lock_for(episode: Episode, by: Any, permission: str = "intake.coverage_write") -> Episode:
    """Lock an open episode for whoever may write about coverage. Raises Refused or Conflict."""
    if not by.has_perm(permission):
        raise Refused("not_permitted", "Your role does not do this step.")
    locked = lock_open_episode(episode.pk)
    if opened_by_break_glass_only(by, locked.person):
        raise Refused("break_glass", READ_ONLY)
    return locked


@transaction.atomic
def add_policy(
    *, episode: Episode, position: int, details: dict[str, str], by: Any, submit_key: UUID | None = None,
    url: str = "",
) -> Policy:  # fmt: skip
    """Write down a plan. Raises Refused for a place that is taken, AlreadyDone for a second submit."""
    key = once(submit_key, scope="policy.add", by=by) if submit_key else None
    locked = lock_for(episode, by)
    if position not in PolicyOrder.values:
        raise Refused("position", "Select which plan pays first", field="position")
    policy = Policy(
        episode=locked, data_key=locked.person.data_key, position=position, details=details, made_by=by
    )
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError as error:
        if refusal_code(error) != "intake_policy_one_each":
            raise
        text = "Another plan stands in this place. End it first, or choose another place"
        raise Refused("position_taken", text, field="position") from error
    record("policy.added", by=by, obj=policy, person=locked.person_id, position=position)
    if key:
        key.done(url)
    return policy


@transaction.atomic
def end_policy(*, policy: Policy, by: Any) -> Policy:
    """End a plan; what it said stays in the history. Raises Conflict when it was ended already."""
    locked = lock_for(policy.episode, by)
    row = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    if row.ended_at is not None:
        raise Conflict("This plan was ended already.")
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record("policy.ended", by=by, obj=row, person=locked.person_id)
    return row


def record_answer(
    *, policy: Policy, answer: Answer, by: Any, submit_key: UUID | None = None, url: str = ""
) -> BenefitCheck:
    """Write down what a plan said. What it was told goes through the door.

    Raises Refused naming the field, NotPermitted when it was told what no consent in force covers, Conflict
    for a plan that ended.
    """
    recorded = refusals_recorded(
        by=by, person=policy.episode.person, basis=ByConsent.code, recipient=answer.to
    )
    with recorded, transaction.atomic():
        key = once(submit_key, scope="benefits.check", by=by) if submit_key else None
        locked = lock_for(policy.episode, by)
        if Policy.objects.get(pk=policy.pk).ended_at is not None:
            raise Conflict("This plan was ended. Nothing was changed.")
        _demand_proof(answer, clock.now())
        made = uuid4()
        told = tell_plan(
            episode=locked, how=answer.how, to=answer.to, covers=BENEFITS, subject=f"benefits:{made}", by=by
        )
        row = keep_answer(locked, policy, answer, by, told, pk=made)
        if key:
            key.done(url)
        return row


def keep_answer(
    locked: Episode, policy: Policy, answer: Answer, by: Any, told: UUID | None, pk: UUID | None = None
) -> BenefitCheck:
    """Write an answer of a locked episode whose plan was told what `told` accounts for, if anything."""
    row = BenefitCheck(
        pk=pk or uuid4(),
        episode=locked,
        policy=policy,
        data_key=locked.person.data_key,
        state=answer.state,
        asked_at=answer.asked_at,
        again_on=_again_on(answer, clock.now()),
        spoken_to=answer.spoken_to.strip() or None,
        reference=answer.reference.strip() or None,
        said=answer.said.strip() or None,
        terms=answer.terms or None,
        how=answer.how,
        disclosure_id=told,
        made_by=by,
    )
    row.save(force_insert=True)
    record(
        "benefits.checked", by=by, obj=row, person=locked.person_id, state=answer.state, policy=policy.pk,
        how=answer.how,
    )  # fmt: skip
    return row


@transaction.atomic
def waive(
    *, episode: Episode, reason: str, by: Any, submit_key: UUID | None = None, url: str = ""
) -> BenefitCheck:
    """Go on without verified benefits, with the reason. Raises Refused without one."""
    key = once(submit_key, scope="benefits.waive", by=by) if submit_key else None
    locked = lock_for(episode, by)
    if not reason.strip():
        raise Refused("no_reason", "Write why benefits are not verified", field="reason")
    row = BenefitCheck(
        episode=locked, data_key=locked.person.data_key, state=BenefitState.WAIVED, said=reason.strip(),
        how=HowAsked.UNSAID, made_by=by,
    )  # fmt: skip
    row.save(force_insert=True)
    record("benefits.waived", by=by, obj=row, person=locked.person_id)
    if key:
        key.done(url)
    return row


def _demand_proof(answer: Answer, now: datetime) -> None:
    if answer.state not in ANSWERS:
        raise Refused("state", "Select what the plan said", field="state")
    if answer.asked_at > now:
        raise Refused("asked_at", "The time of the call must be in the past", field="asked_at")
    if answer.state != BenefitState.ASKED:
        for field, text in (
            ("spoken_to", "Enter who you spoke with"),
            ("reference", "Enter the reference number, or that none was given"),
            ("said", "Write what the plan said"),
        ):
            if not getattr(answer, field).strip():
                raise Refused(field, text, field=field)
    if answer.again_on is not None and answer.again_on <= center_day(answer.asked_at):
        raise Refused("again_on", "Give a day after the call", field="again_on")


def _again_on(answer: Answer, now: datetime) -> date | None:
    """A no is not asked again; for the rest there is always a day."""
    if answer.state in NO:
        return None
    days = AGAIN.get(BenefitState(answer.state), VERIFY_AGAIN_DAYS)
    return answer.again_on or center_day(now) + timedelta(days=days)

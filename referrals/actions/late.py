"""Answers that come after an offer has ended: kept, shown to staff, and decided by a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.errors import Conflict, Refused
from records.actions.consents import lock_person
from referrals.actions.answers import accept
from referrals.actions.links import wrong_code
from referrals.actions.offers import Sent, person_of_offer, send_offers
from referrals.actions.steps import LinkDead, Told, lock_offer, set_next_step
from referrals.actions.telling import tell_ended, tell_owner
from referrals.choices import ENDED, LateDecision, LateKind
from referrals.models import LateAnswer, Offer, PartnerLink
from referrals.rules.deadlines import ANSWER
from referrals.rules.links import takes_late

MOST = 20
"""How many undecided late answers one offer keeps; a partner with more to say calls."""


@transaction.atomic
def late_by_link(*, link_id: UUID, kind: str, said: dict, now: datetime) -> LateAnswer:
    """Keep what a partner says through a link whose offer has ended; moves nothing but our next step.

    Raises LinkDead when the link was revoked for another reason, or its offer is open (then it answers).
    """
    link = PartnerLink.objects.get(pk=link_id)
    offer = lock_offer(link.offer_id, by=Actor.system(), now=now)
    link = PartnerLink.objects.select_for_update().get(pk=link_id)
    if not _takes(link, offer, now) or offer.consent_ended_at is not None:
        raise LinkDead
    return _keep(offer, kind=kind, said=said, by=Actor.partner(link_id), now=now, link=link)


@transaction.atomic
def check_code(*, link_id: UUID, code: str, now: datetime) -> int | None:
    """Try the code of a closed link: None when it is right, else how many tries are left (0: locked).

    Raises LinkDead when the link takes nothing any more.
    """
    offer_id = PartnerLink.objects.values_list("offer_id", flat=True).get(pk=link_id)
    offer = lock_offer(offer_id, by=Actor.system(), now=now)
    link = PartnerLink.objects.select_for_update().get(pk=link_id)
    if not _takes(link, offer, now):
        raise LinkDead
    return wrong_code(link, offer, code=code, now=now)


@transaction.atomic
def late_told(*, offer_id: UUID, kind: str, said: dict, told: Told, by: Any, now: datetime) -> LateAnswer:
    """Keep what a partner told us by phone or fax after its offer had ended."""
    if not by.has_perm("referrals.offer_record"):
        raise PermissionDenied
    told = told.checked()
    offer = lock_offer(offer_id, by=by, now=now)
    if offer.status not in ENDED:
        raise Conflict("This offer is open. Enter the answer there.")
    return _keep(offer, kind=kind, said={**said, "name": told.said_by}, by=by, now=now, told=told)


def _takes(link: PartnerLink, offer: Offer, now: datetime) -> bool:
    return offer.is_over(now) and (link.is_alive(now) or takes_late(link.facts(), now))


def _keep(
    offer: Offer,
    *,
    kind: str,
    said: dict,
    by: Any,
    now: datetime,
    link: PartnerLink | None = None,
    told: Told | None = None,
) -> LateAnswer:
    if kind not in LateKind.values:
        raise Refused("kind", "Select what they told us", field="kind")
    if offer.late_answers.filter(decision="").count() >= MOST:
        raise Refused("too_many", "We have your answers. Call us if there is more.")
    kept = LateAnswer.objects.create(
        data_key=offer.data_key,
        offer=offer,
        link=link,
        kind=kind,
        said={name: text for name, text in said.items() if text},
        at=now,
        told_by=told.told_by if told else "",
        recorded_by=by if told else None,
    )
    record("offer.late_answer", by=by, obj=kept, person=offer.referral.episode.person_id, offer=offer.pk)
    tell_owner(offer.referral, f"late:{kept.pk}")
    set_next_step(offer.referral, now=now)
    return kept


@transaction.atomic
def not_needed(*, late_id: UUID, by: Any, now: datetime) -> LateAnswer:
    """Decide that a late answer is not needed; the partner is told that nothing more is asked of it."""
    late = _undecided(late_id, by=by, now=now)
    _decide(late, LateDecision.NOT_NEEDED, by=by, now=now)
    tell_ended(late.offer, key=f"late-answer:{late.pk}")
    set_next_step(late.offer.referral, now=now)
    return late


@transaction.atomic
def use_late(*, late_id: UUID, told: Told, by: Any, now: datetime, **agreed: Any) -> Sent:
    """Take up a late yes after a call: a new offer to that partner, accepted with what was agreed.

    Consent is asked again. Raises Conflict when another partner has the person, and what sending and
    accepting raise.
    """
    lock_person(person_of_offer(LateAnswer.objects.values_list("offer_id", flat=True).get(pk=late_id)))
    late = _undecided(late_id, by=by, now=now)
    (sent,) = send_offers(
        referral_id=late.offer.referral_id,
        facilities=[late.offer.facility],
        by=by,
        now=now,
        answer_due_at=now + ANSWER,
    )
    accept(offer_id=sent.offer.pk, told=told, by=by, now=now, **agreed)
    _decide(late, LateDecision.USED, by=by, now=now)
    sent.offer.refresh_from_db()
    set_next_step(late.offer.referral, now=now)
    return sent


def _undecided(late_id: UUID, *, by: Any, now: datetime) -> LateAnswer:
    if not by.has_perm("referrals.offer_send"):
        raise PermissionDenied
    offer_id = LateAnswer.objects.values_list("offer_id", flat=True).get(pk=late_id)
    offer = lock_offer(offer_id, by=by, now=now)
    late: LateAnswer = LateAnswer.objects.select_for_update(of=("self",)).get(pk=late_id)
    if late.decision:
        raise Conflict("This answer has been decided already.")
    late.offer = offer
    return late


def _decide(late: LateAnswer, decision: str, *, by: Any, now: datetime) -> None:
    late.decision, late.decided_at, late.decided_by = decision, now, by
    late.save(update_fields=["decision", "decided_at", "decided_by"])
    person = late.offer.referral.episode.person_id
    record("offer.late_decided", by=by, obj=late, person=person, decision=str(decision))

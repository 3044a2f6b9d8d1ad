"""What an admission does to the referral it ends, and what taking that admission back does."""

from datetime import datetime
from typing import Any

from audit.actions import record
from audit.actors import Actor
from referrals.actions.links import revoke_links
from referrals.actions.loop import end_without_consent
from referrals.actions.offers import end
from referrals.actions.referrals import finish
from referrals.actions.steps import lock_offer, lock_referral, move, set_next_step
from referrals.choices import HELD, LIVE, OfferStatus, Outcome, ReferralStatus
from referrals.models import OfferStatusChange, Referral

SYSTEM = Actor.system()


def person_admitted(*, admission: Any, by: Any, now: datetime) -> None:
    """Hook of programs: the person came back and was admitted, so the loop is closed."""
    for referral in Referral.objects.filter(episode_id=admission.episode_id, status=ReferralStatus.OPEN):
        for offer_id in referral.offers.filter(status__in=LIVE).values_list("pk", flat=True):
            offer = lock_offer(offer_id, by=SYSTEM, now=now)
            if offer.status in HELD:
                # The planned contact stays on the row: it is what counts again if this was a mistake.
                move(offer, "come_back", by=SYSTEM, now=now, next_contact_at=offer.next_contact_at)
                revoke_links(offer, by=SYSTEM, now=now, why="returned")
            else:
                end(offer, "withdraw", by=SYSTEM, now=now, reason="admitted", why="withdrawn")
        held = referral.offers.filter(status=OfferStatus.RETURNED).exists()
        outcome = Outcome.RETURNED if held else Outcome.NOT_NEEDED
        finish(offer.referral if held else referral, outcome=outcome, by=by, now=now, admission=admission)


def admission_undone(*, admission: Any, by: Any, now: datetime) -> None:
    """Hook of programs: that admission was a mistake, so the referral it closed is open again.

    The partner's offer is what it was before. Its link stays dead, as does what was withdrawn from partners
    who had not answered: they were told so. When another need was opened since, that one stands.
    """
    closed = Referral.objects.filter(admission_id=admission.pk, status=ReferralStatus.CLOSED)
    for referral_id in closed.order_by("pk").values_list("pk", flat=True):
        referral = lock_referral(referral_id)
        if Referral.objects.filter(episode_id=referral.episode_id, status=ReferralStatus.OPEN).exists():
            continue
        _reopen(referral, admission, by, now)


def _reopen(referral: Referral, admission: Any, by: Any, now: datetime) -> None:
    referral.status, referral.outcome, referral.closed_at = ReferralStatus.OPEN, "", None
    # What is next follows from the offers, which are still ended: until then, the rule for no offer at all.
    referral.admission, referral.next_step, referral.next_due_at = None, "choose_partner", now
    referral.owner = referral.owner or by
    referral.save()
    record(
        "referral.reopened", by=by, obj=referral, person=referral.episode.person_id, admission=admission.pk
    )
    returned = referral.offers.filter(status=OfferStatus.RETURNED).order_by("pk").values_list("pk", flat=True)
    for offer_id in returned:
        offer = lock_offer(offer_id, by=SYSTEM, now=now)
        planned = offer.next_contact_at
        move(offer, f"undo_{_before(offer)}", by=SYSTEM, now=now, ended_at=None, next_contact_at=planned)
        end_without_consent(offer_id, now=now)
    set_next_step(lock_referral(referral.pk), now=now)


def _before(offer: Any) -> str:
    """Return what an offer was when the person came back."""
    last = OfferStatusChange.objects.filter(offer=offer, step="come_back").order_by("-at", "-id").first()
    if last is None:
        raise LookupError(f"offer {offer.pk} has no return to take back")
    return last.source

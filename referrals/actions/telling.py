"""Telling people that something waits: staff, supervisors and partners. Never what, or about whom.

Every mail is written once for each thing that waits, in the transaction that made it wait.
"""

from uuid import UUID

from django.conf import settings

from accounts.choices import Role
from accounts.models import User
from outbox import actions as outbox
from referrals.choices import Channel
from referrals.models import Offer, Referral

ENDED_MAIL = "partner.offer_ended"
NEWS_MAIL = "partner.news"
NEWER_MAIL = "partner.newer_packet"
ANSWERED_MAIL = "referrals.partner_answered"
OVERDUE_MAIL = "referrals.overdue"


def tell_ended(offer: Offer, key: str = "") -> None:
    """Queue the mail that says, without saying what, that an earlier message is no longer current."""
    _tell_partner(ENDED_MAIL, offer, key or f"offer-ended:{offer.pk}:{offer.status}")


def tell_partner_news(offer: Offer, key: str) -> None:
    """Queue the mail that says that something new waits behind the link they have."""
    _tell_partner(NEWS_MAIL, offer, f"partner-news:{key}")


def tell_newer(offer: Offer, packet_id: UUID) -> None:
    """Queue the mail that says that what they have been given exists in a newer version."""
    _tell_partner(NEWER_MAIL, offer, f"newer-packet:{packet_id}")


def _tell_partner(kind: str, offer: Offer, key: str) -> None:
    if offer.channel == Channel.LINK and offer.facility.email:
        outbox.send(kind, to=offer.facility.email, key=key, ids={"offer": offer.pk})


def tell_owner(referral: Referral, key: str) -> None:
    """Queue the mail that tells whoever has this referral that a partner did something."""
    owner = referral.owner
    if owner is None:
        return
    to = owner.email if owner.is_active else settings.ADMISSIONS_MAILBOX
    if to:
        outbox.send(ANSWERED_MAIL, to=to, key=f"partner-answered:{key}", ids={"referral": referral.pk})


def tell_supervisors(referral: Referral, about: str = "") -> None:
    """Queue a mail to every supervisor: something is overdue. Once for each escalation, or for `about`."""
    since = referral.escalated_at
    stamp = about or (since.isoformat() if since else "now")
    supervisors = User.objects.filter(role=Role.SUPERVISOR, is_active=True).order_by("pk")
    for user_id, to in supervisors.values_list("pk", "email"):
        outbox.send(
            OVERDUE_MAIL,
            to=to,
            key=f"referral-overdue:{referral.pk}:{stamp}:{user_id}",
            ids={"referral": referral.pk},
        )

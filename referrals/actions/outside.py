"""A facility outside the network, made on the spot for one person who needs it."""

from typing import Any

from django.db import transaction

from audit.actions import record
from config.errors import Refused
from records.choices import LegalStatus
from referrals.actions.facilities import create_facility
from referrals.actions.steps import permitted
from referrals.choices import Channel
from referrals.models import Facility, OutsideUse
from referrals.workflow import OFFER

CAUTION = "Outside our network, added for one referral. Check by phone."


@transaction.atomic
def add_outside(
    *,
    episode: Any,
    need: dict[str, Any],
    name: str,
    legal_status: str,
    phone: str,
    said_by: str,
    by: Any,
    email: str = "",
    fax: str = "",
    address: str = "",
) -> Facility:
    """Add a facility that told us by phone that it can take this need. It is no partner: it says so.

    Only what was asked for is kept as what they can do, and it counts for this episode alone. One that was
    added for somebody else is asked anew. A consent has to name it before anything is sent.
    Raises PermissionDenied, and Refused without who said it, or for a name that is in the directory.
    """
    permitted(OFFER["send"], by)
    if not said_by.strip():
        raise Refused("said_by", "Enter who said that they can", field="said_by")
    who = " ".join(said_by.split())[:80]
    facility = _added_before(name, legal_status)
    if facility is None:
        facility = create_facility(
            name=name,
            legal_status=legal_status,
            by=by,
            outside=True,
            levels=[need["level"]],
            withdrawal_yes=list(need["withdrawal"]),
            channel=Channel.LINK if email else Channel.FAX if fax else Channel.PHONE,
            coordinator=who,
            phone=phone,
            email=email,
            fax=fax,
            address=address,
            caution=CAUTION,
        )
    OutsideUse.objects.create(facility=facility, episode=episode, said_by=who, by=by)
    record("facility.added_outside", by=by, obj=facility)
    return facility


def _added_before(name: str, legal_status: str) -> Facility | None:
    """Return the one of this name that was added for somebody else. Only the directory changes its facts."""
    found = Facility.objects.filter(
        recipient__name__iexact=name.strip(), recipient__active=True, outside=True
    )
    facility = found.select_related("recipient").first()
    if facility is not None and facility.recipient.legal_status != legal_status:
        known = LegalStatus(facility.recipient.legal_status).label
        raise Refused("legal_status", f"We know it as: {known}. Ask them again", field="legal_status")
    return facility

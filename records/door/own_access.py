"""The person's own access (42 CFR 2.23), or their personal representative's, after a check of identity."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from records.choices_door import SharedFor
from records.door.grant import Grant, NotPermitted, without_counseling_notes
from records.models import IdentityCheck, Person, Recipient

# A check of identity serves one request for a copy; that is answered within 30 days.
CHECK_HOLDS = timedelta(days=30)
YOURS = (
    "This is your own information. Part 2 does not limit what you do with it; nobody may use it to charge "
    "you with a crime (42 CFR 2.23(b))."
)


@dataclass(frozen=True)
class OwnAccess:
    """A recorded check of identity (`records.actions.own_access.check_identity`), of this person, not old."""

    check_id: UUID | None
    code = "own_access"
    from_chart = True

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient | None,
        purpose: str,
        categories: Collection[str],
        now: datetime,
        by: Any,
        medium: str,
    ) -> Grant:
        """Return everything asked for but counseling notes. Raises NotPermitted without a good check."""
        if recipient is not None or purpose != SharedFor.OWN_ACCESS:
            raise NotPermitted("access_other", "A copy for the person goes to the person alone.")
        check = IdentityCheck.objects.filter(pk=self.check_id).first()
        if check is None:
            raise NotPermitted("identity_unchecked", "First check who asks, and record how.")
        if check.person_id != person.pk:
            raise NotPermitted("identity_other_person", "This check was about somebody else.")
        if now > check.checked_at + CHECK_HOLDS:
            raise NotPermitted("identity_old", "The check of identity is over 30 days old. Check again.")
        return Grant(
            without_counseling_notes(categories),
            proof={"identity_check": check},
            to_name=check.representative_name or person.name,
            redisclosure=YOURS,
            binds=False,
        )

"""The person's own access (42 CFR 2.23), or their personal representative's, after a check of identity.

A copy of the record goes by sections of the chart; the accounting of disclosures goes as facts, without any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from records.choices import Category
from records.choices_door import SharedFor
from records.door.grant import Asked, Grant, NotPermitted, without_counseling_notes
from records.models import IdentityCheck

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

    def grant(self, asked: Asked) -> Grant:
        """Return everything asked for but counseling notes. Raises NotPermitted without a good check."""
        check = _good_check(self.check_id, asked)
        return Grant(
            without_counseling_notes(asked.categories),
            proof={"identity_check": check},
            to_name=check.representative_name or asked.person.name,
            redisclosure=YOURS,
            binds=False,
        )


@dataclass(frozen=True)
class OwnAccounting:
    """The accounting of a person's disclosures as pairs of words, for who was checked (45 CFR 164.528)."""

    check_id: UUID | None
    entries: Sequence[Sequence[str]]
    code = "own_access"
    from_chart = False

    def grant(self, asked: Asked) -> Grant:
        """Return the entries and nothing of the chart. Raises NotPermitted without a good check."""
        check = _good_check(self.check_id, asked)
        return Grant(
            frozenset({str(Category.PRESENCE)}),
            proof={"identity_check": check},
            facts={Category.PRESENCE: [list(one) for one in self.entries]},
            to_name=check.representative_name or asked.person.name,
            redisclosure=YOURS,
            binds=False,
        )


def _good_check(check_id: UUID | None, asked: Asked) -> IdentityCheck:
    if asked.recipient is not None or asked.purpose != SharedFor.OWN_ACCESS:
        raise NotPermitted("access_other", "A copy for the person goes to the person alone.")
    check = IdentityCheck.objects.filter(pk=check_id).first()
    if check is None:
        raise NotPermitted("identity_unchecked", "First check who asks, and record how.")
    if check.person_id != asked.person.pk:
        raise NotPermitted("identity_other_person", "This check was about somebody else.")
    if asked.now > check.checked_at + CHECK_HOLDS:
        raise NotPermitted("identity_old", "The check of identity is over 30 days old. Check again.")
    return check

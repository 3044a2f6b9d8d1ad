"""What of referrals has to be resolved before one record stands for another."""

from django.urls import reverse

from records.models import Person
from referrals.choices import ReferralStatus
from referrals.models import Referral


def open_referral(*, survivor: Person, merged: Person) -> list[tuple[str, str]]:
    """Hook of records: the record that goes has no open referral."""
    found = Referral.objects.filter(episode__person=merged, status=ReferralStatus.OPEN).first()
    if found is None:
        return []
    return [
        (
            "A referral of the record that goes is open. Close it",
            reverse("referrals:referral", args=[found.pk]),
        )
    ]

"""PartnerLink: the address that lets one facility answer one offer, without an account."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from referrals.rules.links import MAX_TRIES, LinkFacts, alive


class PartnerLink(models.Model):
    """Only hashes are stored: of the token in the e-mail and of the code that staff read out.

    `session_marker` is part of the signed cookie; changing it ends every session of this link. `mailed_to` is
    the address that got the link, empty when nobody did; `code_contact` is who got the code by mail, null
    when staff read it out. They are never the same mailbox, which a trigger refuses as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey("referrals.Offer", on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_default=AppNow())
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=20, blank=True)
    mailed_to = models.CharField(max_length=254, blank=True)
    code_contact = models.ForeignKey(
        "referrals.FacilityContact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    session_marker = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=MAX_TRIES),
                name="referrals_partnerlink_tries",
                violation_error_message="A link takes at most five tries.",
            ),
            models.CheckConstraint(
                condition=~Q(tries=MAX_TRIES) | Q(locked_at__isnull=False),
                name="referrals_partnerlink_locked",
                violation_error_message="A locked link says since when.",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(revoked_at__isnull=True),
                name="referrals_partnerlink_one_live",
                violation_error_message="This offer has a link; a new one replaces it.",
            ),
        ]

    def __str__(self) -> str:
        return f"partner link {self.id}"

    def facts(self) -> LinkFacts:
        """Return what decides what this link may still do."""
        return LinkFacts(self.expires_at, self.revoked_at, self.tries, self.revoked_why)

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the link may be used at `now`."""
        return alive(self.facts(), now)

"""Writes the packet of an accepted referral to a file, through the door, as a named member of staff."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from config import clock
from config.errors import Conflict, Refused
from records.choices import Medium
from referrals.actions.packets import open_packet
from referrals.choices import HELD
from referrals.packet_papers import pdf_of
from referrals.queries import offers_for
from referrals.views.packet_files import json_of

NOTHING = "There is no accepted referral of this number that this person may open."


class Command(BaseCommand):
    help = "Write a referral's packet as FHIR or PDF. It is audited and accounted like any other opening."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the referral's number, and as whom, on which basis and where to."""
        parser.add_argument("reference", metavar="REF", help="the number of the referral")
        parser.add_argument("--format", choices=["fhir", "pdf"], required=True, dest="shape")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="the member of staff who answers for it"
        )
        parser.add_argument("--basis", choices=["consent"], required=True, help="why it may leave")
        parser.add_argument("--to", required=True, metavar="FILE", help="a new file; readable by you alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the door and write the file. Raises CommandError when nothing may leave."""
        target = Path(options["to"])
        if target.exists():
            raise CommandError(f"{target} exists already. Name a new file.")
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None or not user.has_perm("referrals.offer_send"):
            raise CommandError("This is nobody who may send a packet.")
        offer = offers_for(user).filter(referral__reference=options["reference"], status__in=HELD).first()
        if offer is None:
            raise CommandError(NOTHING)
        try:
            packet = open_packet(
                offer_id=offer.pk, medium=Medium.EXPORT, shape=options["shape"], by=user, now=clock.now()
            )
        except (Refused, Conflict) as refused:
            raise CommandError(f"Nothing was written. {refused.message}") from refused
        content = pdf_of(packet) if options["shape"] == "pdf" else json_of(packet)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        self.stdout.write(f"{target}\nVersion {packet.version}. It is confidential by 42 CFR part 2.")

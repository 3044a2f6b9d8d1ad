"""Compute stored matching decisions again, and list those that come out otherwise under the present rules."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from audit.actions import record
from audit.actors import Actor
from records.fields import around_closed
from referrals.models import MatchDecision
from referrals.rules.choice import before_again, before_as_kept
from referrals.rules.matching import RULES, RULES_SHA256
from referrals.rules.snapshot import again


class Command(BaseCommand):
    help = (
        "Computes every stored matching decision again from what it rests on, with who was passed over by "
        "the choice, and lists those that come out otherwise, by referral reference. Writes only an audit "
        "event. Exit status 1 when one differs under the very rules it was made with."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stored = MatchDecision.objects.select_related("referral", "data_key").order_by("made_at", "id")
        total = changed = faults = 0
        for one in stored.iterator(chunk_size=200):
            with around_closed():
                snapshot, result = one.snapshot, one.result
            if not snapshot:  # of a person whose record was disposed of
                continue
            total += 1
            matches = again(snapshot)
            if matches == result["matches"] and before_again(result, matches) == before_as_kept(result):
                continue
            changed += 1
            faults += one.rules_sha256 == RULES_SHA256
            self.stdout.write(f"{one.referral.reference} {one.pk} made under {one.rules}")
        record("matches.replayed", by=Actor.system(), total=total, changed=changed)
        self.stdout.write(f"{changed} of {total} would change under {RULES}.")
        if faults:
            self.stderr.write(f"{faults} differ under the very rules they were made with.")
            sys.exit(1)

"""Opens every data key, and says which can't be opened, which were destroyed, and which rings are here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.key_rings import fingerprint
from config.ring_users import RING_SETTINGS, problems, ring_of
from records.queries.keys import KeyHealth, key_health


class Command(BaseCommand):
    help = "Check the key rings against what is stored: fingerprints, every data key, destroyed ones."

    def handle(self, *args: Any, **options: Any) -> None:
        """Report; name damaged keys by id. Raises CommandError when anything can't be opened."""
        self._rings()
        found = problems()
        for sentence in found:
            self.stderr.write(sentence)
        reports = key_health()
        for health in reports:
            self._one(health)
        if found or any(health.closed for health in reports):
            raise CommandError("Not everything can be opened.")
        self.stdout.write("Every key that was not destroyed can be opened.")

    def _rings(self) -> None:
        """Write the fingerprint of each key, to compare with what is kept elsewhere."""
        for name in RING_SETTINGS:
            ring = ring_of(name)
            for key, value in sorted(ring["keys"].items()):
                mark = " (primary)" if key == ring["primary"] else ""
                self.stdout.write(f"{name} ring: {key}, check value {fingerprint(value)}{mark}")
            for key, value in sorted(ring["audit"]["keys"].items()):
                self.stdout.write(f"{name} ring, audit: {key}, check value {fingerprint(value)}")
            if ring["index_key"]:
                self.stdout.write(f"{name} ring: index_key, check value {fingerprint(ring['index_key'])}")

    def _one(self, health: KeyHealth) -> None:
        self.stdout.write(
            f"{health.noun}: {health.opened:,} can be opened, {len(health.closed):,} can't, "
            f"{health.destroyed:,} were destroyed"
        )
        for key_id, of in health.closed:
            self.stderr.write(f"can't be opened: {of}, key {key_id}")

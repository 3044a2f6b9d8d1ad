"""Wraps what a key ring seals under its primary key. Safe to stop, repeat and run beside traffic."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.ring_users import RING_SETTINGS, ring_of, users
from records.rotation import needs, only_one, rotate


class Command(BaseCommand):
    help = "Wrap data keys and secrets under the primary key of their ring; --check says who needs which key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check and --batch."""
        parser.add_argument("--check", action="store_true", help="change nothing; say who needs which key")
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or report. Raises CommandError when something still needs another key than the primary."""
        if not options["check"]:
            self._rotate(max(1, options["batch"]))
        self._report()

    def _rotate(self, batch: int) -> None:
        with only_one(self._say):
            for user in users():
                for failed in rotate(user, batch=batch, say=self._say):
                    self.stderr.write(f"can't be opened and stays as it is: {user.noun}, {failed}")

    def _report(self) -> None:
        found = needs()
        for ring_name in RING_SETTINGS:
            ring = ring_of(ring_name)
            for name in sorted({*ring["keys"], *(one.key for one in found if one.ring == ring_name)}):
                of_key = [one for one in found if (one.ring, one.key) == (ring_name, name)]
                needed = ", ".join(f"{one.count:,} {one.noun}" for one in of_key)
                if name == ring["primary"]:
                    self._say(f"{ring_name} {name}: primary; {needed or 'nothing yet'}")
                elif needed:
                    self._say(f"{ring_name} {name}: still needed by {needed}")
                else:
                    self._say(f"{ring_name} {name}: nothing needs it; see docs/running.md before removing it")
        late = [one for one in found if not one.primary]
        if late:
            total = sum(one.count for one in late)
            raise CommandError(f"{total:,} rows still need a key that is not the primary one.")
        self._say("Everything stored is under the primary keys.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

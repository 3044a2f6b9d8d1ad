"""Computes how people's names sound, for rows of an earlier version; may be stopped and started again."""

from typing import Any

from django.core.management.base import BaseCommand

from records.actions.people import reindex_batch


class Command(BaseCommand):
    """Rebuild the index of sounds, batch by batch; each batch commits by itself."""

    help = "Rebuilds the index of how names sound. Stopping it loses nothing: it goes on where it was."

    def add_arguments(self, parser: Any) -> None:
        """Take the size of a batch."""
        parser.add_argument("--batch", type=int, default=200, help="people in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until no row of an earlier version is left."""
        done = 0
        while count := reindex_batch(size=options["batch"]):
            done += count
            self.stdout.write(f"{done} people indexed")
        self.stdout.write("Every name is indexed.")

"""Wraps every data key under the ring's primary key. Safe to stop, repeat and run beside traffic."""

from typing import Any

from django.core.management.base import BaseCommand

from records.actions.keys import rewrap_some


class Command(BaseCommand):
    help = "Wrap every data key under the primary ring key (after adding a new key to the ring)."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while count := rewrap_some():
            total += count
            self.stdout.write(f"{total} keys wrapped anew")
        self.stdout.write("Every data key is under the primary ring key.")

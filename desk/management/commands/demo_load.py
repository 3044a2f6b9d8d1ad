"""Loads the demo world into a database marked as a demo. Safe to repeat: each part is loaded once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.demo.setup import is_demo
from desk.demo.world import load


class Command(BaseCommand):
    help = "Load the demo world (after demo_setup). Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Not in demo mode (DEMO=1).")
        if not is_demo():
            raise CommandError("This database is not marked as a demo; run demo_setup first.")
        for title in load():
            self.stdout.write(title)
            self.stdout.flush()
        self.stdout.write("The demo world is loaded.")

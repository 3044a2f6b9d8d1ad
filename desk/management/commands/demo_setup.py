"""Marks an empty database as a demo, with a movable clock. Runs as the owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.demo.setup import mark_as_demo


class Command(BaseCommand):
    help = "Mark an empty database as a demo and give it the demo clock."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Not in demo mode (DEMO=1).")
        self.stdout.write("Marked as a demo." if mark_as_demo() else "Already a demo.")

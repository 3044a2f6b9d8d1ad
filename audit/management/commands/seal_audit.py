"""Seals what is waiting in the trail; the worker does the same every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.sealer import seal_all


class Command(BaseCommand):
    help = "Number and seal every event of the trail that is ready."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seal_all()} events sealed.")

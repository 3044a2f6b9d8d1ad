"""Moves the demo clock: `manage.py demo_clock +1h`; without an argument it tells the time."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from config import clock
from desk.demo.clock import move, parse_step
from desk.demo.setup import is_demo


class Command(BaseCommand):
    help = "Move the demo clock forward (+15m, +1h, +1d) or tell its time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", nargs="?", help="+15m, +1h, +1d …")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not is_demo():
            raise CommandError("There is no demo clock here.")
        if options["step"]:
            try:
                move(by=Actor.system(), step=parse_step(options["step"]))
            except ValueError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(clock.now().isoformat(timespec="seconds"))

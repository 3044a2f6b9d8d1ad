"""Lists the demo sign-ins, as text or with --json."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo.cast import LOGINS, PASSWORD


class Command(BaseCommand):
    help = "List the demo sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON: email, password, name, role")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Not in demo mode (DEMO=1).")
        if options["json"]:
            rows = [
                {"email": one.email, "password": PASSWORD, "name": one.name, "role": one.role}
                for one in LOGINS
            ]
            self.stdout.write(json.dumps(rows, indent=1))
            return
        width = max(len(one.email) for one in LOGINS)
        for one in LOGINS:
            self.stdout.write(f"{one.email:<{width}}  {one.role.label}")
        self.stdout.write(f"password of all: {PASSWORD}")

"""Makes a staff account and prints a link by which its owner chooses a password: the first administrator."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.actions.staff import invite
from accounts.choices import Role
from audit.actors import Actor
from config.errors import Refused


class Command(BaseCommand):
    help = "Make a staff account: add_staff EMAIL NAME ROLE. Prints a link that works once, for an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, token = invite(
                by=Actor.system(), email=options["email"], name=options["name"], role=options["role"]
            )
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"Made an account for {user.email} ({user.get_role_display()}).")
        self.stdout.write("They choose a password here, once, within an hour (it is also in the mail):")
        self.stdout.write(settings.BASE_URL + reverse("account_link", args=[token]))

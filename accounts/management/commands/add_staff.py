"""Makes a staff account; asks for the password at the terminal, so that it stays out of the history."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import add_staff
from accounts.choices import Role
from audit.actors import Actor
from config.errors import Refused


class Command(BaseCommand):
    help = "Make a staff account: add_staff EMAIL NAME ROLE (asks for a password)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass("Password (15 characters or more): ")
        if password != getpass("The same again: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        try:
            user = add_staff(
                by=Actor.system(),
                email=options["email"],
                name=options["name"],
                role=options["role"],
                password=password,
            )
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"Made an account for {user.email} ({user.get_role_display()}).")

"""Load a directory of partners from a CSV file, here and now."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.errors import Refused
from referrals.actions.directory_import import PART, load_all, request_import
from referrals.rules.directory_file import REQUIRED


class Command(BaseCommand):
    help = (
        "Loads partners from a CSV file with the service codes of the national directory, in parts of "
        f"{PART:,} rows. Needs the columns {' and '.join(REQUIRED)}. The same file twice changes nothing. "
        "Rows with errors are named and left out; exit status 1 when there are some."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--by", required=True, help="e-mail of a supervisor or an administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"], is_active=True).first()
        if by is None or not by.has_perm("referrals.facility_change"):
            raise CommandError("--by must be a supervisor or an administrator")
        try:
            asked = request_import(
                filename=options["file"].name,
                content=options["file"].read_bytes(),
                dry_run=options["dry_run"],
                by=by,
                queued=False,
            )
        except (Refused, OSError) as error:
            raise CommandError(getattr(error, "message", str(error))) from error
        for part in load_all(import_id=asked.pk):
            self.stdout.write(f"{part.rows_done} of {part.rows_total} rows")
        asked.refresh_from_db()
        for line, column, message in asked.errors:
            self.stderr.write(f"line {line}, {column or 'row'}: {message}")
        would = "would be " if asked.dry_run else ""
        self.stdout.write(
            f"{asked.added} {would}added, {asked.changed} {would}changed, {asked.same} the same, "
            f"{asked.kept} kept as staff entered them, {asked.error_count} with errors."
        )
        if asked.error_count:
            sys.exit(1)

"""Writes the trail to a file that bin/verify-audit checks, and a checkpoint beside it."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actions import record
from audit.actors import Actor
from audit.export import NoSuchSeal, export_lines
from config import clock


class Command(BaseCommand):
    help = "Export the trail as JSON lines, with a checkpoint beside it (FILE.checkpoint.json)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="FILE", help="a new file; readable by you alone")
        parser.add_argument("--since", type=int, default=0, metavar="NUMBER", help="only what comes after it")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["to"])
        beside = target.with_name(target.name + ".checkpoint.json")
        if target.exists() or beside.exists():
            raise CommandError(f"{target} or its checkpoint exists already. Name a new file.")
        record("trail.exported", by=Actor.system(), after=options["since"])
        try:
            lines, checkpoint = export_lines(clock.now(), options["since"])
        except NoSuchSeal:
            raise CommandError(f"There is no seal with number {options['since']}.") from None
        with self._private(target) as file:
            file.writelines(lines)
        with self._private(beside) as file:
            file.write(checkpoint)
        self.stdout.write(
            f"{target}\n{beside}\nKeep the checkpoint where nobody who runs this host can write."
        )

    def _private(self, path: Path) -> Any:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

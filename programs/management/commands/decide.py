"""Run a decision engine on a JSON document: `manage.py decide detox < input.json`."""

import argparse
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from programs.rules.engines import ENGINES, decide_document
from programs.rules.io import BadInput, parse_document


class Command(BaseCommand):
    help = (
        "Reads one JSON document, an object or a list of objects, from standard input and prints the result. "
        "Uses no database. Bad input: exit status 2 and one line with the field and the reason."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("engine", choices=sorted(ENGINES))

    def handle(self, *args: Any, engine: str, **options: Any) -> None:
        try:
            result = decide_document(engine, parse_document(sys.stdin.buffer.read()))
        except BadInput as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(2)
        self.stdout.write(json.dumps(result, allow_nan=False))

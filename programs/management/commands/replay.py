"""Compute stored recommendations again, as they are or with changed rules (`--rules`, `--substances`)."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actions import record
from audit.actors import Actor
from programs.models import Recommendation
from programs.replay import Replayed, replay
from programs.rules.detox import DETOX
from programs.rules.files import RulesetError
from programs.rules.level_of_care import LEVEL_OF_CARE, load_level_ruleset
from programs.rules.ruleset import load_ruleset


class Command(BaseCommand):
    help = (
        "Computes every stored recommendation again from what it rests on, and lists those that come out "
        "otherwise, by episode reference. Writes only an audit event. Exit status 1 when the rules are those "
        "it was made with and the result still differs."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--rules", type=Path, help="a file of detox rules to try")
        parser.add_argument("--substances", type=Path, help="a table of substances to try")
        parser.add_argument("--level-rules", type=Path, help="a file of level-of-care rules to try")
        parser.add_argument("--open", action="store_true", help="open episodes only")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = {"path": options["rules"], "substances": options["substances"]}
            given = {name: path for name, path in files.items() if path}
            detox = load_ruleset(**given) if given else DETOX
            care = load_level_ruleset(options["level_rules"]) if options["level_rules"] else LEVEL_OF_CARE
        except (RulesetError, OSError) as error:
            raise CommandError(str(error)) from error
        stored = Recommendation.objects.select_related("episode", "data_key").order_by("made_at", "id")
        if options["open"]:
            stored = stored.filter(episode__status="open")
        total, changed, faults = 0, 0, 0
        for one in replay(stored.iterator(chunk_size=200), detox, care):
            total += 1
            if one.changed:
                changed += 1
                faults += one.same_rules
                self.stdout.write(_line(one))
        record("recommendations.replayed", by=Actor.system(), total=total, changed=changed)
        self.stdout.write(f"{changed} of {total} would change under {detox.id} and {care.id}.")
        if faults:
            self.stderr.write(f"{faults} differ under the very rules they were made with.")
            sys.exit(1)


def _line(one: Replayed) -> str:
    parts = [f"{name}: {_shown(one.before.get(name))} -> {_shown(one.after[name])}" for name in one.changed]
    return f"{one.recommendation.episode.reference} {one.recommendation.pk} " + "; ".join(parts)


def _shown(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)

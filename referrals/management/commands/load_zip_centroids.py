"""Bring the table of ZIP centroids up to date from a newer Gazetteer."""

import argparse
import csv
import io
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from referrals.models import ZipCentroid

NAMES = {
    "geoid": "zip",
    "intptlat": "latitude",
    "intptlong": "longitude",
    "lat": "latitude",
    "long": "longitude",
}


class Command(BaseCommand):
    help = (
        "Loads the middles of ZIP code areas from a file of the Census Gazetteer (ZCTA, national: GEOID, "
        "INTPTLAT, INTPTLONG, with tabs) or from a CSV with zip, latitude and longitude. What is not in the "
        "file stays."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        tab = "\t" in text.partition("\n")[0]
        rows = csv.reader(io.StringIO(text), delimiter="\t" if tab else ",")
        header = [NAMES.get(one.strip().casefold(), one.strip().casefold()) for one in next(rows, [])]
        if not {"zip", "latitude", "longitude"} <= {*header}:
            raise CommandError("the first line must name GEOID, INTPTLAT and INTPTLONG")
        found = []
        for cells in rows:
            values = dict(zip(header, (one.strip() for one in cells), strict=False))
            try:
                place = float(values["latitude"]), float(values["longitude"])
                found.append(ZipCentroid(zip=values["zip"], latitude=place[0], longitude=place[1]))
            except (KeyError, ValueError) as error:
                raise CommandError(f"line {rows.line_num}: not a ZIP with two numbers") from error
        with transaction.atomic():
            ZipCentroid.objects.bulk_create(
                found,
                batch_size=5000,
                update_conflicts=True,
                unique_fields=["zip"],
                update_fields=["latitude", "longitude"],
            )
            record("zip_centroids.loaded", by=Actor.system(), rows=len(found))
        self.stdout.write(f"{len(found)} ZIP centroids.")

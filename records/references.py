"""References that can be read out over the phone: no letters or digits that sound or look alike."""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction

from config.db import refusal_code

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"
TRIES = 20

Row = TypeVar("Row", bound=Any)


def new_reference(length: int = 5) -> str:
    """Return a random reference such as "JH-7K3MA". Unique by the column's constraint, not by looking."""
    return f"{settings.REFERENCE_PREFIX}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def save_new(make: Callable[[str], Row], length: int = 5) -> Row:
    """Insert the row that `make` returns for a reference; one that is taken is drawn anew.

    With 100,000 rows one draw in two hundred is taken, so this happens every week of a busy center. Any other
    refusal of the database is raised as it came.
    """
    for _ in range(TRIES):
        row = make(new_reference(length))
        table = row._meta.db_table
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            if refusal_code(error) not in {f"{table}_reference_key", f"{table}_reference"}:
                raise
        else:
            return row
    raise RuntimeError(f"No free reference was found for {table} in {TRIES} draws.")

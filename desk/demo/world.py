"""The demo world, part by part. Every part goes through the product's own actions, so it obeys its rules."""

from collections.abc import Callable, Iterator

from django.db import connection, transaction

from accounts.models import User
from desk.demo.care import load_care
from desk.demo.cast import LOGINS, PASSWORD
from desk.demo.loop import load_loop
from desk.demo.notice import load_notice
from desk.demo.partners import load_partners
from desk.demo.people import load_casey, load_jordan, load_riley
from desk.demo.prices import load_prices
from desk.demo.programs import load_programs


def load_staff() -> None:
    """Make the eight sign-ins."""
    for login in LOGINS:
        User.objects.create_user(login.email, PASSWORD, display_name=login.name, role=login.role)


PARTS: tuple[tuple[str, str, Callable[[], None]], ...] = (
    ("staff", "Staff: eight sign-ins", load_staff),
    ("notice", "The patient notice", load_notice),
    ("programs", "Programs and beds", load_programs),
    ("prices", "Self-pay prices", load_prices),
    ("partners", "Five partner facilities", load_partners),
    ("jordan", "Somebody in residential care", load_jordan),
    ("riley", "Somebody who was here before", load_riley),
    ("casey", "Somebody waiting for a place", load_casey),
    ("care", "Waiting, care, calls after a stay, and a plan that said no", load_care),
    ("loop", "Four people on their way through a partner", load_loop),
)


def load() -> Iterator[str]:
    """Load what is not loaded yet; yield the title of each part before it begins.

    A part and its mark commit together, so a stop midway leaves whole parts only.
    """
    for name, title, part in PARTS:
        yield title
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s = ANY(loaded) FROM demo_world FOR UPDATE", [name])
            if not cursor.fetchone()[0]:
                part()
                cursor.execute("UPDATE demo_world SET loaded = loaded || %s", [[name]])

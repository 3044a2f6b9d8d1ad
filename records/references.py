"""References that can be read out over the phone: no letters or digits that sound or look alike."""

import secrets

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"


def new_reference(length: int = 5) -> str:
    """Return a random reference such as "JH-7K3MA". Unique by the column's constraint, not by looking."""
    return f"{settings.REFERENCE_PREFIX}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))

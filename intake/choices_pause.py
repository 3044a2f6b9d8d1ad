"""The words of a pause: the person stops for now, and the door stays open."""

from django.db import models


class Naloxone(models.TextChoices):
    """What came of offering naloxone."""

    HAS = "has", "Has it"
    TOLD = "told", "Wants it: told where to get it"
    LATER = "later", "Offered; does not want it now"
    NOT_OFFERED = "not_offered", "Could not be offered"


class PauseResult(models.TextChoices):
    """How a call after a pause went."""

    GOES_ON = "goes_on", "The person wants to go on"
    LATER = "later", "Reached; call again on another day"
    NOT_REACHED = "not_reached", "Not reached; try on another day"
    NO_MORE = "no_more", "No more calls"


AGAIN = frozenset({PauseResult.LATER, PauseResult.NOT_REACHED})
"""Results after which there is a next day to call."""

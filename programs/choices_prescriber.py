"""The vocabulary of calls to who prescribes a person's medicines."""

from django.db import models


class PrescriberOutcome(models.TextChoices):
    """How a call to a prescriber ended; each is written once."""

    CONFIRMED = "confirmed", "Reached: medicines confirmed"
    CHANGED = "changed", "Reached: medicines changed"
    NO_CONSENT = "no_consent", "No consent: nothing was told"
    NOT_NEEDED = "not_needed", "Not needed"
    ENDED = "ended", "Ended with the stay, or taken off the list"


TOLD = (PrescriberOutcome.CONFIRMED, PrescriberOutcome.CHANGED)
"""Outcomes in which something was told: each rests on an accounting row, and so on a consent."""
BY_SOMEONE = (*TOLD, PrescriberOutcome.NO_CONSENT, PrescriberOutcome.NOT_NEEDED)
"""Outcomes that a colleague writes, with words; the other follows from what happened."""

NOT_REACHED = "not_reached"
CALL_RESULTS = [
    (PrescriberOutcome.CONFIRMED.value, "Reached: they confirmed the medicines"),
    (PrescriberOutcome.CHANGED.value, "Reached: they changed the medicines"),
    (NOT_REACHED, "Not reached, I will try again"),
    (PrescriberOutcome.NO_CONSENT.value, "No consent: nothing was told"),
    (PrescriberOutcome.NOT_NEEDED.value, "Not needed"),
]
"""What the page offers: the outcomes, and a try that ends nothing."""

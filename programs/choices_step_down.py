"""The vocabulary of step-down reviews."""

from django.db import models


class StepMove(models.TextChoices):
    """What a clinician decides in a review of a stay."""

    STAY = "stay", "Stay at this level"
    DOWN = "down", "Step down"
    UP = "up", "Step up"


class UseSince(models.TextChoices):
    """Whether there was use since the last review."""

    NONE = "none", "None"
    PLANNED = "planned", "Yes, and the planned answer to it was followed"
    UNPLANNED = "unplanned", "Yes, without a planned answer"


class YesNo(models.TextChoices):
    """A question with two answers; no answer means that it was not asked or is not known."""

    YES = "yes", "Yes"
    NO = "no", "No"

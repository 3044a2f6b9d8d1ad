"""The vocabulary of the family program: what sessions are about, and who came."""

from django.db import models


class FamilyTopic(models.TextChoices):
    """What a session of the family program is about; nothing of it is about one person."""

    DEPENDENCE = "dependence", "How dependence comes about, and what treatment does"
    TALKING = "talking", "Talking with each other"
    BOUNDARIES = "boundaries", "Help and boundaries"
    RETURN_TO_USE = "return_to_use", "When use comes back: early signs, naloxone, what to do"
    OWN_SUPPORT = "own_support", "Looking after yourself, and groups for families"
    AFTER = "after", "Life at home after a stay"
    EXCHANGE = "exchange", "Families among themselves"


class FamilyCame(models.TextChoices):
    """Whether a relative was at a session."""

    CAME = "came", "Came"
    NOT = "not", "Did not come"
    EXCUSED = "excused", "Excused"

"""The kinds of actors an event can name."""

from django.db import models


class ActorKind(models.TextChoices):
    """Who acts."""

    STAFF = "staff", "Staff"
    PARTNER = "partner", "Partner by link"
    SIGNER = "signer", "Person signing"
    PUBLIC = "public", "Public page"
    SYSTEM = "system", "System"


class Damage(models.TextChoices):
    """What can be wrong with the trail."""

    ALTERED = "altered", "A sealed event or its seal was altered"
    MISSING = "missing", "Seals are missing"
    TRUNCATED = "truncated", "The end of the trail was cut off"
    REPLACED = "replaced", "A part of the trail was replaced"

"""The kinds of actors an event can name."""

from django.db import models


class ActorKind(models.TextChoices):
    """Who acts."""

    STAFF = "staff", "Staff"
    PARTNER = "partner", "Partner by link"
    SIGNER = "signer", "Person signing"
    PUBLIC = "public", "Public page"
    SYSTEM = "system", "System"

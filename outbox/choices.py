"""The states of a message."""

from django.db import models


class MessageStatus(models.TextChoices):
    """Where a message stands on its way out."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Could not be delivered"

"""The counters that slow down guessing."""

from django.db import models


class ThrottleCounter(models.Model):
    """How often something was tried in a window of time. Keys are hashed; rows expire."""

    key = models.BinaryField(max_length=32)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "window_start"], name="accounts_throttlecounter_one_row"),
        ]

    def __str__(self) -> str:
        return f"throttle {self.pk}"

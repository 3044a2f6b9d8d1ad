"""The center's opening hours, from settings, for the rules that need them."""

from django.conf import settings

from intake.rules.promise import Hours


def opening_hours() -> Hours:
    """Return when somebody answers, as the deployment is set up."""
    return Hours(
        open_from=settings.OPEN_FROM,
        open_until=settings.OPEN_UNTIL,
        zone=settings.CENTER_TIME_ZONE,
        minutes=settings.CALLBACK_MINUTES,
    )

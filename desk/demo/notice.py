"""The patient notice of the demo center, published by its privacy officer."""

from accounts.models import User
from config import clock
from config.clock import center_day
from records.actions import notices


def load_notice() -> None:
    """Publish the text that comes with the product, in force from today."""
    officer = User.objects.get(role="privacy")
    notices.save_draft(
        text_en=notices.starting_text("en"), text_es=notices.starting_text("es"),
        effective_on=center_day(clock.now()), by=officer,
    )  # fmt: skip
    notices.publish(by=officer)

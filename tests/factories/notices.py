"""The patient notice, published as the privacy officer does it."""

from config import clock
from config.clock import center_day
from records.actions import notices
from records.models import PatientNotice
from tests.factories.accounts import make_user


def publish_notice(by=None, **changes) -> PatientNotice:
    """Publish the text that comes with the product, from today."""
    by = by or make_user("privacy", "noticewriter")
    given = {
        "text_en": notices.starting_text("en"), "text_es": notices.starting_text("es"),
        "effective_on": center_day(clock.now()), **changes,
    }  # fmt: skip
    notices.save_draft(by=by, **given)
    return notices.publish(by=by)

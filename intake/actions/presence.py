"""Who is in an assessment now, and where each of them was last. Nothing that was said."""

from typing import Any

from config import clock
from intake.models import Assessment, Presence


def be_here(*, by: Any, assessment: Assessment, section: str, field: str = "", edited: str = "") -> None:
    """Note that `by` is in a section, at `field`; `edited` is the field that they just changed, if any.

    One statement, which waits for nobody and is no event of its own: saving and looking are.
    """
    now = clock.now()
    here = Presence(assessment=assessment, user=by, seen_at=now, section=section, field=field)
    kept = ["seen_at", "section", "field"]
    if edited:
        here.edited_at, here.edited_section, here.edited_field = now, section, edited
        kept += ["edited_at", "edited_section", "edited_field"]
    Presence.objects.bulk_create(
        [here], update_conflicts=True, unique_fields=["assessment", "user"], update_fields=kept
    )

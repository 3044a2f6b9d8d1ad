"""Sharing the preparation checklist with a helper whom the person's consent names: by the one door out."""

from typing import Any

from config import clock
from intake.models import Episode
from programs.actions.common import demand
from programs.should_have import CHECKLIST_COVERS, checklist_rows
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, Packet, disclose, refusals_recorded
from records.models import Recipient
from records.queries.consents import live_consent


def share_checklist(*, episode: Episode, helper: Recipient, by: Any) -> Packet:
    """Open the door for the list without its notes. Raises NotPermitted without a consent that covers it."""
    demand(by, "programs.prepare")
    person = episode.person
    rows = [{key: value for key, value in row.items() if key != "note"} for row in checklist_rows(episode)]
    with refusals_recorded(by=by, person=person, basis=ByConsent.code, recipient=helper):
        if live_consent(person, helper, Purpose.FAMILY, CHECKLIST_COVERS, clock.now()) is None:
            raise NotPermitted(
                "category_not_covered",
                "No consent lets this helper know that the person comes here, and about home and work.",
            )
    return disclose(
        person=person,
        recipient=helper,
        basis=ByConsent(),
        purpose=Purpose.FAMILY,
        sections={
            Category.PRESENCE: lambda: {"said": "The person prepares to come here."},
            Category.SOCIAL: lambda: {"checklist": rows},
        },
        medium=Medium.PRINT,
        by=by,
        subject=f"checklist:{episode.pk}",
    )

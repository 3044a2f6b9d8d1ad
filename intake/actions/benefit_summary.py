"""Handing the benefit summary to the person: through the one door out, after a check of identity."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from config import clock
from intake.actions.coverage import lock_for
from intake.benefit_summary import builder
from intake.coverage_words import TITLE
from intake.models import Episode
from outbox.submit import once
from records.actions.own_access import check_identity
from records.choices import Category
from records.choices_door import SharedFor
from records.disclose import Packet, disclose, refusals_recorded
from records.door.own_access import OwnAccess

SUBJECT = "benefits"


def give_summary(
    *, episode: Episode, language: str, medium: str, by: Any, submit_key: UUID | None = None, **identity: Any
) -> Packet:
    """Check who asks (`identity` as for `check_identity`) and give the summary in `language` (en, es).

    Raises Refused for the check or the language, NotPermitted at the door, AlreadyDone for a second submit.
    """
    if language not in TITLE:
        raise ValueError("the summary is written in English and Spanish")
    with refusals_recorded(by=by, person=episode.person, basis=OwnAccess.code), transaction.atomic():
        key = once(submit_key, scope="benefits.give", by=by) if submit_key else None
        locked = lock_for(episode, by)
        check = check_identity(person=locked.person, by=by, **identity)
        packet = disclose(
            person=locked.person, recipient=None, basis=OwnAccess(check.pk), purpose=SharedFor.OWN_ACCESS,
            sections={Category.INSURANCE: builder(locked, language, clock.now())}, medium=medium, by=by,
            subject=f"{SUBJECT}:{language}:{check.pk}",
        )  # fmt: skip
        if key:
            key.done(reverse("intake:benefit-summary", args=[locked.pk, packet.id]))
    return packet

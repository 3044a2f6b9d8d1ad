"""Offering answers from elsewhere when an episode starts, or when somebody brings them later."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from audit.actions import record
from config.crypto import CannotOpen
from intake.choices import AnswerSource
from intake.choices_contact import Who
from intake.contact_details import amendments_of, current_details
from intake.models import Assessment, CallAttempt, Episode, Prefill
from intake.queries import current_assessment, newest_episode
from intake.questions import REPEATABLE
from intake.rules.prefill import lasting, lasting_row


@dataclass(frozen=True)
class Origin:
    """Where offered answers come from: the source, in words, and when it was said."""

    source: str
    words: str
    said_at: datetime | None = None


@transaction.atomic
def offer_answers(
    *,
    by: Any,
    episode: Episode,
    origin: Origin,
    sections: Mapping[str, Mapping[str, Mapping]],
    rows: Iterable[Mapping[str, Mapping]] = (),
) -> list[Prefill]:
    """Keep answers from elsewhere as offers: `sections` by section and question, `rows` of substances.

    They count for nothing until somebody uses them.
    """
    key = episode.person.data_key
    same = {"episode": episode, "data_key": key, "source": origin.source, "origin": origin.words}
    made = [
        Prefill(section=REPEATABLE, position=place, offered=dict(row), said_at=origin.said_at, **same)
        for place, row in enumerate(rows)
    ]
    for section, answers in sections.items():
        made += [
            Prefill(section=section, field=name, offered=dict(answer), said_at=origin.said_at,
                    position=len(made) + place, **same)
            for place, (name, answer) in enumerate(answers.items())
        ]  # fmt: skip
    if made:
        Prefill.objects.bulk_create(made)
        record("prefills.offered", by=by, obj=episode, person=episode.person_id, count=len(made),
               source=str(origin.source))  # fmt: skip
    return made


def offer_what_is_known(*, by: Any, episode: Episode) -> None:
    """Offer, when an episode starts, what its request says and what the newest earlier episode holds."""
    _offer_from_request(by, episode)
    _offer_from_earlier(by, episode)


def _offer_from_request(by: Any, episode: Episode) -> None:
    """Offer the language and what was noted on the calls, when the person asked for themselves."""
    asked = episode.contact_request
    if asked is None or asked.data_key.wrapped is None:
        return
    details = current_details(asked, amendments_of([asked])[asked.pk])
    if details.get("who") != Who.ME:
        return
    sections: dict[str, dict[str, Mapping]] = {"goals": {"language_care": {"value": asked.language}}}
    attempts = CallAttempt.objects.filter(request=asked).order_by("at", "id")
    notes = "\n".join(attempt.note for attempt in attempts if attempt.note)
    if notes:
        sections["substances"] = {"substances_notes": {"value": notes}}
    words = f"the request of {_day(asked.received_at)}"
    offer_answers(
        by=by,
        episode=episode,
        origin=Origin(AnswerSource.REQUEST, words, asked.received_at),
        sections=sections,
    )


def _offer_from_earlier(by: Any, episode: Episode) -> None:
    """Offer what may still be true of the newest earlier episode, of this record or one merged with it."""
    last = newest_episode(episode.person, before=episode)
    known = current_assessment(last) if last else None
    if known is None:
        return
    with contextlib.suppress(CannotOpen):  # of a merged record whose key is gone
        _offer_answers_of(known, by, episode)


def _offer_answers_of(known: Assessment, by: Any, episode: Episode) -> None:
    rows = known.substance_rows.filter(removed_at__isnull=True).order_by("position", "id")
    said = known.submitted_at or known.created_at
    offer_answers(
        by=by,
        episode=episode,
        origin=Origin(AnswerSource.EARLIER, _month(said), said),
        sections={section.key: lasting(section.key, section.answers) for section in known.sections.all()},
        rows=[kept for row in rows if (kept := lasting_row(row.details))],
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))


def _month(moment: datetime) -> str:
    return f"{_local(moment):%B %Y}"


def _day(moment: datetime) -> str:
    local = _local(moment)
    return f"{local.day} {local:%B %Y}"

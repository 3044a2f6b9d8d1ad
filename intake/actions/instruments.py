"""Recording standard instruments: filled in here, brought from elsewhere, or corrected by a newer row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.episodes import lock_open_episode
from intake.actions.follow_ups import open_for
from intake.actions.status import mark_started
from intake.choices import AssessmentStatus
from intake.models import Assessment, Episode, InstrumentRecord
from intake.queries import current_assessment
from intake.readings import reading_of
from intake.rules.catalogue import BY_ID, GIVE, Form
from intake.rules.entry_limits import concern
from intake.rules.instruments import Score, score, score_result
from intake.rules.readings import Reading
from outbox.submit import once


@dataclass(frozen=True)
class Given:
    """What was filled in or brought: which instrument, its answers (numbers), and why some are missing.

    `total` and `band` are of a result from elsewhere; `measured_by` and `where` then say whose it is.
    """

    instrument: str
    answers: Mapping[str, float] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False
    total: float | None = None
    band: Any = None
    measured_by: str = ""
    where: str = ""
    language: str = "en"
    wording: str = ""
    about: str = ""
    note: str = ""
    observed_at: datetime | None = None


@transaction.atomic
def record_instrument(
    *,
    by: Any,
    episode: Episode,
    given: Given,
    corrects: InstrumentRecord | None = None,
    reason: str = "",
    submit_key: UUID | None = None,
) -> InstrumentRecord:
    """Keep one giving of an instrument with its score, and open a follow-up where the result asks for one.

    Raises Refused for what can't be kept, Conflict when the episode was closed or the record was corrected
    before, AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="instrument.record", by=by) if submit_key else None
    locked = lock_open_episode(episode.pk)
    now = clock.now()
    observed = given.observed_at or now
    _check(by, given, observed, now, corrects, reason)
    sex = _sex(locked)
    result = _score(given, sex)
    made = _create(
        episode=locked,
        data_key=locked.person.data_key,
        details=_details(given, sex, result, reason),
        observed_at=observed,
        recorded_by=by,
        administered_by=None if given.outside else by,
        supersedes=corrects,
        red_flag=bool(concern(_reading_of(given, result, observed, now))),
    )
    name = "instrument.corrected" if corrects else "instrument.recorded"
    record(name, by=by, obj=made, person=locked.person_id, corrects=corrects)
    open_for(by=by, episode=locked, reading=reading_of(made), now=now)
    _tell(locked, by, now)
    if key:
        key.done(reverse("intake:instrument-record", args=[locked.pk, made.pk]))
    return made


def _create(**values: Any) -> InstrumentRecord:
    try:
        with transaction.atomic():
            return InstrumentRecord.objects.create(**values)
    except IntegrityError as error:
        if refusal_code(error) != "intake_instrumentrecord_supersedes_id_key":
            raise
        raise Conflict("Somebody corrected this before you. Nothing was changed.") from error


def _check(
    by: Any, given: Given, observed: datetime, now: datetime, corrects: InstrumentRecord | None, reason: str
) -> None:
    form = BY_ID.get(given.instrument)
    if form is None:
        raise Refused("unknown_instrument", "This instrument is not known.")
    if not by.has_perm(GIVE if given.outside else form.permission):
        raise Refused("not_permitted", "A clinician scores this one. Record a result measured by a nurse.")
    if observed > now:
        raise Refused("in_future", "The time must not be in the future", field="observed_at")
    if corrects is not None and corrects.details["instrument"] != given.instrument:
        raise Refused("another_instrument", "A correction is of the same instrument.")
    if corrects is not None and not reason.strip():
        raise Refused("no_reason", "Say why you correct it", field="reason")
    if given.outside and not given.measured_by.strip():
        raise Refused("no_source", "Say who measured it", field="measured_by")
    _check_something(form, given)


def _check_something(form: Form, given: Given) -> None:
    if given.outside:
        if given.total is None and given.band in (None, "", [], {}):
            raise Refused("no_result", "Enter the result")
    elif not given.answers and not given.missing:
        raise Refused("no_answers", "Answer at least one question")
    if form.instrument is None and not given.outside:
        raise Refused("no_items", "Only a result from elsewhere can be recorded.")


def _reading_of(given: Given, result: Score, observed: datetime, now: datetime) -> Reading:
    """What is going to be stored, as the rules will read it."""
    return Reading(
        id="",
        instrument=given.instrument,
        observed_at=observed,
        recorded_at=now,
        status=result.status,
        total=result.total,
        band=result.band,
        lower=result.bounds[0] if result.bounds else None,
        answers=given.answers,
    )


def _sex(episode: Episode) -> str | None:
    said = (episode.person.sex or "").strip().lower()
    return said if said in ("male", "female") else None


def _score(given: Given, sex: str | None) -> Score:
    if BY_ID[given.instrument].instrument is None:
        return Score(given.instrument, "complete", band=given.band)
    if given.outside:
        return score_result(
            given.instrument, total=given.total, band=given.band, parts=given.answers, sex=sex
        )
    found = score(given.instrument, given.answers, sex=sex)
    if found.status == "invalid":
        raise Refused(
            "invalid", "These answers contradict each other or are out of range", reasons=found.errors
        )
    return found


def _details(given: Given, sex: str | None, result: Score, reason: str) -> dict[str, Any]:
    """What is sealed. Numbers as they were given; what the score made of them is its output."""
    instrument = BY_ID[given.instrument].instrument
    return {
        "instrument": given.instrument,
        "version": instrument.version if instrument else "",
        "language": given.language,
        "wording": given.wording,
        "given": "outside" if given.outside else "items",
        "answers": dict(given.answers),
        "missing": dict(given.missing),
        "about": given.about,
        "sex": sex,
        "score": result.as_output(),
        "measured_by": given.measured_by.strip(),
        "where": given.where.strip(),
        "note": given.note,
        "reason": reason.strip(),
    }


def _tell(episode: Episode, by: Any, now: datetime) -> None:
    """Results are part of the picture: they count as a change of the assessment, also after a decision."""
    assessment = current_assessment(episode)
    if assessment is None:
        return
    locked = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    locked.episode = episode
    if locked.status != AssessmentStatus.DECIDED:
        mark_started(locked, by)
        locked.version += 1
        locked.save(update_fields=["version"])
    hooks.call(hooks.after_answers_changed, assessment=locked, by=by, now=now)

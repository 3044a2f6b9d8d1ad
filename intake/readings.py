"""From stored instrument records to what the rules read."""

from collections.abc import Iterable

from intake.models import Episode, InstrumentRecord
from intake.rules.readings import Reading, in_order


def records_of(episode: Episode) -> list[InstrumentRecord]:
    """The records of an episode that count, newest first; one query."""
    return list(
        episode.instrument_records.filter(superseded_by__isnull=True)
        .select_related("data_key", "recorded_by", "administered_by")
        .order_by("-observed_at", "-recorded_at", "-id")
    )


def readings_of(records: Iterable[InstrumentRecord]) -> tuple[Reading, ...]:
    """The records as the rules read them, oldest first."""
    return tuple(in_order(reading_of(record) for record in records))


def reading_of(record: InstrumentRecord) -> Reading:
    """One record as the rules read it, by its stored score."""
    details = record.details
    score = details["score"]
    return Reading(
        id=str(record.pk),
        instrument=details["instrument"],
        observed_at=record.observed_at,
        recorded_at=record.recorded_at,
        status=score["status"],
        total=score["total"],
        band=score["band"],
        lower=score.get("lower"),
        upper=score.get("upper"),
        flags=tuple(score["flags"]),
        answers=details["answers"],
        about=details["about"],
    )

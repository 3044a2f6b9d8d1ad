"""Results of instruments in words and as a drawing: never a number without its meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.templatetags.ui import clock_day
from intake.answers import MISSING_WORDS
from intake.display import words
from intake.instrument_wording import Wording
from intake.models import InstrumentRecord
from intake.questions import BY_KEY, REPEATABLE
from intake.readings import reading_of
from intake.rules.catalogue import BY_ID, Form, band_words, total_range
from intake.rules.follow_up import codes_of
from intake.rules.instrument_flags import flag_words, is_urgent
from intake.rules.instruments import PULSE
from intake.rules.readings import Reading, newest_of_each
from records.choices import Language

NOT_A_DIAGNOSIS = "Screening, not a diagnosis."
_BARE = "No bands are published for this number: a clinician reads it."
_BY_TOTAL = ("sum", "max", "external_total")


@dataclass(frozen=True)
class Result:
    """One result in words: `line` is the number or the category, `meaning` what it stands for."""

    line: str
    meaning: str
    complete: bool
    flags: tuple[tuple[str, bool], ...] = ()


def form_of(record: InstrumentRecord) -> Form:
    """Which instrument a record is of."""
    return BY_ID[record.details["instrument"]]


def result_of(record: InstrumentRecord) -> Result:
    """A record's stored score in words."""
    return result_in(reading_of(record))


def result_in(reading: Reading) -> Result:
    """A score in words, with what it means and what it asks for."""
    line, meaning = _words(BY_ID[reading.instrument], reading)
    flags = tuple((flag_words(code), is_urgent(code)) for code in codes_of(reading))
    return Result(line, meaning, reading.complete, flags)


@dataclass(frozen=True)
class Latest:
    """The last result of one instrument, and of one substance where it asks about one."""

    label: str
    reading: Reading
    result: Result


def latest_results(readings: Sequence[Reading]) -> list[Latest]:
    """What every instrument said last, in the order of the list of instruments."""
    order = list(BY_ID)
    newest = sorted(newest_of_each(readings), key=lambda one: order.index(one.instrument))
    return [Latest(_label(one), one, result_in(one)) for one in newest]


def _label(reading: Reading) -> str:
    short = BY_ID[reading.instrument].short
    return f"{short}: {about_words(reading.about)}" if reading.about else short


def about_words(about: str) -> str:
    """The substance that an instrument was asked about, in words; empty for none."""
    question = BY_KEY[REPEATABLE].question("substance")
    return words(question, {"value": about}) if question and about else ""


def _words(form: Form, reading: Reading) -> tuple[str, str]:
    instrument, band = form.instrument, reading.band
    if instrument is None:
        return f"Level {band}", "A label from elsewhere. It decides nothing here."
    if instrument.method == "needs":
        return _needs(reading)
    if instrument.method == "subscales":
        return _scales(band or {}), _BARE
    if instrument.method not in _BY_TOTAL:
        unsure = "" if reading.complete else "Not complete: what was not asked counts as a risk. "
        return band_words(band), f"{unsure}Category of the screen."
    most = total_range(instrument)[1]
    if reading.total is not None:
        return f"{reading.total:g} of {most}", _band_meaning(form, band)
    if reading.lower is None or reading.upper is None:
        return "Not complete", "No total was given."
    least = next((one["id"] for one in _bands(form) if one["min"] <= reading.lower <= one["max"]), None)
    words = f"Not complete: between {reading.lower:g} and {reading.upper:g} of {most}"
    return words, f"At least {_band_meaning(form, least).lower()}. Never read it as low."


def _bands(form: Form) -> Sequence[Mapping[str, Any]]:
    return form.instrument.scoring.get("bands", ()) if form.instrument else ()


def _needs(reading: Reading) -> tuple[str, str]:
    needs = ", ".join(reading.band or []) or "none found"
    safety = "safety not complete" if reading.total is None else f"safety score {reading.total:g} of 20"
    return f"Needs: {needs}; {safety}", "A safety score of 11 or more asks for a talk in private."


def _scales(band: Mapping[str, Any]) -> str:
    parts = [
        f"{name.capitalize()} {'not complete' if value is None else format(value, 'g')}"
        for name, value in band.items()
    ]
    return " · ".join(parts)


def _band_meaning(form: Form, band: str | None) -> str:
    """A band in words, with the numbers it covers."""
    found = next((one for one in _bands(form) if one["id"] == band), None)
    if found is None:
        return _BARE
    span = f"{found['min']}" if found["min"] == found["max"] else f"{found['min']} to {found['max']}"
    return f"{band_words(found['id'])} ({span})"


def given_by(record: InstrumentRecord) -> str:
    """Who gave it or measured it."""
    details = record.details
    if details["given"] == "outside":
        place = f", {details['where']}" if details["where"] else ""
        return f"{details['measured_by']}{place}; recorded by {record.recorded_by.display_name}"
    who = record.administered_by or record.recorded_by
    return str(who.display_name)


def language_words(record: InstrumentRecord) -> str:
    """The language that was read."""
    return str(Language(record.details["language"]).label)


def parts_of(record: InstrumentRecord, wording: Wording | None) -> list[tuple[str, str, str]]:
    """Every item with its answer in words and its points; without wording by our own short label."""
    details, form = record.details, form_of(record)
    if form.instrument is None:
        return []
    found = []
    for key, item in form.instrument.items.items():
        label = wording.items[key] if wording else item.label
        found.append((label, *_answer(details, key, item, wording)))
    return found


def _answer(details: Mapping[str, Any], key: str, item: Any, wording: Wording | None) -> tuple[str, str]:
    answers = details["answers"]
    if item.derive == PULSE:
        pulse = answers.get(PULSE)
        return (
            ("Not measured", "")
            if pulse is None
            else (f"{pulse:g} beats a minute", f"{pulse_points(pulse):g}")
        )
    if key not in answers:
        unknown = "Not known" if details["given"] == "outside" else "Not asked"
        return MISSING_WORDS.get(details["missing"].get(key, ""), unknown), ""
    value = answers[key]
    choices = dict(wording.options.get(key, ())) if wording else {}
    points = f"{item.weight(value):g}" if item.scored else ""
    return choices.get(value) or f"{value:g}", points


def pulse_points(pulse: float) -> float:
    """The points of a measured pulse, as the scorer derives them."""
    return 0 if pulse <= 80 else 1 if pulse <= 100 else 2 if pulse <= 120 else 4


# The trend

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 210, 34, 14, 12, 40


@dataclass(frozen=True)
class Mark:
    """One record in the drawing: a point, or for an incomplete one the span that it can be."""

    x: float
    y: float
    y_low: float | None
    label: str


@dataclass(frozen=True)
class Trend:
    """A drawing of totals over time, all in units of its view box."""

    marks: tuple[Mark, ...]
    line: str
    bands: tuple[tuple[float, str], ...]
    least: int
    most: int
    first: str
    last: str


def trend_of(records: Sequence[InstrumentRecord]) -> Trend | None:
    """The totals of one instrument's records (oldest first); None when there are fewer than two numbers."""
    known = [record for record in records if _ends(record) is not None]
    if len(known) < 2:
        return None
    form = form_of(known[0])
    least, most = total_range(form.instrument) if form.instrument else (0, 0)
    times = [record.observed_at.timestamp() for record in known]
    span = max(times[-1] - times[0], 1)

    def across(moment: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (moment - times[0]) / span, 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - least) / max(most - least, 1), 1)

    marks = []
    for record, moment in zip(known, times, strict=True):
        low, high = _ends(record) or (0, 0)
        y_low = None if low == high else up(low)
        marks.append(Mark(across(moment), up(high), y_low, result_of(record).line))
    points = [f"{mark.x},{mark.y}" for mark in marks if mark.y_low is None]
    bands = tuple((up(band["min"]), band_words(band["id"])) for band in _bands(form) if band["min"] > least)
    first, last = (clock_day(record.observed_at) for record in (known[0], known[-1]))
    return Trend(tuple(marks), " ".join(points), bands, least, most, first, last)


def _ends(record: InstrumentRecord) -> tuple[float, float] | None:
    score = record.details["score"]
    if score["total"] is not None:
        return score["total"], score["total"]
    return (score["lower"], score["upper"]) if "lower" in score else None

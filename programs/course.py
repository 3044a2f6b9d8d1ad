"""One person's course of withdrawal as a picture and as a table that say the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import capfirst

from config.templatetags.ui import clock_day, day
from intake.answers import value_of
from intake.picture import center_zone
from intake.rules.facts import Facts
from intake.rules.last_use import earliest_last_use
from intake.rules.uses import Use, uses
from intake.substances import BY_CODE, KRATOM, SEDATIVES
from programs.models import BedUse, SlotHold
from programs.rules.course import Band, Course, course_of
from programs.rules.timeline import TIMELINE

WORDS = {
    "onset": "First signs",
    "peak": "Strongest, {days}",
    "inner_peak": "Strongest, {days}",
    "acute_end": "Acute phase ends",
    "late": "Mood and sleep, weeks to months",
}
_SHOWN = timedelta(days=14)
_LEFT, _ROW, _TOP, _PAD = 8, 42, 34, 8


@dataclass(frozen=True)
class Bar:
    """One bar of the picture, in its units; `sure_*` the part that holds whenever the last use was."""

    key: str
    label: str
    y: float
    x: float
    width: float
    sure_x: float
    sure_width: float
    goes_on: bool


@dataclass(frozen=True)
class Picture:
    """The drawing: its size, its bars, the days on its axis, and the marks for now and for the return."""

    width: int
    height: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    now_x: float | None
    return_x: float | None
    last_x: float
    last_width: float
    base: float


def kratom_course(facts: Facts, picture: dict[str, Any]) -> Course | None:
    """Return the course of the kratom that was reported, or None without kratom or without a time.

    The latest of several products decides, because the course begins after it.
    """
    known = [use for use in uses(facts) if use.code in KRATOM and use.row.last_use_latest is not None]
    if not known:
        return None
    last = max(known, key=lambda use: use.row.last_use_latest)  # type: ignore[arg-type,return-value]
    products = {code: use for code, use in picture.get("substances", {}).items() if code in KRATOM}
    return course_of(products, _earliest(last), last.row.last_use_latest)  # type: ignore[arg-type]


def _earliest(use: Use) -> datetime | None:
    return earliest_last_use(use.row.answers, use.row.last_use_latest, center_zone())  # type: ignore[arg-type]


def other_words(facts: Facts) -> list[str]:
    """Return what is said instead of a picture about everything that is not kratom."""
    codes = {value_of(row.answers, "substance") for row in facts.rows} - KRATOM - {None}
    names = ", ".join(sorted(BY_CODE[code].label.lower() for code in codes if code in BY_CODE))
    found = [f"No typical course is drawn for: {names}. A clinician judges it."] if names else []
    if codes & SEDATIVES:
        found.append(
            "Stopping alcohol or sedatives suddenly can cause seizures, also days later. Nobody stops alone."
        )
    return found


def table_of(course: Course, now: datetime, held: BedUse | SlotHold | None) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, from, to. The picture shows the same moments."""
    first = clock_day(course.last_from, now) if course.last_from else "Not known"
    rows = [("Last use", first, clock_day(course.last_to, now))]
    for band in course.bands:
        if band.key in WORDS:
            rows.append((_label(course, band), clock_day(band.start, now), clock_day(band.end, now)))
    rows.append(("Now", clock_day(now, now), ""))
    rows.append(("Earliest return from detox", clock_day(course.return_from, now), ""))
    if held is not None:
        until = held.period.upper
        end = clock_day(until, now) if until else "until someone releases it"
        rows.append((f"{capfirst(held.place)} held", clock_day(held.period.lower, now), end))
    return rows


def _label(course: Course, band: Band) -> str:
    """Return the words of a band; of a peak with its days, because the source gives two."""
    hours = TIMELINE.inner_peak if band.key == "inner_peak" else course.group.peak
    return WORDS[band.key].format(days=f"days {hours[0] / 24:g} to {hours[1] / 24:g}")


def sentence_of(course: Course, now: datetime) -> str:
    """Return the picture in one sentence, for who cannot see it."""
    bands = {band.key: band for band in course.bands}
    hours = (now - course.last_to).total_seconds() / 3600
    since = f"At least {hours:.0f} hours" if course.approximate else f"{hours:.0f} hours"
    peak, end, onset = bands["peak"], bands["acute_end"], bands["onset"]
    return (
        f"{since} after the last use. Typical: first signs from {clock_day(onset.start, now)}, strongest "
        f"from {clock_day(peak.start, now)} to {clock_day(peak.end, now)}, acute phase over between "
        f"{day(end.start)} and {day(end.end)}."
    )


def draw(course: Course, now: datetime, held: BedUse | SlotHold | None, width: int) -> Picture:
    """Return the drawing of a course, `width` units wide: two weeks from the earliest last use on."""
    first = course.last_from or course.last_to
    scale = (width - 2 * _LEFT) / _SHOWN.total_seconds()

    def at(moment: datetime) -> float:
        inside = min(max((moment - first).total_seconds(), 0), _SHOWN.total_seconds())
        return round(_LEFT + inside * scale, 1)

    drawn = [(band, _label(course, band)) for band in course.bands if band.key in WORDS]
    if held is not None:
        end = held.period.upper or first + 2 * _SHOWN
        drawn.append((Band("bed", held.period.lower, end, None, None), f"{capfirst(held.place)} held"))
    bars = tuple(_bar(band, label, place, at, first) for place, (band, label) in enumerate(drawn))
    base = _TOP + len(bars) * _ROW
    shown = first <= now <= first + _SHOWN
    back = course.return_from <= first + _SHOWN
    return Picture(
        width=width,
        height=base + 42,
        bars=bars,
        ticks=tuple((at(first + timedelta(days=number)), str(number)) for number in (0, 2, 4, 7, 10, 14)),
        now_x=at(now) if shown else None,
        return_x=at(course.return_from) if back else None,
        last_x=at(first),
        last_width=round(at(course.last_to) - at(first), 1),
        base=base,
    )


def _bar(band: Band, label: str, place: int, at: Any, first: datetime) -> Bar:
    x, end = at(band.start), at(band.end)
    sure = (at(band.sure_from), at(band.sure_to)) if band.sure_from and band.sure_to else (x, x)
    return Bar(
        key=band.key,
        label=label,
        y=_TOP + place * _ROW,
        x=x,
        width=round(max(end - x, 2), 1),
        sure_x=sure[0],
        sure_width=round(sure[1] - sure[0], 1),
        goes_on=band.end > first + _SHOWN,
    )


def course_context(
    facts: Facts, picture: dict[str, Any], now: datetime, held: BedUse | SlotHold | None
) -> dict[str, Any]:
    """Return what the panel of the course shows: two sizes of the drawing, its table, its words."""
    course = kratom_course(facts, picture)
    context: dict[str, Any] = {"course_words": other_words(facts), "course": course}
    if course is not None:
        context |= {
            "course_pictures": _sizes(course, now, held),
            "course_rows": table_of(course, now, held),
            "course_sentence": sentence_of(course, now),
        }
    return context


def _sizes(course: Course, now: datetime, held: BedUse | SlotHold | None) -> Iterable[tuple[str, Picture]]:
    return (("course-narrow", draw(course, now, held, 320)), ("course-wide", draw(course, now, held, 720)))

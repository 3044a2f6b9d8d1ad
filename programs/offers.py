"""What a program offers, in words: for its page, for an earlier revision, and for what changed between two.

An offer is a mapping with the names of the columns of `Program`, and `beds`, a list of labels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from programs.choices import Level
from programs.choices_programs import DAYS, Audience, Operator, Service, Setting, Track
from programs.models import Program
from programs.rules.transitions import AROUND_THE_CLOCK

_KEPT = frozenset({"id", "revision", "reason", "changed_by"})
OFFERED = tuple(field.name for field in Program._meta.concrete_fields if field.name not in _KEPT)
"""The columns that say what a program is and offers."""

Offer = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of a page: its label, how it reads, and the columns that it reads."""

    label: str
    names: tuple[str, ...]
    words: Callable[..., str]

    def of(self, offer: Offer) -> str:
        """Return the words; empty when nothing is said."""
        return self.words(*(offer.get(name) for name in self.names))


def _label(choices: type[TextChoices]) -> Callable[[Any], str]:
    return lambda code: str(choices(code).label) if code else ""


def _labels(choices: type[TextChoices]) -> Callable[[Any], str]:
    return lambda codes: ", ".join(str(label) for code, label in choices.choices if code in (codes or ()))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _yes(value: Any) -> str:
    return "Yes" if value else "No"


def span(lowest: int | None, highest: int | None, unit: str) -> str:
    """Return a range such as "28 to 42 days"; empty when it is not said."""
    if lowest is None or highest is None:
        return ""
    return f"{lowest} {unit}" if lowest == highest else f"{lowest} to {highest} {unit}"


def _day(position: int) -> Callable[[Any], str]:
    return lambda week: week[position] if week else ""


LINES = (
    Line("Level of care", ("level",), _label(Level)),
    Line("Kind of stay", ("track",), _label(Track)),
    Line("Run by", ("operated_by",), _label(Operator)),
    Line("Where", ("setting",), _label(Setting)),
    Line("Care day and night", ("level",), lambda level: _yes(level in AROUND_THE_CLOCK)),
    Line("Expected stay", ("stay_days_min", "stay_days_max"), lambda a, b: span(a, b, "days")),
    Line("How often", ("visits_min", "visits_max"), lambda a, b: span(a, b, "times a week")),
    Line("Medical staff", ("medical_staff",), _yes),
    Line("Psychiatric medicines", ("psychiatric_medicines",), _yes),
    Line("Medicines from a prescriber go on", ("medicines_continue",), _yes),
    Line("Services", ("services",), _labels(Service)),
    Line("Meant for", ("audiences",), _labels(Audience)),
    Line("Slots", ("slots",), _plain),
    Line("Beds", ("beds",), lambda beds: ", ".join(beds or ())),
    Line("ASAM level (a label)", ("asam_label",), _plain),
)
"""What the page of a program says, in its order. Its name, its own words and its week stand apart."""

ALL_LINES = (
    Line("Name", ("name",), _plain),
    Line("Open", ("active",), _yes),
    *(line for line in LINES if line.label != "Care day and night"),
    Line("In words", ("about",), _plain),
    *(Line(day, ("week",), _day(position)) for position, day in enumerate(DAYS)),
)
"""Everything that can change."""


def blank_offer(**said: Any) -> dict[str, Any]:
    """Return an offer that says nothing but `said`."""
    blank = Program()
    return {**{name: getattr(blank, name) for name in OFFERED}, **said}


def offer_of(program: Program) -> dict[str, Any]:
    """Return what a program offers now. Its beds have to be there: one query unless they were prefetched."""
    beds = sorted(bed.label for bed in program.beds.all() if bed.active)
    return {**{name: getattr(program, name) for name in OFFERED}, "beds": beds}


def facts_of(offer: Offer) -> list[tuple[str, str]]:
    """Return label and words of everything that is said, for a definition list."""
    return [(line.label, words) for line in LINES if (words := line.of(offer))]


def week_of(offer: Offer) -> list[tuple[str, str]]:
    """Return the days of the week with what happens then; none without a plan."""
    week = offer.get("week") or []
    return [(day, words) for day, words in zip(DAYS, week, strict=False) if words]


def differences(before: Offer, after: Offer) -> list[tuple[str, str, str]]:
    """Return label, words before and words after of everything that changed."""
    pairs = ((line.label, line.of(before), line.of(after)) for line in ALL_LINES)
    return [pair for pair in pairs if pair[1] != pair[2]]

"""Reading versions of an assessment: their answers, what differs between two, and the history of one field.

Every function takes a fixed number of queries, however many answers, rows and revisions there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from intake.choices import AnswerSource, RevisionKind
from intake.display import words
from intake.models import Assessment, Episode, SectionRevision, SubstanceUse
from intake.questions import BY_KEY, REPEATABLE, SECTIONS, Question
from intake.rules.compare import Difference, Row, State, differences, replay

ON_THE_LIST = "On the list"
OFF_THE_LIST = "Not on the list"


@dataclass(frozen=True)
class Change:
    """One difference in words: what was said before and after, by whom it was saved, when, and how known."""

    section: str
    title: str
    label: str
    field: str
    old: str
    new: str
    who: str = ""
    at: datetime | None = None
    source: str = ""


@dataclass(frozen=True)
class Entry:
    """One saved answer of a field. `kept` is false for one that lost to somebody else's."""

    number: int
    at: datetime
    who: str
    words: str
    kept: bool
    source: str
    observed_at: datetime | None


class Versions:
    """All versions of one episode, and what ties their substance rows together."""

    def __init__(self, episode: Episode) -> None:
        self.episode = episode

    @cached_property
    def all(self) -> list[Assessment]:
        """The versions, the first one first."""
        found = list(
            self.episode.assessments.select_related("data_key", "submitted_by", "corrected_by").order_by(
                "number"
            )
        )
        for one in found:
            one.episode = self.episode
        return found

    @cached_property
    def roots(self) -> dict[str, str]:
        """Each row's id to the id it had in the first version that it was in."""
        rows = SubstanceUse.objects.filter(assessment__episode=self.episode).order_by(
            "assessment__number", "position", "id"
        )
        roots: dict[str, str] = {}
        for row_id, copied_from in rows.values_list("pk", "copied_from_id"):
            roots[str(row_id)] = roots.get(str(copied_from), str(row_id))
        return roots

    def get(self, number: int) -> Assessment | None:
        """The version of this number."""
        return next((one for one in self.all if one.number == number), None)

    def line(self, version: Assessment) -> list[Assessment]:
        """The versions that led to this one, the newest first; without corrections that were given up."""
        by_key = {one.pk: one for one in self.all}
        found, one = [], version
        while True:
            found.append(one)
            if one.corrects_id is None:
                return found
            one = by_key[one.corrects_id]

    def corrected_by(self, version: Assessment) -> int | None:
        """The number of the version that this one corrects."""
        return next((one.number for one in self.all if one.pk == version.corrects_id), None)

    def state(self, version: Assessment) -> State:
        """Every answer of a version as it stands."""
        rows = enumerate(version.substance_rows.order_by("position", "id"), start=1)
        return State(
            {section.key: section.answers for section in version.sections.all()},
            {
                self.roots[str(row.pk)]: Row(str(row.pk), place, row.details, row.removed_at is not None)
                for place, row in rows
            },
        )

    def state_at(self, version: Assessment, moment: datetime) -> State:
        """Every answer of a version as it stood at a moment, put together from what was saved until then."""
        start = self.state(self.line(version)[1]) if version.corrects_id else State({})
        saved = (
            SectionRevision.objects.filter(
                section__assessment=version, kind=RevisionKind.SAVED, at__lte=moment
            )
            .select_related("section", "data_key")
            .order_by("at", "section_id", "version")
        )
        saves = [
            (one.section.key, {name: one.answers.get(name) for name in one.field_names}) for one in saved
        ]
        then = replay(start, saves, roots=self.roots)
        listed = {
            self.roots[str(pk)]: removed_at is not None and removed_at <= moment
            for pk, removed_at in version.substance_rows.values_list("pk", "removed_at")
        }
        rows = {
            root: Row(row.id, row.place, row.answers, listed.get(root, row.removed))
            for root, row in then.rows.items()
        }
        return State(then.sections, rows)

    def between(self, old: Assessment, new: Assessment) -> list[Change]:
        """What differs from one version to a later one, in the order of the questions."""
        first, last = self.state(old), self.state(new)
        line = [one.pk for one in self.line(new) if one.number > old.number]
        saved = self._saves(section__assessment__in=line) | self._taken_off(new)
        return self._in_words(first, last, saved)

    def since(self, version: Assessment, moment: datetime) -> list[Change]:
        """What changed in a version after a moment, in the order of the questions."""
        saved = self._saves(section__assessment=version, at__gt=moment) | self._taken_off(version)
        return self._in_words(self.state_at(version, moment), self.state(version), saved)

    def _saves(self, **which: Any) -> dict[tuple[str, str, str], tuple[str, datetime, str]]:
        """Who saved each field last, when, and how it is known: by section, root of the row, and name."""
        rows = (
            SectionRevision.objects.filter(
                section__assessment__episode=self.episode, kind=RevisionKind.SAVED, **which
            )
            .order_by("at", "version")
            .values_list("section__key", "field_names", "by__display_name", "at", "source")
        )
        last = {}
        for key, names, who, at, source in rows:
            for flat in names:
                row_id, _, name = flat.rpartition(":")
                last[(key, self.roots.get(row_id, row_id), name)] = (who, at, AnswerSource(source).label)
        return last

    def _taken_off(self, version: Assessment) -> dict[tuple[str, str, str], tuple[str, datetime, str]]:
        """When each row was taken off the list; who did it stands in the trail alone."""
        rows = version.substance_rows.filter(removed_at__isnull=False).values_list("pk", "removed_at")
        return {(REPEATABLE, self.roots[str(pk)], ""): ("", at, "") for pk, at in rows if at}

    def _in_words(self, old: State, new: State, saved: Mapping) -> list[Change]:
        found = differences(old, new, rows_in=REPEATABLE)
        rows = {**old.rows, **new.rows}
        return [_change(one, rows, saved) for one in sorted(found, key=lambda one: _place(one, rows))]

    def history(self, version: Assessment, section: str, flat: str) -> list[Entry]:
        """Everything that was ever saved of a field, in each version, and what was not kept; newest first."""
        row_id, colon, name = flat.rpartition(":")
        root = self.roots.get(row_id)
        names = [f"{one}:{name}" for one, of in self.roots.items() if of == root] if colon else [flat]
        saved = self._revisions(section, names).filter(section__assessment__in=self.line(version))
        question = question_of(section, flat)
        entries = []
        for one in saved:
            which = next(field for field in one.field_names if field in names)
            entries.append(
                Entry(
                    number=one.section.assessment.number,
                    at=one.at,
                    who=one.by.display_name,
                    words=say(question, one.answers.get(which)),
                    kept=one.kind == RevisionKind.SAVED,
                    source=AnswerSource(one.source).label,
                    observed_at=one.observed_at,
                )
            )
        return entries

    def _revisions(self, section: str, names: list[str]) -> QuerySet[SectionRevision]:
        return (
            SectionRevision.objects.filter(
                section__assessment__episode=self.episode, section__key=section, field_names__overlap=names
            )
            .select_related("section__assessment", "data_key", "by")
            .order_by("-at", "-version")
        )


def question_of(section: str, flat: str) -> Question | None:
    """The question of a field; None for one that is not asked any more."""
    found = BY_KEY.get(section)
    if found is None:
        return None
    _, colon, name = flat.rpartition(":")
    return next((q for q in (found.row_questions if colon else found.questions) if q.name == name), None)


def say(question: Question | None, answer: Mapping[str, Any] | None) -> str:
    """An answer in words, also of a question that is not asked any more."""
    if question is None and answer is not None and "value" in answer:
        value = answer["value"]
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words(question, answer)  # type: ignore[arg-type]


def title_of(section: str) -> str:
    """The title of a section; its key spelled out when it is gone."""
    return BY_KEY[section].title if section in BY_KEY else section.replace("_", " ").capitalize()


def label_of(section: str, flat: str, place: int | None = None) -> str:
    """A field in words; for a substance row, which one."""
    question = question_of(section, flat)
    name = flat.rpartition(":")[2]
    label = question.label if question else name.replace("_", " ").capitalize()
    return f"Substance {place}: {label}" if place else label


def _change(one: Difference, rows: Mapping[str, Row], saved: Mapping) -> Change:
    row = rows.get(one.row)
    who, at, source = saved.get((one.section, one.row, one.name), ("", None, ""))
    flat = f"{row.id}:{one.name}" if row else one.name
    if not one.name:
        texts = [ON_THE_LIST if side else OFF_THE_LIST for side in (one.old, one.new)]
        label = f"Substance {row.place if row else ''}"
    else:
        question = question_of(one.section, flat)
        texts = [say(question, side) for side in (one.old, one.new)]
        label = label_of(one.section, flat, row.place if row else None)
    return Change(
        one.section, title_of(one.section), label, flat if one.name else "", *texts, who, at, source
    )


def _place(one: Difference, rows: Mapping[str, Row]) -> tuple:
    """Sort as the pages do: sections, in the section its rows before its own questions."""
    keys = [section.key for section in SECTIONS]
    section = BY_KEY.get(one.section)
    asked = (section.row_questions if one.row else section.questions) if section else ()
    names = [question.name for question in asked]
    row = rows.get(one.row)
    return (
        keys.index(one.section) if one.section in keys else len(keys),
        row.place if row else 1000,
        -1 if not one.name else names.index(one.name) if one.name in names else len(names),
        one.name,
    )


def changed_fields(version: Assessment, since: datetime) -> tuple[int, datetime | None]:
    """How many answers of a version were saved after a moment, and when the last one was."""
    saved = SectionRevision.objects.filter(
        section__assessment=version, kind=RevisionKind.SAVED, at__gt=since
    ).values_list("section__key", "field_names", "at")
    fields, last = set(), None
    for key, names, at in saved:
        fields |= {(key, name) for name in names}
        last = at if last is None else max(last, at)
    return len(fields), last

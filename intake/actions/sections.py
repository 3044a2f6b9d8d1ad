"""Saving answers: fields merge, nobody's answer is lost, and every change of a section stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.status import lock_editable, mark_started
from intake.actions.substance_rows import count_change, set_last_use
from intake.choices import AnswerSource, RevisionKind
from intake.models import Assessment, AssessmentSection, Episode, SectionRevision, SubstanceUse
from intake.picture import center_zone
from intake.queries import copied_answers, open_paper
from intake.questions import BY_KEY, REPEATABLE
from intake.rules.entry_limits import VITALS, measured_outside
from intake.rules.last_use import LAST_USE_FIELDS, latest_last_use
from intake.rules.merge import merge, suspects

Bases = int | Mapping[str, int]


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed: both answers (None: not asked), and who saved theirs and when."""

    field: str
    mine: Mapping | None
    theirs: Mapping | None
    who: str
    at: Any


@dataclass(frozen=True)
class Saved:
    """What became of a save: `version` is what the sender has now seen of every field that was sent.

    `behind` are the fields sent as they were before somebody else changed them: the change stands, unseen.
    `last` is a field that was changed, the last one sent; nothing when none was.
    """

    section: AssessmentSection
    version: int
    conflicts: tuple[FieldConflict, ...] = ()
    behind: frozenset[str] = frozenset()
    last: str = ""


@dataclass(frozen=True)
class How:
    """Who answers, where the answer comes from, when it was said (None: now), and the key of the save.

    `after` are keys of earlier saves from the same page whose result it never heard: it has seen what they
    saved, because it sent it.
    """

    by: Any
    source: str = AnswerSource.ASKED
    observed_at: datetime | None = None
    save_key: UUID | None = None
    after: tuple[UUID, ...] = ()


def row_field(row_id: Any, name: str) -> str:
    """The flat name of a field of a substance row."""
    return f"{row_id}:{name}"


def save_section(
    *,
    by: Any,
    assessment: Assessment,
    key: str,
    bases: Bases,
    answers: Mapping[str, Mapping | None],
    source: str = AnswerSource.ASKED,
    observed_at: datetime | None = None,
    save_key: UUID | None = None,
    completed: bool | None = None,
) -> AssessmentSection:
    """Save the fields in `answers` (flat names; None: not asked) of the section `key`.

    `bases` says which version of the section the sender last saw, one number for all or one a field. Fields
    that only one side changed merge. For a field changed by both, differently, the stored answer stays, the
    one sent is kept in a revision, the rest is saved, and Conflict is raised after that with `conflicts` and
    `version` in its details. A repeated `save_key` answers as the first time and changes nothing.
    """
    saved = save_fields(
        how=How(by, source, observed_at, save_key),
        assessment=assessment,
        key=key,
        bases=bases,
        answers=answers,
        completed=completed,
    )
    if saved.conflicts:
        raise Conflict(
            "Somebody else changed the same answers. Choose which to keep.",
            conflicts=saved.conflicts,
            version=saved.version,
        )
    return saved.section


@transaction.atomic
def save_fields(
    *,
    how: How,
    assessment: Assessment,
    key: str,
    bases: Bases,
    answers: Mapping[str, Mapping | None],
    drafts: Mapping[str, Mapping] | None = None,
    completed: bool | None = None,
    edited: bool = False,
) -> Saved:
    """Save as `save_section` does, and return the conflicts instead of raising.

    `drafts` are fields that were typed but are not an answer (what was posted, by name): they are kept, shown
    again, and never count. `edited`: every field sent was changed by hand, as `merge` explains.
    """
    episode, locked = lock_editable(assessment.pk)
    how = _as_written(episode, how)
    section = _lock_section(locked, key)
    before = _done_before(section, how)
    if before:
        return before
    rows = _rows(locked, {*answers, *(drafts or {})}) if key == REPEATABLE else {}
    theirs = _flat(section, rows)
    bases = _caught_up(section, bases, answers, how)
    _refuse_unknown(key, {*answers, *(drafts or {})}, rows)
    moved = _moved(section, bases, answers)
    doubtful = suspects(moved=moved, theirs=theirs, mine=answers)
    seen = {} if edited else _seen(section, bases, doubtful)
    merged = merge(moved=moved, seen=seen, theirs=theirs, mine=answers, edited=edited)
    conflicts = _keep_losers(section, theirs, answers, merged.conflicts, how)
    _note(section, _answered(section, theirs, answers, how, edited), drafts or {}, completed, how)
    if merged.changes:
        _write(section, rows, merged.changes, how)
        _after(episode, locked, section, merged.changes, how.by)
    last = next(reversed(list(merged.changes)), "")
    return Saved(section, section.version, conflicts, frozenset(doubtful) - set(merged.conflicts), last)


def _as_written(episode: Episode, how: How) -> How:
    """While somebody enters a paper form, what they save was said at the time on the paper."""
    if how.source != AnswerSource.ASKED:
        return how
    form = open_paper(episode, how.by)
    return how if form is None else replace(how, source=AnswerSource.PAPER, observed_at=form.observed_at)


def _lock_section(assessment: Assessment, key: str) -> AssessmentSection:
    """The locked row of a section; made now when the assessment is older than the section."""
    found = assessment.sections.select_for_update(of=("self",)).filter(key=key).first()
    return found or AssessmentSection.objects.create(
        assessment=assessment, data_key=assessment.data_key, key=key, answers={}
    )


def _done_before(section: AssessmentSection, how: How) -> Saved | None:
    """What a save with this key did the first time; None when it is new, or did nothing then."""
    if how.save_key is None:
        return None
    done = list(section.revisions.filter(save_key=how.save_key))
    if not done:
        return None
    if any(one.by_id != how.by.pk for one in done):
        raise Conflict("This page was sent by somebody else. Open the section again.")
    lost = next((one for one in done if one.kind == RevisionKind.NOT_KEPT), None)
    names = lost.field_names if lost else []
    rows = _rows(section.assessment, names) if section.key == REPEATABLE else {}
    mine = {name: lost.answers.get(name) for name in names} if lost else {}
    version = max(one.version for one in done)
    return Saved(section, version, _conflicts(section, _flat(section, rows), mine))


def _rows(assessment: Assessment, fields: Collection[str]) -> dict[str, SubstanceUse]:
    """The substance rows that `fields` speak of. Ids that are none are left out."""
    ids = {row_id for row_id, colon, _ in (field.rpartition(":") for field in fields) if colon}
    known = [one for one in ids if _is_id(one)]
    if not known:
        return {}
    return {str(row.id): row for row in assessment.substance_rows.filter(id__in=known)}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _flat(section: AssessmentSection, rows: Mapping[str, SubstanceUse]) -> dict[str, Mapping]:
    """The answers of a section and of these rows under flat names, rows that were removed included."""
    flat = dict(section.answers)
    for row_id, row in rows.items():
        flat.update({row_field(row_id, name): answer for name, answer in row.details.items()})
    return flat


def _base(bases: Bases, field: str) -> int:
    return bases if isinstance(bases, int) else bases.get(field, 0)


def _caught_up(section: AssessmentSection, bases: Bases, fields: Collection[str], how: How) -> Bases:
    """The bases, with what the sender's own earlier saves wrote counted as seen."""
    if not how.after:
        return bases
    seen = {field: _base(bases, field) for field in fields}
    own = section.revisions.filter(kind=RevisionKind.SAVED, save_key__in=how.after, by=how.by)
    for version, names in own.values_list("version", "field_names"):
        seen |= {name: max(seen[name], version) for name in names if name in seen}
    return seen


def _moved(section: AssessmentSection, bases: Bases, fields: Collection[str]) -> set[str]:
    """The fields that were saved after the sender last saw them. Reads names only, and decrypts nothing."""
    floors = {field: _base(bases, field) for field in fields}
    first = _first(section)
    if any(not first <= floor <= section.version for floor in floors.values()):
        raise Conflict("This page is from another version of the assessment. Open it again.")
    lowest = min(floors.values(), default=section.version)
    if lowest == section.version:
        return set()
    newer = section.revisions.filter(kind=RevisionKind.SAVED, version__gt=lowest)
    saved = newer.filter(field_names__overlap=list(floors)).values_list("version", "field_names")
    return {name for version, names in saved for name in names if version > floors.get(name, version)}


def _first(section: AssessmentSection) -> int:
    """The version at which a section began: that of the section it was copied from, 0 when it was not.

    What a page saw before that was said in another version of the assessment, and may have changed there.
    """
    if section.assessment.corrects_id is None:
        return 0
    return section.version - section.revisions.filter(kind=RevisionKind.SAVED).count()


def _seen(section: AssessmentSection, bases: Bases, fields: Collection[str]) -> dict[str, Mapping]:
    """What each of `fields` said when the sender last saw it."""
    if not fields:
        return {}
    floors = {field: _base(bases, field) for field in fields}
    older = section.revisions.filter(kind=RevisionKind.SAVED, version__lte=max(floors.values()))
    told: dict[str, int] = {}
    for version, names in older.filter(field_names__overlap=list(fields)).values_list(
        "version", "field_names"
    ):
        for name in floors.keys() & set(names):
            if told.get(name, 0) < version <= floors[name]:
                told[name] = version
    found = section.revisions.filter(kind=RevisionKind.SAVED, version__in=set(told.values()))
    said = {one.version: one.answers for one in found}
    copied = copied_answers(section, floors.keys() - told.keys())
    return copied | {name: said[version].get(name) for name, version in told.items()}


def _refuse_unknown(key: str, fields: Collection[str], rows: Mapping) -> None:
    """Only questions of this section, and only rows of this assessment."""
    section = BY_KEY[key]
    own = {question.name for question in section.questions}
    of_rows = {question.name for question in section.row_questions}
    for field in fields:
        row_id, colon, name = field.rpartition(":")
        if (colon and (row_id not in rows or name not in of_rows)) or (not colon and field not in own):
            raise Refused("unknown_field", "This page is from another assessment. Open it again.")


def _keep_losers(
    section: AssessmentSection, theirs: Mapping, answers: Mapping, names: Collection[str], how: How
) -> tuple[FieldConflict, ...]:
    """Keep the answers that lost, and say whose answer stands in their place."""
    if not names:
        return ()
    mine = {name: answers[name] for name in names}
    _revision(section, RevisionKind.NOT_KEPT, mine, how)
    return _conflicts(section, theirs, mine)


def _conflicts(section: AssessmentSection, theirs: Mapping, mine: Mapping) -> tuple[FieldConflict, ...]:
    """Each field that lost, with who said what stands in its place, and when."""
    if not mine:
        return ()
    history = (
        section.revisions.filter(kind=RevisionKind.SAVED, field_names__overlap=list(mine))
        .order_by("-version")
        .values_list("field_names", "by__display_name", "at")
    )
    last: dict[str, tuple[str, Any]] = {}
    for names, who, at in history:
        for name in names:
            last.setdefault(name, (who, at))
    unknown = ("", section.updated_at)
    return tuple(
        FieldConflict(name, answer, theirs.get(name), *last.get(name, unknown))
        for name, answer in mine.items()
    )


def _revision(section: AssessmentSection, kind: str, answers: Mapping, how: How) -> None:
    """Keep what was sent of the fields in `answers`. One taken back is named, and absent."""
    SectionRevision.objects.create(
        section=section,
        data_key=section.data_key,
        kind=kind,
        version=section.version,
        answers={name: answer for name, answer in answers.items() if answer is not None},
        field_names=sorted(answers),
        source=how.source,
        observed_at=how.observed_at,
        save_key=how.save_key,
        by=how.by,
    )


def _answered(
    section: AssessmentSection, theirs: Mapping, answers: Mapping, how: How, edited: bool
) -> set[str]:
    """The fields whose drafts are over: those answered, but for what another typed that this page never saw.

    A page sent as a whole names fields that nobody touched on it: they put only one's own draft away.
    """
    kept, mine = section.drafts or {}, str(how.by.pk)
    own = {name for name, draft in kept.items() if draft["by"] == mine}
    return {name for name in answers if edited or name in own or answers[name] != theirs.get(name)}


def _note(
    section: AssessmentSection,
    answered: Collection[str],
    drafts: Mapping,
    completed: bool | None,
    how: How,
) -> None:
    """Keep what was typed but is no answer, drop it where there is one now, and note a finished section."""
    kept = section.drafts or {}
    now = {name: draft for name, draft in kept.items() if name not in answered}
    for name, posted in drafts.items():
        if kept.get(name, {}).get("posted") != posted:
            now[name] = {"posted": posted, "by": str(how.by.pk), "at": clock.now().isoformat()}
    done = section.completed if completed is None else completed
    if (now, done) != (kept, section.completed):
        section.drafts, section.completed = now or None, done
        section.save(update_fields=["drafts", "completed"])


def _write(section: AssessmentSection, rows: Mapping[str, SubstanceUse], changes: Mapping, how: How) -> None:
    """Write changed answers to the section and its rows, and keep them as the next version."""
    now = clock.now()
    own = {name: answer for name, answer in changes.items() if ":" not in name}
    after = {**section.answers, **own}
    section.answers = {name: answer for name, answer in after.items() if answer is not None}
    for row_id in dict.fromkeys(name.rpartition(":")[0] for name in changes if ":" in name):
        _write_row(rows[row_id], changes, how.observed_at, now)
    if VITALS & set(changes):
        section.red_flag_at = measured_outside(section.answers, said_at=how.observed_at or now)
    section.version += 1
    section.updated_by, section.updated_at = how.by, now
    section.save(update_fields=["answers", "version", "updated_by", "updated_at", "red_flag_at"])
    _revision(section, RevisionKind.SAVED, changes, how)


def _write_row(row: SubstanceUse, changes: Mapping, observed_at: datetime | None, now: datetime) -> None:
    """Write a row. The bound of the last use moves only when what was said about it changes.

    What is said as of an earlier time, as on paper, never moves a bound back behind what was told since.
    """
    prefix = f"{row.id}:"
    mine = {name.removeprefix(prefix): answer for name, answer in changes.items() if name.startswith(prefix)}
    details = {**row.details, **mine}
    row.details = {name: answer for name, answer in details.items() if answer is not None}
    moves = LAST_USE_FIELDS & set(mine)
    if moves or row.last_use_latest is None:
        before, said_at = row.last_use_latest, observed_at or now
        row.last_use_latest = latest_last_use(row.details, asked_at=said_at, zone=center_zone())
        if before is not None and (before > said_at or moves == {"substance"}):
            row.last_use_latest = max(before, row.last_use_latest or before)
    row.removed_at = None  # somebody still works on a row that another person removed
    row.save(update_fields=["details", "last_use_latest", "removed_at"])


def _after(
    episode: Episode, assessment: Assessment, section: AssessmentSection, changes: Mapping, by: Any
) -> None:
    """Everything that follows from changed answers, in the same transaction."""
    if section.key == REPEATABLE:
        set_last_use(episode)
    if "pregnant" in changes:
        _set_ob_contact(episode, changes["pregnant"])
    mark_started(assessment, by)
    count_change(assessment)
    record(
        "assessment.section_saved",
        by=by,
        obj=assessment,
        person=episode.person_id,
        fields={name.rpartition(":")[2] for name in changes},
        section=section.key,
        version=section.version,
    )
    hooks.call(hooks.after_answers_changed, assessment=assessment, by=by, now=clock.now())


def _set_ob_contact(episode: Episode, answer: Mapping | None) -> None:
    """Pregnant or possibly so asks for an obstetric contact; only a "no" takes that back."""
    value = (answer or {}).get("value")
    if value is None:
        return
    episode.ob_contact_needed = value in ("yes", "possible")
    episode.save(update_fields=["ob_contact_needed"])

"""Saving answers: fields merge, nobody's answer is lost, and every version of a section stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.status import lock_editable, mark_started
from intake.choices import RevisionKind
from intake.models import Assessment, AssessmentSection, Episode, SectionRevision, SubstanceUse
from intake.picture import center_zone
from intake.questions import BY_KEY, REPEATABLE
from intake.rules.last_use import latest_last_use
from intake.rules.merge import merge
from outbox.submit import once

LAST_USE_FIELDS = frozenset({"last_use", "last_use_at", "substance"})
MOST_ROWS = 60


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed: both answers (None: not asked), and who saved theirs and when."""

    field: str
    mine: Mapping | None
    theirs: Mapping | None
    who: str
    at: Any


def row_field(row_id: Any, name: str) -> str:
    """The flat name of a field of a substance row."""
    return f"{row_id}:{name}"


def save_section(
    *,
    by: Any,
    assessment: Assessment,
    key: str,
    base_version: int,
    answers: Mapping[str, Mapping | None],
    completed: bool | None = None,
) -> AssessmentSection:
    """Save the fields in `answers` (flat names; None: not asked) of the section `key`.

    `base_version` is the version the form was filled from. Fields that only one side changed merge. For a
    field changed by both, differently, the stored answer stays, the one sent is kept in a revision, the
    rest is saved, and Conflict is raised after that with `conflicts` and `version` in its details.
    """
    with transaction.atomic():
        episode, locked = lock_editable(assessment.pk)
        section = locked.sections.select_for_update(of=("self",)).get(key=key)
        rows = _rows(locked) if key == REPEATABLE else {}
        theirs = _flat(section, rows)
        base = _base(section, base_version)
        _refuse_unknown(key, answers, rows)
        merged = merge(base=base, theirs=theirs, mine=answers)
        conflicts = _keep_losers(section, theirs, answers, merged.conflicts, by)
        if completed is not None and completed != section.completed:
            section.completed = completed
            section.save(update_fields=["completed"])
        if merged.changes:
            _write(section, rows, theirs, merged.changes, by)
            _after(episode, locked, section, rows, merged.changes, by)
    if conflicts:
        raise Conflict(
            "Somebody else changed the same answers. Choose which to keep.",
            conflicts=conflicts,
            version=section.version,
        )
    return section


@transaction.atomic
def add_substance(*, by: Any, assessment: Assessment, submit_key: UUID | None = None) -> SubstanceUse:
    """Add an empty substance row. Raises Refused when the list is full, AlreadyDone when done before."""
    if submit_key:
        url = reverse("intake:assessment-section", args=[assessment.episode_id, REPEATABLE])
        once(submit_key, scope="substance.add", by=by).done(url)
    _, locked = lock_editable(assessment.pk)
    last = locked.substance_rows.aggregate(last=Max("position"))["last"]
    if locked.substance_rows.count() >= MOST_ROWS:
        raise Refused("too_many_rows", f"An assessment holds up to {MOST_ROWS} substances.")
    mark_started(locked, by)
    row = SubstanceUse.objects.create(
        id=uuid4(), assessment=locked, data_key=locked.data_key, position=(last or 0) + 1, details={}
    )
    record("substance.added", by=by, obj=row, person=locked.episode.person_id)
    return row


@transaction.atomic
def remove_substance(*, by: Any, assessment: Assessment, row_id: UUID) -> None:
    """Take a substance row off the list; what it said stays on file. A row that is gone already is fine."""
    episode, locked = lock_editable(assessment.pk)
    row = locked.substance_rows.select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None or row.removed_at is not None:
        return
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    _set_last_use(episode, locked)
    record("substance.removed", by=by, obj=row, person=episode.person_id)
    _count_change(locked)
    hooks.call(hooks.after_answers_changed, assessment=locked, by=by, now=clock.now())


def _rows(assessment: Assessment) -> dict[str, SubstanceUse]:
    return {str(row.id): row for row in assessment.substance_rows.order_by("position", "id")}


def _flat(section: AssessmentSection, rows: Mapping[str, SubstanceUse]) -> dict[str, Mapping]:
    """All answers of a section under flat names, rows that were removed included."""
    flat = dict(section.answers)
    for row_id, row in rows.items():
        flat.update({row_field(row_id, name): answer for name, answer in row.details.items()})
    return flat


def _base(section: AssessmentSection, version: int) -> Mapping[str, Mapping]:
    if version <= 0:
        return {}
    saved = section.revisions.filter(kind=RevisionKind.SAVED, version=version).first()
    if saved is None:
        raise Conflict("This page is from another version of the assessment. Open it again.")
    return saved.answers


def _refuse_unknown(key: str, answers: Mapping, rows: Mapping) -> None:
    """Only questions of this section, and only rows of this assessment."""
    section = BY_KEY[key]
    own = {question.name for question in section.questions}
    of_rows = {question.name for question in section.row_questions}
    for field in answers:
        row_id, colon, name = field.rpartition(":")
        if (colon and (row_id not in rows or name not in of_rows)) or (not colon and field not in own):
            raise Refused("unknown_field", "This page is from another assessment. Open it again.")


def _keep_losers(
    section: AssessmentSection, theirs: Mapping, answers: Mapping, names: Collection[str], by: Any
) -> tuple[FieldConflict, ...]:
    """Keep the answers that lost, and say whose answer stands in their place."""
    if not names:
        return ()
    SectionRevision.objects.create(
        section=section,
        data_key=section.data_key,
        kind=RevisionKind.NOT_KEPT,
        version=section.version,
        answers={name: answers[name] for name in names},
        field_names=list(names),
        by=by,
    )
    history = list(
        section.revisions.filter(kind=RevisionKind.SAVED, field_names__overlap=list(names))
        .select_related("by")
        .order_by("-version")
    )
    found = []
    for name in names:
        saved = next((revision for revision in history if name in revision.field_names), None)
        who, at = (saved.by.display_name, saved.at) if saved else ("", section.updated_at)
        found.append(FieldConflict(name, answers[name], theirs.get(name), who, at))
    return tuple(found)


def _write(
    section: AssessmentSection, rows: Mapping[str, SubstanceUse], theirs: Mapping, changes: Mapping, by: Any
) -> None:
    """Write changed answers to the section and its rows, and keep the whole as the next version."""
    now = clock.now()
    after = {name: answer for name, answer in {**theirs, **changes}.items() if answer is not None}
    section.answers = {name: answer for name, answer in after.items() if ":" not in name}
    for row_id in dict.fromkeys(name.rpartition(":")[0] for name in changes if ":" in name):
        _write_row(rows[row_id], changes, now)
    section.version += 1
    section.updated_by, section.updated_at = by, now
    section.save(update_fields=["answers", "version", "updated_by", "updated_at"])
    SectionRevision.objects.create(
        section=section,
        data_key=section.data_key,
        version=section.version,
        answers=after,
        field_names=sorted(changes),
        by=by,
    )


def _write_row(row: SubstanceUse, changes: Mapping, now: Any) -> None:
    """Write a row. The bound of the last use moves only when what was said about it changes."""
    prefix = f"{row.id}:"
    mine = {name.removeprefix(prefix): answer for name, answer in changes.items() if name.startswith(prefix)}
    details = {**row.details, **mine}
    row.details = {name: answer for name, answer in details.items() if answer is not None}
    if LAST_USE_FIELDS & set(mine) or row.last_use_latest is None:
        row.last_use_latest = latest_last_use(row.details, asked_at=now, zone=center_zone())
    row.removed_at = None  # somebody still works on a row that another person removed
    row.save(update_fields=["details", "last_use_latest", "removed_at"])


def _after(
    episode: Episode,
    assessment: Assessment,
    section: AssessmentSection,
    rows: Mapping[str, SubstanceUse],
    changes: Mapping,
    by: Any,
) -> None:
    """Everything that follows from changed answers, in the same transaction."""
    if section.key == REPEATABLE:
        _set_last_use(episode, assessment)
    if "pregnant" in changes:
        _set_ob_contact(episode, changes["pregnant"])
    mark_started(assessment, by)
    _count_change(assessment)
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


def _set_last_use(episode: Episode, assessment: Assessment) -> None:
    """The latest bound of the rows on the list and of the uses reported outside the assessment."""
    rows = assessment.substance_rows.filter(removed_at__isnull=True)
    bounds = [
        told.aggregate(latest=Max("last_use_latest"))["latest"] for told in (rows, episode.reported_uses)
    ]
    episode.last_use_latest = max((bound for bound in bounds if bound is not None), default=None)
    episode.save(update_fields=["last_use_latest"])


def _set_ob_contact(episode: Episode, answer: Mapping | None) -> None:
    """Pregnant or possibly so asks for an obstetric contact; only a "no" takes that back."""
    value = (answer or {}).get("value")
    if value is None:
        return
    episode.ob_contact_needed = value in ("yes", "possible")
    episode.save(update_fields=["ob_contact_needed"])


def _count_change(assessment: Assessment) -> None:
    assessment.version += 1
    assessment.save(update_fields=["version"])

"""A clinician asks for answers, tied to fields, and admissions answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.status import lock_assessment, move
from intake.choices import AnswerKind, Stage
from intake.models import Assessment, ReviewQuestion, SectionRevision
from intake.questions import BY_KEY, REPEATABLE, SAFETY
from outbox.submit import once

MOST = 20


@dataclass(frozen=True)
class Asked:
    """One question: its words, and the section and field (flat name) it is about, if any."""

    text: str
    section: str = ""
    field: str = ""


@transaction.atomic
def send_back(*, by: Any, assessment: Assessment, questions: Sequence[Asked]) -> Assessment:
    """Send an assessment back with one or more questions, each due in ANSWER_MINUTES.

    Raises Refused without words or for a field that this version doesn't have, Conflict when not in review.
    """
    asked = [one for one in questions if one.text.strip()]
    if not asked:
        raise Refused("no_question", "Write what you need to know", field="question")
    if len(asked) > MOST:
        raise Refused("too_many", f"Ask up to {MOST} questions at a time", field="question")
    episode, locked = lock_assessment(assessment.pk)
    now = clock.now()
    for one in asked:
        _refuse_unknown(locked, one)
        ReviewQuestion.objects.create(
            id=uuid4(),
            assessment=locked,
            data_key=locked.data_key,
            section=one.section,
            field=one.field,
            text=one.text.strip(),
            asked_by=by,
            due_at=now + timedelta(minutes=settings.ANSWER_MINUTES),
        )
    if episode.stage == Stage.REVIEW:
        episode.stage = Stage.ASSESSMENT
        episode.save(update_fields=["stage"])
    return move(locked, "send_back", by)


def _refuse_unknown(assessment: Assessment, asked: Asked) -> None:
    """Only sections and questions that exist, and rows of this version."""
    row_id, colon, name = asked.field.rpartition(":")
    section = SAFETY if asked.section == SAFETY.key else BY_KEY.get(asked.section)
    if section is None:
        known = not asked.section and not asked.field
    elif colon:
        rows = {str(one) for one in assessment.substance_rows.values_list("pk", flat=True)}
        of_row = {question.name for question in section.row_questions}
        known = section.key == REPEATABLE and row_id in rows and name in of_row
    else:
        known = name in {question.name for question in section.questions} or not name
    if not known:
        raise Refused("unknown_field", "This page is from another assessment. Open it again.")


@transaction.atomic
def answer_question(
    *,
    by: Any,
    question: ReviewQuestion,
    kind: str,
    words: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> ReviewQuestion:
    """Answer a clinician's question: in words, by a changed answer, or that the person can't be reached.

    Raises Refused with a field for what is missing, Conflict when it was answered or decided meanwhile.
    """
    key = once(submit_key, scope="question.answer", by=by) if submit_key else None
    if not by.has_perm("intake.assessment_edit"):
        raise Refused("not_permitted", "Your role does not do this step.")
    episode, locked = lock_assessment(question.assessment_id)
    mine = ReviewQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if mine.answered_by is not None:
        raise Conflict(f"{mine.answered_by.display_name} answered this question already.")
    if locked.status in ("decided", "dropped"):
        raise Conflict("This version of the assessment is closed. Its questions stay as they are.")
    _refuse_empty(mine, kind, words)
    mine.answer_kind, mine.answer = kind, words.strip() or None
    mine.answered_by, mine.answered_at = by, clock.now()
    mine.save(update_fields=["answer_kind", "answer", "answered_by", "answered_at"])
    record("assessment.question_answered", by=by, obj=mine, person=episode.person_id, kind=kind)
    if key:
        key.done(url)
    return mine


def _refuse_empty(question: ReviewQuestion, kind: str, words: str) -> None:
    if kind not in (AnswerKind.SAID, AnswerKind.CHANGED, AnswerKind.NOT_REACHED):
        raise Refused("no_kind", "Choose how you answer", field="kind")
    if kind == AnswerKind.SAID and not words.strip():
        raise Refused("no_words", "Write the answer", field="words")
    if kind == AnswerKind.CHANGED and not changed_since(question):
        raise Refused(
            "not_changed", "Nothing that was asked about has changed. Change the answer first", field="kind"
        )


def changed_since(question: ReviewQuestion) -> bool:
    """Whether an answer that the question is about was saved after it was asked."""
    since = question.asked_at
    checks = question.assessment.episode.safety_checks.filter(asked_at__gt=since)
    if question.section == SAFETY.key:
        return checks.exists()
    saved = SectionRevision.objects.filter(
        section__assessment=question.assessment_id, kind="saved", at__gt=since
    )
    if question.section:
        saved = saved.filter(section__key=question.section)
    if question.field:
        saved = saved.filter(field_names__contains=[question.field])
    return saved.exists()

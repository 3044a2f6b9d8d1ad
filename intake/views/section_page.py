"""What a section's page posts and shows: its own questions, and one form per substance row."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import QueryDict

from config.templatetags.ui import clock as clock_words
from config.templatetags.ui import summary_links
from intake.actions.sections import row_field
from intake.forms.questions import QuestionsForm
from intake.models import AssessmentSection
from intake.questions import BY_KEY, REPEATABLE, Question
from intake.questions.substances import ROW_LAYOUT
from intake.views.common import OpenRecord

MOST_KEYS = 20


def section_of(record: OpenRecord, key: str) -> AssessmentSection:
    """The stored section of an open record; an empty one, not saved, when nobody answered it yet."""
    found = record.assessment.sections.select_related("updated_by", "data_key").filter(key=key).first()
    return found or AssessmentSection(
        assessment=record.assessment, data_key=record.assessment.data_key, key=key, answers={}
    )


def version_in(text: str) -> int:
    """A posted version; -1 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def bases_in(text: str) -> dict[str, int]:
    """The versions that a page has seen of single fields, as its script posts them; none when unreadable."""
    try:
        given = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {str(field): version_in(str(version)) for field, version in given.items()}


class SectionPage:
    """The forms of one section. `only` keeps to these fields (flat names), as an autosave posts them."""

    def __init__(
        self,
        record: OpenRecord,
        stored: AssessmentSection,
        data: QueryDict | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.record, self.stored, self.data, self.only = record, stored, data, only
        self.questions = BY_KEY[stored.key]
        self.drafts = stored.drafts or {} if data is None else {}
        self.form = self._form(self.questions.questions, stored.answers)
        self.row_forms = self._row_forms() if stored.key == REPEATABLE else []
        if data is None:
            self._mark_last()

    def _form(self, questions: tuple[Question, ...], answers: Mapping, prefix: str = "") -> QuestionsForm:
        start = f"{prefix}:" if prefix else ""
        if self.only is not None:
            questions = tuple(one for one in questions if start + one.name in self.only)
        drafts = {
            field.removeprefix(start): draft["posted"]
            for field, draft in self.drafts.items()
            if field.startswith(start) and (start or ":" not in field)
        }
        return QuestionsForm(
            self.data,
            questions=questions,
            answers=answers,
            now=self.record.now,
            drafts=drafts,
            prefix=prefix or None,
        )

    def _row_forms(self) -> list[QuestionsForm]:
        """One form per row on the page; a row that is being removed is not read."""
        rows = {str(row.id): row for row in self.record.assessment.substance_rows.order_by("position", "id")}
        if self.only is not None:
            ids = [field.rpartition(":")[0] for field in self.only if field.rpartition(":")[0] in rows]
        elif self.data is None:
            ids = [key for key, row in rows.items() if row.removed_at is None]
        else:
            ids = [key for key in self.data.getlist("row") if key in rows and key != self.removing]
        return [
            self._form(self.questions.row_questions, rows[key].details, prefix=key)
            for key in dict.fromkeys(ids)
        ]

    def rows(self) -> list[tuple[int, QuestionsForm, list]]:
        """The substance rows as (number, form, rows of bound fields)."""
        return [
            (number, form, form.in_layout(ROW_LAYOUT)) for number, form in enumerate(self.row_forms, start=1)
        ]

    def removed(self, row_id: str) -> str:
        """The id of a row that was just taken off the list, for Undo; nothing when it is none."""
        try:
            gone = self.record.assessment.substance_rows.filter(pk=UUID(row_id), removed_at__isnull=False)
        except ValueError:
            return ""
        return row_id if gone.exists() else ""

    def _mark_last(self) -> None:
        """Mark the question that was changed last, and say who was there when."""
        last = self.record.last_edit
        if last is None or last.edited_section != self.stored.key:
            return
        row_id, _, name = last.edited_field.rpartition(":")
        form = next((one for one in self.forms if (one.prefix or "") == row_id), None)
        if form is None or name not in form.fields:
            return
        who = "You were" if last.user == self.record.user else f"{last.user.display_name} was"
        field, look = form.fields[name], form.ui[name]
        words = f"{who} here at {clock_words(last.edited_at)}."
        field.help_text = f"{words} {field.help_text}".strip()
        form.ui[name] = replace(look, wrapper_class=f"{look.wrapper_class} was-here".strip())

    @property
    def pressed(self) -> str:
        """The button that was pressed: next, close, stay, add, remove:<row id> or restore:<row id>."""
        return self.data.get("do", "next") if self.data is not None else ""

    @property
    def removing(self) -> str:
        """The id of the row to remove, or nothing."""
        return self.pressed.removeprefix("remove:") if self.pressed.startswith("remove:") else ""

    @property
    def forms(self) -> list[QuestionsForm]:
        """Every form of the page, in page order."""
        return [*self.row_forms, self.form]

    def is_valid(self) -> bool:
        """Whether every form is right."""
        return all(form.is_valid() for form in self.forms)

    def errors(self) -> list[tuple[str, str]]:
        """(id of the control, message) of every error; rows say which they are."""
        found = []
        for number, form in enumerate(self.row_forms, start=1):
            found += [(target, f"Substance {number}: {message}") for target, message in summary_links(form)]
        return found + summary_links(self.form)

    def typed(self) -> list[tuple[str, str]]:
        """(id of the control, question) of what was typed here before and is no answer yet."""
        found = []
        for number, form in enumerate(self.row_forms, start=1):
            names = [name for name in form.fields if row_field(form.prefix, name) in self.drafts]
            found += [(form[name].auto_id, f"Substance {number}: {form[name].label}") for name in names]
        own = [name for name in self.form.fields if name in self.drafts]
        return found + [(self.form[name].auto_id, self.form[name].label) for name in own]

    def split(self) -> tuple[dict[str, Mapping | None], dict[str, Any]]:
        """The answers of the page under flat names, and what was posted where there is no answer in it."""
        answers, drafts = self.form.split()
        for form in self.row_forms:
            told, typed = form.split()
            answers |= {row_field(form.prefix, name): answer for name, answer in told.items()}
            drafts |= {row_field(form.prefix, name): posted for name, posted in typed.items()}
        return answers, drafts

    def version(self) -> int:
        """The version that the page was filled from; -1 when it says none that could be."""
        return self.stored.version if self.data is None else version_in(self.data.get("version", ""))

    def bases(self, fields: Collection[str]) -> dict[str, int]:
        """The version that the page has seen of each of these fields."""
        own = bases_in(self.data.get("bases", "")) if self.data is not None else {}
        return {field: own.get(field, self.version()) for field in fields}

    def save_key(self) -> UUID | None:
        """The key of this save, when it carries one."""
        return next(iter(self._keys("save_key")), None)

    def after(self) -> tuple[UUID, ...]:
        """The keys of saves of the same page that may have arrived before this one."""
        return self._keys("after")

    def _keys(self, name: str) -> tuple[UUID, ...]:
        given = self.data.getlist(name)[:MOST_KEYS] if self.data is not None else []
        try:
            return tuple(UUID(text) for text in given)
        except ValueError:
            return ()

"""From questions to form fields, and from what was posted to answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from config.clock import center_day
from config.fields import RESERVED, showable
from config.forms import Look, SubmitForm, add_answer_pair, answer_value
from intake.picture import center_zone
from intake.questions import Kind, Question
from intake.rules.opened import is_open
from intake.substances import UNUSUAL

MOST_RADIOS = 6


class QuestionsForm(SubmitForm):
    """Four-valued answers to a list of questions. `answers` is what is stored; `now` bounds past moments.

    `drafts` is what was typed of a question and is no answer yet; it is shown again as it was typed.
    """

    mark_optional = False

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        answers: Mapping,
        now: datetime,
        drafts: Mapping[str, Mapping] | None = None,
        **kwargs: Any,
    ):
        self.questions = tuple(questions)
        self.now = now
        typed = drafts or {}
        initial = _initial(self.questions, {k: v for k, v in answers.items() if k not in typed})
        for question in self.questions:
            initial |= _as_typed(question, typed.get(question.name, {}))
        super().__init__(*args, initial=initial, **kwargs)
        for question in self.questions:
            add_answer_pair(self, question.name, _field(question))
            self.ui[question.name] = replace(_look(question), shown_when=self._shown_when(question, answers))

    def _shown_when(self, question: Question, answers: Mapping) -> tuple | None:
        """What opens the question on the page; None when it is open whatever else is answered.

        A condition on a sum of answers is judged here, by what is stored.
        """
        whens = question.shown_when
        if is_judged(question):
            return None if is_open(question, answers) else ()
        return (
            tuple((self.add_prefix(when.question), when.values, when.above) for when in whens)
            if whens
            else None
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a moment in the future where only the past makes sense."""
        for question in self.questions:
            value = self.cleaned_data.get(question.name)
            if question.past_only and value is not None and _is_later(value, self.now):
                text = f"{question.label.rstrip('?')} must not be in the future"
                self.add_error(question.name, ValidationError(text, code="future"))
        return self.cleaned_data

    def _clean_fields(self) -> None:
        with timezone.override(center_zone()):
            super()._clean_fields()

    def answers(self) -> dict[str, Mapping | None]:
        """Every question of the form with its answer; None for not asked."""
        found = {}
        for question in self.questions:
            answer = answer_value(self.cleaned_data, question.name)
            if answer and "value" in answer:
                answer = {"value": stored(answer["value"])}
            found[question.name] = answer
        return found

    def split(self) -> tuple[dict[str, Mapping | None], dict[str, dict[str, list[str]]]]:
        """The answers of the questions that are right, and what was posted of those that are not."""
        self.is_valid()
        wrong = {q.name for q in self.questions if {q.name, f"{q.name}__na"} & set(self.errors)}
        told = {name: answer for name, answer in self.answers().items() if name not in wrong}
        return told, {name: self._posted(name) for name in wrong}

    def _posted(self, name: str) -> dict[str, list[str]]:
        """What was posted of a question, its reason for no answer included, as the database can keep it."""
        found = {}
        for own in (name, f"{name}__na"):
            values = self.data.getlist(self.add_prefix(own))
            found[own] = [showable(value) for value in values]
        return found

    def in_layout(self, layout: Iterable[Iterable[str]]) -> list[list[BoundField]]:
        """Bound fields in the rows of a layout."""
        return [[self[name] for name in names] for names in layout]

    def by_group(self) -> list[tuple[str, list[BoundField]]]:
        """Bound fields under their headings, in order; "" for those without one."""
        groups: list[tuple[str, list[BoundField]]] = []
        for question in self.questions:
            if not groups or groups[-1][0] != question.group:
                groups.append((question.group, []))
            groups[-1][1].append(self[question.name])
        return groups


def is_judged(question: Question) -> bool:
    """Whether the server says if the question is open: a sum of answers opens it, which no page reckons."""
    return any(when.question == UNUSUAL for when in question.shown_when)


def _is_later(value: date, now: datetime) -> bool:
    """Whether a moment, or a day of the center's calendar, is after `now`."""
    if isinstance(value, datetime):
        return value > now
    return value > center_day(now)


def stored(value: Any) -> Any:
    """The JSON form of a cleaned value: whole numbers whole, dates ISO, moments ISO in UTC, one newline."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return list(value) if isinstance(value, list | tuple | set) else value


def _initial(questions: tuple[Question, ...], answers: Mapping) -> dict[str, Any]:
    initial = {}
    for question in questions:
        answer = answers.get(question.name)
        if answer is None:
            continue
        if "missing" in answer:
            initial[f"{question.name}__na"] = answer["missing"]
        else:
            initial[question.name] = _for_field(question, answer["value"])
    return initial


def _as_typed(question: Question, posted: Mapping[str, list[str]]) -> dict[str, Any]:
    """The control's value from what was posted of it."""
    return {
        name: values if question.kind == Kind.MULTI and name == question.name else values[-1]
        for name, values in posted.items()
        if values
    }


def _for_field(question: Question, value: Any) -> Any:
    if question.kind == Kind.DATETIME:
        return datetime.fromisoformat(value).astimezone(center_zone()).replace(tzinfo=None)
    if question.kind == Kind.DATE:
        return date.fromisoformat(value)
    return value


def _field(question: Question) -> forms.Field:
    label, hint = question.label, question.help
    common = {"label": label, "help_text": hint, "required": False}
    if question.is_radio:
        options = [(option.value, option.label) for option in question.options]
        if len(options) > MOST_RADIOS:
            return forms.ChoiceField(choices=[("", "Not asked"), *options], widget=forms.Select, **common)
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if question.kind == Kind.MULTI:
        options = [(option.value, option.label) for option in question.options]
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    limits = {"min_value": question.minimum, "max_value": question.maximum}
    if question.kind == Kind.WHOLE:
        return forms.IntegerField(**common, **limits)
    if question.kind == Kind.NUMBER:
        return forms.FloatField(**common, **limits)
    if question.kind == Kind.DATETIME:
        return forms.DateTimeField(**common, widget=forms.DateTimeInput)
    if question.kind == Kind.DATE:
        return forms.DateField(**common)
    if question.kind == Kind.LONG_TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    return forms.CharField(**common)


def _look(question: Question) -> Look:
    narrow = {Kind.NUMBER: 6, Kind.WHOLE: 6, Kind.DATE: 10, Kind.DATETIME: 20}
    inline = question.is_radio and all(len(option.label) <= 24 for option in question.options)
    return Look(suffix=question.unit, width=narrow.get(question.kind), inline=inline)


def as_posted(question: Question, answer: Mapping | None, prefix: str = "") -> dict[str, list[str]]:
    """What the controls of a question post when this is its answer, by the name of the control."""
    name = f"{prefix}{question.name}"
    radio = question.is_radio and len(question.options) <= MOST_RADIOS
    missing = (answer or {}).get("missing", "")
    if radio:
        value = f"{RESERVED}{missing}" if missing else (answer or {}).get("value") or ""
        return {name: [value]}
    return {name: _posted_value(question, answer), f"{name}__na": [missing]}


def _posted_value(question: Question, answer: Mapping | None) -> list[str]:
    if answer is None or "value" not in answer:
        return [] if question.kind == Kind.MULTI else [""]
    value = _for_field(question, answer["value"])
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, datetime):
        return [value.strftime("%Y-%m-%dT%H:%M")]
    return [str(value)]

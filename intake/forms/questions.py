"""From questions to form fields, and from what was posted to answers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from config.forms import Look, SubmitForm, add_answer_pair, answer_value
from intake.picture import center_zone
from intake.questions import Kind, Question

MOST_RADIOS = 6


class QuestionsForm(SubmitForm):
    """Four-valued answers to a list of questions. `answers` is what is stored; `now` bounds past moments."""

    mark_optional = False

    def __init__(
        self, *args: Any, questions: Iterable[Question], answers: Mapping, now: datetime, **kwargs: Any
    ):
        self.questions = tuple(questions)
        self.now = now
        super().__init__(*args, initial=_initial(self.questions, answers), **kwargs)
        for question in self.questions:
            add_answer_pair(self, question.name, _field(question))
            self.ui[question.name] = _look(question)

    def clean(self) -> dict[str, Any]:
        """Refuse a moment in the future where only the past makes sense."""
        for question in self.questions:
            value = self.cleaned_data.get(question.name)
            if question.past_only and value is not None and value > self.now:
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

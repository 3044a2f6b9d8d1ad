"""Forms of instruments: the questions of one, or a result from elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.forms import Look, SubmitForm, add_answer_pair, answer_value
from intake.instrument_wording import Wording
from intake.picture import center_zone
from intake.questions.substances import ROW_QUESTIONS
from intake.rules.catalogue import LADDER, Form, band_words, total_range
from intake.rules.instruments import PULSE

_NOT_RATED = "Not rated"
_BETWEEN = "{label} must be from {least} to {most}"


class _TimedForm(SubmitForm):
    """When it was observed, a note, and the reason when it corrects an earlier record."""

    mark_optional = False

    def __init__(self, *args: Any, now: datetime, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.correcting = correcting

    def add_last_fields(self) -> None:
        """Add what comes after the questions."""
        self.fields["observed_at"] = forms.DateTimeField(
            label="When",
            required=False,
            widget=forms.DateTimeInput,
            help_text="Leave empty for just now. On paper from before: the time on the paper.",
        )
        self.fields["note"] = forms.CharField(
            label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
        if self.correcting:
            self.fields["reason"] = forms.CharField(
                label="Why do you correct it?",
                help_text="The earlier record stays, marked as corrected.",
                error_messages={"required": "Say why you correct it"},
            )
        self.ui["observed_at"] = Look(width=20)

    def _clean_fields(self) -> None:
        with timezone.override(center_zone()):
            super()._clean_fields()

    def clean_observed_at(self) -> datetime | None:
        """Refuse a time that has not come."""
        moment = self.cleaned_data["observed_at"]
        if moment is not None and moment > self.now:
            raise ValidationError("The time must not be in the future", code="future")
        return moment

    def in_range(self, name: str, least: float, most: float) -> None:
        """Refuse a number outside its range, in words that name both ends."""
        value = self.cleaned_data.get(name)
        if value is not None and not least <= value <= most:
            label = str(self.fields[name].label)
            text = _BETWEEN.format(label=label, least=f"{least:g}", most=f"{most:g}")
            self.add_error(name, ValidationError(text, code="range"))


class ItemsForm(_TimedForm):
    """The questions of one instrument. What is left out stays unanswered, and never counts as a low score."""

    def __init__(self, *args: Any, form: Form, wording: Wording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.wording = form, wording
        self.rated = form.rated
        if form.id == "sud_criteria":
            self.fields["about"] = _substance_field()
        for key, item in form.instrument.items.items():
            if item.derive == PULSE:
                self.fields[PULSE] = forms.IntegerField(
                    label=wording.items[key],
                    required=False,
                    help_text="Count it for a minute. Without a measured pulse the score is not complete.",
                )
                self.ui[PULSE] = Look(suffix="beats a minute", width=6)
            else:
                self._add_item(key, item)
        self.add_last_fields()

    def _add_item(self, key: str, item: Any) -> None:
        label, choices = self.wording.items[key], self.wording.options.get(key)
        if not choices:
            add_answer_pair(self, key, forms.IntegerField(label=label))
            self.ui[key] = Look(suffix="times", width=6)
            return
        words = [(f"{value:g}", _anchor(value, text) if self.rated else text) for value, text in choices]
        if self.rated:
            self.fields[key] = forms.ChoiceField(
                label=label, choices=[*words, ("", _NOT_RATED)], required=False, widget=forms.RadioSelect
            )
        else:
            add_answer_pair(
                self, key, forms.ChoiceField(label=label, choices=words, widget=forms.RadioSelect)
            )
        self.ui[key] = Look(inline=all(len(text) <= 24 for _, text in words))

    def item_fields(self) -> list[Any]:
        """The bound fields of the questions, in order."""
        names = [PULSE if item.derive else key for key, item in self.form.instrument.items.items()]
        return [self[name] for name in (["about"] if "about" in self.fields else []) + names]

    def last_fields(self) -> list[Any]:
        """The bound fields below the questions."""
        return [self[name] for name in ("observed_at", "note", "reason") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Refuse numbers out of range, an empty form, and a yes to "right now" after four times no."""
        for key, item in self.form.instrument.items.items():
            if key in self.fields and not self.wording.options.get(key):
                self.in_range(key, item.smallest, item.largest)
        self.in_range(PULSE, 20, 300) if PULSE in self.fields else None
        answers, missing = self.answers(), self.missing()
        if not answers and not missing and not self.errors:
            self.add_error(None, ValidationError("Answer at least one question", code="empty"))
        if self.form.id == "asq" and answers.get("a5") == 1:
            core = [answers.get(key) for key in ("a1", "a2", "a3", "a4")]
            if all(value == 0 for value in core):
                text = (
                    "The last answer is yes, so one of the four before it is yes too. Ask again, correct it."
                )
                self.add_error("a5", ValidationError(text, code="stray"))
        return self.cleaned_data

    def answers(self) -> dict[str, float]:
        """Item to number, for what was answered."""
        found = {}
        for key in (*self.form.instrument.items, PULSE):
            value = (answer_value(self.cleaned_data, key) or {}).get("value")
            if value is not None:
                number = float(value)
                found[key] = int(number) if number.is_integer() else number
        return found

    def missing(self) -> dict[str, str]:
        """Item to why it has no answer, where the person said so."""
        found = {key: answer_value(self.cleaned_data, key) for key in self.form.instrument.items}
        return {key: answer["missing"] for key, answer in found.items() if answer and "missing" in answer}


class OutsideForm(_TimedForm):
    """A result that was measured elsewhere: its number or its words, by whom, where and when."""

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form = form
        self.ranges: dict[str, tuple[float, float]] = {}
        if form.id == "sud_criteria":
            self.fields["about"] = _substance_field()
        self._add_result()
        for key in form.parts:
            self._add_part(key)
        self.fields["measured_by"] = forms.CharField(
            label="Who measured it? Name and profession", max_length=120
        )
        self.fields["where"] = forms.CharField(label="Where, or from which paper?", max_length=200)
        self.add_last_fields()
        self.fields["observed_at"].help_text = "When it was measured. Leave empty for just now."

    def _add_result(self) -> None:
        instrument = self.form.instrument
        if instrument is None:
            self._choice("band", "Level", [(level, f"Level {level}") for level in LADDER])
        elif instrument.method in ("category_max", "asq"):
            order = instrument.scoring["order"]
            self._choice("band", "Result", [(name, band_words(name)) for name in order])
        elif instrument.method == "subscales":
            for name, keys in instrument.scoring["subscales"].items():
                most = sum(instrument.items[key].largest for key in keys)
                self._number(f"scale_{name}", f"{name.capitalize()}: sum", 0, most)
        elif instrument.method == "needs":
            self._number("total", "Safety score", *total_range(instrument))
            names = [(name, name.capitalize()) for name in instrument.scoring["needs"]]
            self.fields["needs"] = forms.MultipleChoiceField(
                label="Needs found", choices=names, required=False, widget=forms.CheckboxSelectMultiple
            )
        else:
            self._number("total", "Total", *total_range(instrument))
            if instrument.method != "max":
                self.fields["total"].error_messages["required"] = "Enter the total"

    def _add_part(self, key: str) -> None:
        item = self.form.instrument.items[key]
        label = f"Of these, the item “{item.label}”"
        if (
            item.options
            and all(option["text"] for option in item.options)
            and self.form.instrument.wording_included
        ):
            words = [
                (f"{option['value']:g}", f"{option['value']:g}: {option['text']}") for option in item.options
            ]
            self._choice(key, label, [("", "Not known"), *words], required=False)
        else:
            self._number(key, label, item.smallest, item.largest)

    def _choice(self, name: str, label: str, choices: list, *, required: bool = True) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=required, widget=forms.RadioSelect
        )

    def _number(self, name: str, label: str, least: float, most: float) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, required=False, help_text=f"From {least:g} to {most:g}."
        )
        self.ranges[name] = (least, most)
        self.ui[name] = Look(width=6)

    def clean(self) -> dict[str, Any]:
        """Refuse a number out of its range, and no result at all."""
        for name, ends in self.ranges.items():
            self.in_range(name, *ends)
        if not self.errors and self.total() is None and self.band() in (None, "", [], {}):
            first = next((name for name in self.ranges if name not in self.form.parts), None)
            self.add_error(first, ValidationError("Enter the result", code="empty"))
        return self.cleaned_data

    def total(self) -> float | None:
        """The number, when the result is one."""
        return self.cleaned_data.get("total")

    def band(self) -> Any:
        """The words of the result, when it is not a number."""
        scales = [name for name in self.fields if name.startswith("scale_")]
        if scales and any(self.cleaned_data.get(name) is not None for name in scales):
            return {name.removeprefix("scale_"): self.cleaned_data.get(name) for name in scales}
        if "needs" in self.fields:
            return sorted(self.cleaned_data.get("needs") or [])
        return self.cleaned_data.get("band") or None

    def parts(self) -> dict[str, float]:
        """The items that are known beside the total."""
        found = {key: self.cleaned_data.get(key) for key in self.form.parts}
        return {key: int(value) for key, value in found.items() if value not in (None, "")}


class CloseFollowUpForm(SubmitForm):
    """What was done, before a follow-up ends."""

    note = forms.CharField(
        label="What was done, and what happens next",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="At least 20 characters. This stays in the record.",
    )


def first_values(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a form starts with when a record is corrected: what was kept."""
    found: dict[str, Any] = {key: f"{value:g}" for key, value in details["answers"].items()}
    found |= {f"{key}__na": why for key, why in details["missing"].items()}
    score = details["score"]
    found |= {name: details[name] for name in ("about", "measured_by", "where", "note")}
    found["total"] = score["total"]
    if isinstance(score["band"], dict):
        found |= {f"scale_{name}": value for name, value in score["band"].items()}
    elif isinstance(score["band"], list):
        found["needs"] = score["band"]
    else:
        found["band"] = score["band"]
    return found


def _anchor(value: float, text: str) -> str:
    """A point of a rated scale with its anchor; between two anchors the number stands alone."""
    return f"{value:g}: {text}" if text else f"{value:g}"


def _substance_field() -> forms.ChoiceField:
    question = next(one for one in ROW_QUESTIONS if one.name == "substance")
    return forms.ChoiceField(
        label="Of which substance?",
        choices=[
            ("", "Select the substance"),
            *((option.value, option.label) for option in question.options),
        ],
        error_messages={"required": "Select the substance"},
    )

"""The forms of a program and its beds: what supervisors write, each with a reason."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms

from config.forms import Look, SubmitForm
from programs.choices import LADDER_SETTINGS, Level
from programs.choices_programs import DAYS, Audience, Operator, Service, Setting, Track

_MANY = forms.CheckboxSelectMultiple
_WEEK = tuple(day.lower() for day in DAYS)
_NOT_SAID = [("", "Not said")]


class WhyForm(SubmitForm):
    """Why something changes, and the revision that was on the page when the change was written."""

    mark_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label="Why?",
        max_length=200,
        help_text="Kept in the history for good. Nothing about people in care.",
        error_messages={"required": "Write why"},
    )


class BedForm(WhyForm):
    """A bed's label, and whether it is one of the program's beds."""

    label = forms.CharField(label="Label of the bed", max_length=20)
    active = forms.BooleanField(
        label="It is one of the program's beds", required=False, help_text="Take the tick away to close it."
    )
    field_order = ("label", "active", "reason")


class ProgramForm(WhyForm):
    """What a program is and offers. What is left empty counts as not said."""

    ui = {
        "slots": Look(width=4),
        "operated_by": Look(inline=True),
        **{name: Look(width=4) for name in ("stay_days_min", "stay_days_max", "visits_min", "visits_max")},
    }
    name = forms.CharField(label="Name", max_length=80)
    level = forms.ChoiceField(label="Level of care", choices=[("", "Select a level"), *Level.choices])
    operated_by = forms.ChoiceField(
        label="Run by", choices=Operator.choices, widget=forms.RadioSelect, initial=Operator.CENTER
    )
    slots = forms.IntegerField(
        label="Slots", required=False, min_value=1, max_value=999, help_text="Only for a day program here."
    )
    about = forms.CharField(
        label="In words", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    setting = forms.ChoiceField(label="Where", choices=[*_NOT_SAID, *Setting.choices], required=False)
    track = forms.ChoiceField(
        label="Kind of stay",
        choices=[*_NOT_SAID, *Track.choices],
        required=False,
        help_text="Only for residential care.",
    )
    medical_staff = forms.BooleanField(label="Medical staff", required=False)
    psychiatric_medicines = forms.BooleanField(label="Psychiatric medicines are looked after", required=False)
    medicines_continue = forms.BooleanField(label="Medicines from a prescriber go on", required=False)
    services = forms.MultipleChoiceField(
        label="Services", choices=Service.choices, widget=_MANY, required=False
    )
    audiences = forms.MultipleChoiceField(
        label="Meant for", choices=Audience.choices, widget=_MANY, required=False, help_text="None: for all."
    )
    stay_days_min = forms.IntegerField(label="Fewest days", required=False, min_value=1, max_value=3650)
    stay_days_max = forms.IntegerField(label="Most days", required=False, min_value=1, max_value=3650)
    visits_min = forms.IntegerField(label="Fewest times a week", required=False, min_value=1, max_value=21)
    visits_max = forms.IntegerField(label="Most times a week", required=False, min_value=1, max_value=21)
    asam_label = forms.ChoiceField(
        label="ASAM level number",
        choices=[*_NOT_SAID, *((label, label) for label in LADDER_SETTINGS)],
        required=False,
        help_text="A label only. Nothing is decided by it.",
    )

    def __init__(self, *args: Any, kind_fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, day in zip(_WEEK, DAYS, strict=True):
            self.fields[code] = forms.CharField(label=day, required=False, max_length=200)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])
        if kind_fixed:
            for name in ("level", "operated_by"):
                self.fields[name].disabled = True
            self.fields["level"].help_text = "Somebody was admitted here, so the level and who runs it stay."

    def layout(self) -> Layout:
        """Group the fields by what they tell."""
        return Layout(
            Fieldset("What it is", "name", "level", "operated_by", "slots", "about"),
            Fieldset("How it is given", "setting", "track", _pair("stay_days"), _pair("visits")),
            Fieldset("Medical", "medical_staff", "psychiatric_medicines", "medicines_continue"),
            Fieldset("What people get", "services", "audiences", "asam_label"),
            Fieldset("A week", *_WEEK),
            "reason",
        )

    def offer(self) -> dict[str, Any]:
        """Return the offer as the actions take it."""
        said = self.cleaned_data
        left = ("submit_key", "revision", "reason", *_WEEK)
        week = [said[day] for day in _WEEK]
        columns = {name: value for name, value in said.items() if name not in left}
        return {**columns, "week": week if any(week) else []}


def _pair(name: str) -> Div:
    return Div(Div(f"{name}_min", css_class="col-6"), Div(f"{name}_max", css_class="col-6"), css_class="row")


def initial_of(offer: Mapping[str, Any], revision: int) -> dict[str, Any]:
    """Return what a program's form shows first."""
    week = dict(zip(_WEEK, offer["week"] or [""] * len(_WEEK), strict=True))
    return {**offer, **week, "revision": revision}

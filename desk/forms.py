"""The desk's forms."""

from datetime import timedelta
from typing import Any

from django import forms

from config.forms import ClearwayForm, Look, SubmitForm
from desk.demo.clock import STEPS
from intake.actions.pauses import Said
from intake.choices import CloseReason
from intake.choices_pause import Naloxone
from intake.rules.resume import PAUSED
from records.choices import SearchReason
from records.phones import parse_phone


class DemoClockForm(ClearwayForm):
    """How far to move the demo clock."""

    step = forms.ChoiceField(
        label="Move the clock", choices=[("15m", "+15 min"), ("1h", "+1 h"), ("1d", "+1 day")]
    )

    def clean_step(self) -> timedelta:
        """Return the step as a duration."""
        return STEPS[self.cleaned_data["step"]]


class KitForm(ClearwayForm):
    """How many blank intake forms the downtime kit has."""

    ui = {"forms": Look(width=4)}
    forms = forms.IntegerField(label="Blank intake forms", initial=3, min_value=0, max_value=20)


class FindForm(ClearwayForm):
    """Whom to look for; at least one of the four. A name may be misspelt, the others are exact."""

    name = forms.CharField(
        label="Full name", required=False, max_length=120, help_text="It may be misspelt, or a part of it."
    )
    phone = forms.CharField(
        label="Phone", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    date_of_birth = forms.DateField(
        label="Date of birth", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reference = forms.CharField(
        label="Reference", required=False, max_length=20, help_text="Of a person or an episode, like JH-7K3MA"
    )

    def clean_phone(self) -> str:
        """Return the number as E.164, or nothing when none was typed."""
        typed = self.cleaned_data["phone"]
        number = parse_phone(typed) if typed else ""
        if number is None:
            raise forms.ValidationError("Phone must have 10 digits, like 804 555 0123")
        return number

    def clean(self) -> dict[str, Any]:
        """Ask for something to look for."""
        given = super().clean() or self.cleaned_data
        criteria = ("name", "phone", "date_of_birth", "reference")
        if not self.errors and not any(given.get(one) for one in criteria):
            self.add_error("name", "Enter a name, phone, date of birth or reference")
        letters = sum(one.isalpha() for one in given.get("name") or "")
        if given.get("name") and letters < 3 and not any(given.get(one) for one in criteria[1:]):
            self.add_error("name", "Enter at least 3 letters, or something else as well")
        return given

    def criteria(self) -> dict[str, str]:
        """Return what was given, as text."""
        given = self.cleaned_data
        born = given["date_of_birth"]
        typed = {one: given[one] for one in ("name", "phone", "reference")}
        return {**typed, "date_of_birth": born.isoformat() if born else ""}


class FindForFamilyForm(FindForm):
    """The same, from a request of somebody else's: it asks why."""

    why = forms.ChoiceField(
        label="Why do you look for the person?",
        help_text="The caller learns nothing of it. Your reason is recorded.",
        choices=SearchReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why you look for the person"},
    )


PAUSE = (("close_reason", tuple(sorted(PAUSED)), None),)


class CloseEpisodeForm(SubmitForm):
    """Why an episode ends; a mistake stands last. When the person stops for now, what they said and heard."""

    mark_optional = False
    ui = {
        "words": Look(shown_when=PAUSE),
        "naloxone": Look(shown_when=PAUSE),
        "told_tolerance": Look(shown_when=PAUSE),
        "follow_up_on": Look(width=10, shown_when=PAUSE),
        "safe_contact": Look(shown_when=PAUSE),
    }
    close_reason = forms.ChoiceField(
        label="Why does the episode end?",
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why the episode ends"},
    )
    words = forms.CharField(
        label="What the person says, in their own words",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    naloxone = forms.ChoiceField(
        label="Naloxone was offered", required=False, choices=Naloxone.choices, widget=forms.RadioSelect
    )
    told_tolerance = forms.BooleanField(
        label="I said that after a break the body takes less than before", required=False
    )
    follow_up_on = forms.DateField(
        label="On which day may we call?",
        required=False,
        widget=forms.DateInput,
        help_text="The day that they choose. Leave it empty when they want no call.",
    )
    safe_contact = forms.CharField(
        label="How to reach them safely",
        required=False,
        max_length=500,
        help_text="Number, times, and whether we may leave a message.",
    )
    release_return = forms.BooleanField(label="Release the place", required=False)

    def __init__(self, *args: Any, kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept:
            self.fields["release_return"].label = f"Release {kept}, kept for the return from detox"
        else:
            del self.fields["release_return"]

    def said(self) -> Said:
        """Return what was said, as it was written."""
        names = ("words", "naloxone", "told_tolerance", "safe_contact", "follow_up_on")
        return Said(**{name: self.cleaned_data[name] for name in names})

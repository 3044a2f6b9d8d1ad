"""Beds and admissions."""

from typing import Any, cast
from uuid import UUID

from django import forms

from config.forms import SubmitForm
from programs.forms.fields import CenterTimeField

HOLD, RETURN = "hold", "return"


def offer(form: forms.Form, name: str, choices: list) -> None:
    """Set the choices of a select."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class HoldForm(SubmitForm):
    """Which bed, for whom, and until when."""

    episode = forms.ChoiceField(label="For whom")
    bed = forms.ChoiceField(label="Bed")
    kind = forms.ChoiceField(
        label="What for",
        choices=((HOLD, "A hold that ends by itself"), (RETURN, "A return from detox; a person releases it")),
        widget=forms.RadioSelect,
    )
    until = CenterTimeField(
        label="Until, or expected back",
        help_text="A hold ends then, at most 7 days from now. For a return: when the person is expected.",
    )

    def __init__(self, *args: Any, beds: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "bed", [("", "Select a bed"), *beds])
        offer(self, "episode", [("", "Select a person"), *people])


class TakeOutForm(SubmitForm):
    """Taking a bed out of use."""

    until = CenterTimeField(label="Until", required=False, help_text="Empty: until somebody puts it back.")


class AdmitForm(SubmitForm):
    """Where the person goes; for a supervisor also when, after a downtime."""

    place = forms.ChoiceField(label="Bed or program", required=False)
    late_at = CenterTimeField(
        label="Earlier time of admission",
        required=False,
        help_text="Only after a downtime, when the person came in before this could be recorded.",
    )
    late_reason = forms.CharField(
        label="Reason for the late entry", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, places: Any, may_be_late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        offer(self, "place", [("", "Select a bed or program"), *places])
        if not may_be_late:
            del self.fields["late_at"], self.fields["late_reason"]

    def clean(self) -> dict:
        """A late entry has both, a time and a reason."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("late_at") and not (cleaned.get("late_reason") or "").strip():
            self.add_error("late_reason", "Write why this is entered late")
        return cleaned

    def chosen(self) -> tuple[str, UUID] | None:
        """Return ("bed" or "program", id), or None when nothing was chosen."""
        kind, _, pk = (self.cleaned_data.get("place") or "").partition(":")
        return (kind, UUID(pk)) if pk else None


class DischargeForm(SubmitForm):
    """When a stay ended."""

    at = CenterTimeField(label="Time of discharge")


class MoveForm(SubmitForm):
    """To which bed somebody moves."""

    bed = forms.ChoiceField(label="To bed")

    def __init__(self, *args: Any, beds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "bed", [("", "Select a bed"), *beds])

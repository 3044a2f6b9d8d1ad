"""Beds and admissions."""

from typing import Any, cast
from uuid import UUID

from django import forms

from config.forms import SubmitForm
from programs.actions.next_steps import Plan
from programs.actions.passing import names_of
from programs.choices import Level, NextStepKind, OutReason
from programs.forms.fields import CenterTimeField
from programs.forms.levels import levels_here
from programs.models import WaitlistEntry

HOLD, RETURN = "hold", "return"


def offer(form: forms.Form, name: str, choices: list) -> None:
    """Set the choices of a select."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def place_of_value(value: str) -> tuple[str, UUID]:
    """Read a choice such as "bed:<id>" or "program:<id>"."""
    kind, _, pk = value.partition(":")
    return kind, UUID(pk)


def ask_why(form: forms.Form, ahead: dict[str, list[WaitlistEntry]]) -> None:
    """Show who would be passed over, by level; without anybody, don't ask for a reason."""
    if not ahead:
        del form.fields["passed_over"]
        return
    lines = (f"{Level(level).label}: {names_of(entries)}" for level, entries in ahead.items())
    form.fields["passed_over"].help_text = f"Needed for a level that others wait for. {'; '.join(lines)}."


def passed_over_field() -> forms.CharField:
    """Return the question for the reason why somebody comes before others."""
    return forms.CharField(
        label="Why does this person come before who waits for the same level?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HoldForm(SubmitForm):
    """Which bed or day program, for whom, and until when."""

    episode = forms.ChoiceField(label="For whom")
    place = forms.ChoiceField(label="Bed or program")
    kind = forms.ChoiceField(
        label="What for",
        choices=((HOLD, "A hold that ends by itself"), (RETURN, "A return from detox; a person releases it")),
        widget=forms.RadioSelect,
    )
    until = CenterTimeField(
        label="Until, or expected back",
        help_text="A hold ends then, at most 7 days from now. For a return: when the person is expected.",
    )

    passed_over = passed_over_field()

    def __init__(self, *args: Any, places: Any, people: Any, ahead: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        ask_why(self, ahead)
        offer(self, "place", [("", "Select a bed or program"), *places])
        offer(self, "episode", [("", "Select a person"), *people])

    def chosen(self) -> tuple[str, UUID]:
        """Return ("bed" or "program", id) of a valid form."""
        return place_of_value(self.cleaned_data["place"])


class TakeOutForm(SubmitForm):
    """Taking a bed out of use."""

    reason = forms.ChoiceField(label="Why", choices=[("", "Select a reason"), *OutReason.choices])
    until = CenterTimeField(label="Until", required=False, help_text="Empty: until somebody puts it back.")


class ExtendForm(SubmitForm):
    """Until when a bed or slot is held on."""

    until = CenterTimeField(label="Hold it until", help_text="At most 7 days from now.")
    passed_over = passed_over_field()

    def __init__(self, *args: Any, ahead: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        ask_why(self, ahead)


class LeaveForm(SubmitForm):
    """On which day somebody is expected to leave."""

    leaves_on = forms.DateField(
        label="Day of the planned leave", required=False, help_text="Empty: no day is planned."
    )
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False


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

    left_open = forms.CharField(
        label="Why is the person admitted before everything under “Should have” is there?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What is open goes on your list with a time.",
    )
    passed_over = passed_over_field()

    def __init__(
        self,
        *args: Any,
        places: Any,
        ahead: Any,
        may_be_late: bool = False,
        all_there: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        if all_there:
            del self.fields["left_open"]
        ask_why(self, ahead)
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
        value = self.cleaned_data.get("place")
        return place_of_value(value) if value else None


class DischargeForm(SubmitForm):
    """When a stay ended."""

    at = CenterTimeField(label="Time of discharge")
    kind = forms.ChoiceField(
        label="What follows",
        required=False,
        choices=NextStepKind.choices,
        widget=forms.RadioSelect,
        help_text="To go on at another level at once, move the stay: a new admission needs a new clearance.",
    )
    level = forms.ChoiceField(label="At which level, when care goes on here", required=False)
    words = forms.CharField(
        label="Where else, or why not in the person's words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    review_on = forms.DateField(
        label="Ask on this day whether it began", required=False, help_text="Not needed after a refusal."
    )

    def __init__(self, *args: Any, with_next: bool, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        offer(self, "level", [("", "Select a level"), *levels_here(level)])
        if not with_next:
            for name in ("kind", "level", "words", "review_on"):
                del self.fields[name]

    def plan(self) -> Plan | None:
        """Return what follows, as it was written; None for a day program."""
        if "kind" not in self.fields:
            return None
        return Plan(**{name: self.cleaned_data[name] for name in ("kind", "level", "review_on", "words")})


class MoveForm(SubmitForm):
    """To which bed or day program somebody moves, and why."""

    place = forms.ChoiceField(label="To")
    reason = forms.CharField(label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    passed_over = passed_over_field()

    def __init__(self, *args: Any, places: Any, ahead: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        ask_why(self, ahead)
        offer(self, "place", [("", "Select a bed or program"), *places])

    def chosen(self) -> tuple[str, UUID]:
        """Return ("bed" or "program", id) of a valid form."""
        return place_of_value(self.cleaned_data["place"])

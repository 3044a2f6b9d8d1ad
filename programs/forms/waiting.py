"""Forms of the waitlist: join, reasons, leave, offer, answer, a call."""

from typing import Any
from uuid import UUID

from django import forms

from config.forms import Look, SubmitForm
from programs.choices_waiting import BY_STAFF, CALLED, CHOSEN
from programs.forms.places import offer, place_of_value

TAKES, NOT_NOW, STOPS = "takes", "not_now", "stops"


class ReasonsForm(SubmitForm):
    """Why somebody comes before others; nothing is chosen beforehand."""

    mark_optional = False
    reasons = forms.MultipleChoiceField(
        label="Reasons to come first",
        required=False,
        choices=CHOSEN,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pregnancy is taken from the assessment. Without a reason, time decides.",
    )
    note = forms.CharField(
        label="Note for the care team",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ChangeReasonsForm(ReasonsForm):
    """Reasons and note anew, with what the page showed of both."""

    seen = forms.JSONField(required=False, widget=forms.HiddenInput)


class JoinForm(ReasonsForm):
    """For which level somebody waits, and why they come before others."""

    field_order = ["level", "reasons", "note"]
    level = forms.ChoiceField(label="Waits for")

    def __init__(self, *args: Any, levels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "level", levels)


class LeaveForm(SubmitForm):
    """Why somebody waits no more."""

    reason = forms.ChoiceField(
        label="Why does the person wait no more?",
        choices=BY_STAFF,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why the person waits no more"},
    )


class OfferForm(SubmitForm):
    """Which free place is offered; and why, when somebody else is first."""

    place = forms.ChoiceField(label="Free bed")
    passed_over = forms.CharField(
        label="Why is the first person passed over?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, places: Any, with_beds: bool, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "place", [("", "Select a bed" if with_beds else "Select a program"), *places])
        if not with_beds:
            self.fields["place"].label = "Program with a free slot"
        self.mark_optional = False
        if is_first:
            del self.fields["passed_over"]

    def chosen(self) -> tuple[str, UUID]:
        """Return ("bed" or "program", id) of a valid form."""
        return place_of_value(self.cleaned_data["place"])


class AnswerForm(SubmitForm):
    """What the person says to an offered place."""

    answer = forms.ChoiceField(
        label="What does the person say?",
        choices=(
            (TAKES, "Takes the place: it is held for a day"),
            (NOT_NOW, "Not now; keeps the place in the order, and places go to others for 24 hours"),
            (STOPS, "Does not want to wait any more"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the person says"},
    )
    words = forms.CharField(
        label="In their own words", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CallForm(SubmitForm):
    """How a call to somebody who waits went, and what was said."""

    mark_optional = False
    ui = {"told": Look()}
    shown = forms.UUIDField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="How did it go?",
        choices=CALLED,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )
    told = forms.MultipleChoiceField(
        label="I said",
        required=False,
        choices=(
            ("naloxone", "Where to get naloxone, and that somebody near should have it"),
            ("tolerance", "After a break the body takes less than before"),
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

"""What a partner answers, on its own page or by phone through staff: the same forms for both."""

from datetime import datetime
from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from referrals.choices import DeclineReason
from referrals.forms.fields import CenterTimeField, next_hour


class TimedForm(SubmitForm):
    """A form that proposes times counted from `now`."""

    times: dict[str, int] = {}

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for name, hours in self.times.items():
            self.fields[name].initial = next_hour(now, hours)


class AcceptForm(TimedForm):
    """A bed, when the person can come, and the read-back of the safety alerts."""

    times = {"arrival_from": 1, "arrival_until": 5}
    bed_note = forms.CharField(
        label="Which bed or unit", required=False, help_text="For example: bed 4, women's unit."
    )
    arrival_from = CenterTimeField(label="Earliest arrival")
    arrival_until = CenterTimeField(label="Latest arrival")
    expected_back_on = forms.DateField(
        label="Day you expect to discharge them", required=False, widget=forms.DateInput
    )
    read_back = forms.BooleanField(
        label="I have read the safety alerts",
        error_messages={"required": "Tick that you have read the safety alerts"},
    )


class DeclineForm(SubmitForm):
    """A reason, and a note when it helps."""

    reason = forms.ChoiceField(label="Reason", choices=DeclineReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="When could you take someone, or what would help?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(SubmitForm):
    """One question to us."""

    text = forms.CharField(
        label="Your question",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Do not write a person's name.",
    )


class WaitlistForm(TimedForm):
    """When a bed is expected."""

    times = {"review_at": 12}
    review_at = CenterTimeField(label="When do you expect a bed?")


class ArrivedForm(TimedForm):
    """When the person came."""

    times = {"arrived_at": -1}
    arrived_at = CenterTimeField(label="When did they arrive?")


class NoShowForm(SubmitForm):
    """Nothing to fill in: confirms that the person is not there."""


class RescheduleForm(TimedForm):
    """A new arrival time."""

    times = {"arrival_from": 1, "arrival_until": 5}
    arrival_from = CenterTimeField(label="Earliest arrival")
    arrival_until = CenterTimeField(label="Latest arrival")


class BedsForm(SubmitForm):
    """How many beds are open now."""

    ui = {"beds_open": Look(width=4)}
    beds_open = forms.IntegerField(label="Open beds now", min_value=0, max_value=999)


class BedsByPhoneForm(BedsForm):
    """How many beds a partner said are open, and who said so."""

    said_by = forms.CharField(label="Who said so", required=False, max_length=80)

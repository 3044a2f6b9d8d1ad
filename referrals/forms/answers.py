"""What a partner answers, on its own page or by phone through staff: the same forms for both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.errors import Conflict
from config.forms import Look, SubmitForm
from referrals.choices import DeclineReason, LateKind, ToldBy
from referrals.forms.fields import CenterTimeField, next_hour, said
from referrals.rules.marks import mark_of


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
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    bed_note = forms.CharField(
        label=_("Which bed or unit"), required=False, help_text=_("For example: bed 4, women's unit.")
    )
    partner_reference = forms.CharField(
        label=_("Your own reference"),
        required=False,
        max_length=60,
        help_text=_("We say it when we call, and print it on the record."),
    )
    arrival_from = CenterTimeField(label=_("Earliest arrival"))
    arrival_until = CenterTimeField(label=_("Latest arrival"))
    expected_back_on = forms.DateField(
        label=_("Day you expect to discharge them"), required=False, widget=forms.DateInput
    )
    read_back = forms.BooleanField(
        label=_("I have read the safety alerts"),
        error_messages={"required": _("Tick that you have read the safety alerts")},
    )

    def clean(self) -> dict[str, Any]:
        """Keep the mark of the card apart: it is no part of the answer."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.shown = given.pop("seen", "")
        return given

    def read(self, card: Mapping[str, Any]) -> bool:
        """Tell whether the card shown is the one whose alerts were read; if not, ask to read it again."""
        mark = mark_of(card)
        self.fields["seen"].initial = mark
        if not self.is_bound or not self.is_valid():
            return not self.is_bound
        if self.shown in ("", mark):
            return True
        self.show(seen=mark, read_back="")
        words = _("The request has changed since this page was opened. Read it again, then tick")
        self.add_conflict(Conflict(words, field="read_back"))
        return False


class DeclineForm(SubmitForm):
    """A reason, when it could be possible, and a note when it helps."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=said(DeclineReason.choices), widget=forms.RadioSelect
    )
    next_possible_at = CenterTimeField(label=_("When could you take someone?"), required=False)
    note = forms.CharField(
        label=_("What would help?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(SubmitForm):
    """One question to us."""

    text = forms.CharField(
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Do not write a person's name."),
    )


class WaitlistForm(TimedForm):
    """When a bed is expected."""

    times = {"review_at": 12}
    review_at = CenterTimeField(label=_("When do you expect a bed?"))


class ArrivedForm(TimedForm):
    """When the person came."""

    times = {"arrived_at": -1}
    arrived_at = CenterTimeField(label=_("When did they arrive?"))


class NoShowForm(SubmitForm):
    """Nothing to fill in: confirms that the person is not there."""


class RescheduleForm(TimedForm):
    """A new arrival time."""

    times = {"arrival_from": 1, "arrival_until": 5}
    arrival_from = CenterTimeField(label=_("Earliest arrival"))
    arrival_until = CenterTimeField(label=_("Latest arrival"))


class DischargeForm(SubmitForm):
    """The day on which the person is expected to leave the partner."""

    expected_back_on = forms.DateField(label=_("Day you expect to discharge them"), widget=forms.DateInput)


class LeftForm(TimedForm):
    """That the person left before they were expected to."""

    times = {"left_at": -1}
    left_at = CenterTimeField(label=_("When did they leave?"))
    note = forms.CharField(
        label=_("What we should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: left with a relative, said they would call you."),
    )


class BackThereForm(SubmitForm):
    """Nothing to fill in: confirms that who had left early is there again."""


class LateForm(SubmitForm):
    """What a partner tells us after the request was closed. Names nobody."""

    kind = forms.ChoiceField(
        label=_("What do you want to tell us?"), choices=said(LateKind.choices), widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Your name"), max_length=80)
    note = forms.CharField(
        label=_("Bed, time, or anything else"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Do not write a patient's name."),
    )


class LateByCodeForm(LateForm):
    """The same without a session: the code shows that the partner itself writes."""

    ui = {"code": Look(width=10)}
    token = forms.CharField(widget=forms.HiddenInput, max_length=100)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The 6 digits that you had for the link."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the 6 digits of the code")},
    )
    field_order = ["code"]


class ToldFields(forms.Form):
    """Who at the partner said it, and how, when staff enter it."""

    told_by = forms.ChoiceField(
        label="They told us", choices=ToldBy.choices, widget=forms.RadioSelect, initial=ToldBy.PHONE
    )
    said_by = forms.CharField(label="Who said it", max_length=80)


def told_form(form: type[SubmitForm]) -> type[SubmitForm]:
    """Return the form of an answer as staff fill it in for a partner: the same, and who said it."""
    return type(f"Told{form.__name__}", (ToldFields, form), {"__doc__": form.__doc__})


class BedsForm(SubmitForm):
    """How many beds are open now, and how many of them for women or for men alone."""

    ui = {"beds_open": Look(width=4), "women_only": Look(width=4), "men_only": Look(width=4)}
    beds_open = forms.IntegerField(label=_("Open beds now"), min_value=0, max_value=999)
    women_only = forms.IntegerField(
        label=_("Of these for women only"), min_value=0, max_value=999, required=False
    )
    men_only = forms.IntegerField(
        label=_("Of these for men only"), min_value=0, max_value=999, required=False
    )


def last_beds(facility: Any) -> dict[str, int | None]:
    """Return what a facility said last, as what the form begins with."""
    return {
        "beds_open": facility.beds_open,
        "women_only": facility.beds_women,
        "men_only": facility.beds_men,
    }


class SameBedsForm(SubmitForm):
    """Nothing to fill in: the last number still holds."""


class BedsByPhoneForm(BedsForm):
    """How many beds a partner said are open, and who said so."""

    said_by = forms.CharField(label="Who said so", required=False, max_length=80)

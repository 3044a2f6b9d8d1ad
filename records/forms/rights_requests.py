"""Forms of a person's requests about their record."""

from datetime import date
from typing import Any

from django import forms

from config.forms import SubmitForm
from records.choices_rights import AskedHow, RequestKind, RequestStatus
from records.rules.requests import NEVER_DENIED

DENIAL = "A denial is sent in writing, with the reason and how to disagree or complain."


class RequestForm(SubmitForm):
    """What the person asks for, when and how it came."""

    kind = forms.ChoiceField(
        label="What does the person ask for?", choices=RequestKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what the person asks for"},
    )  # fmt: skip
    wish = forms.CharField(
        label="In their words", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="Which part, which days, what is wrong. This stays sealed.",
        error_messages={"required": "Write what the person asks for"},
    )  # fmt: skip
    received_on = forms.DateField(
        label="When did it come?", widget=forms.DateInput, help_text="The clock runs from this day.",
        error_messages={"required": "Enter the day it came"},
    )  # fmt: skip
    asked_how = forms.ChoiceField(
        label="How did it come?", choices=AskedHow.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how it came"},
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = today


class ExtendForm(SubmitForm):
    """Why it takes longer."""

    reason = forms.CharField(
        label="Why does it take longer?", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000,
        help_text="Tell the person this and the new day, in writing, before the first time is over.",
        error_messages={"required": "Say why it takes longer"},
    )  # fmt: skip


class CloseForm(SubmitForm):
    """How it ends, and what was done."""

    status = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        error_messages={"required": "Select how it ends"},
    )  # fmt: skip
    outcome = forms.CharField(
        label="What was done, or why not?", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="This stays sealed.",
        error_messages={"required": "Write what was done, or why not"},
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [RequestStatus.FULFILLED, RequestStatus.DENIED, RequestStatus.WITHDRAWN]
        self.fields["status"].choices = [
            (one.value, one.label) for one in ends if one != RequestStatus.DENIED or kind not in NEVER_DENIED
        ]

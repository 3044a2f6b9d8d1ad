"""Forms for limits on sharing: the wish, the decision, the end."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q

from config.forms import ClearwayForm, SubmitForm
from records.choices import Category, RecipientKind
from records.choices_door import EndedHow
from records.forms.consents import CenterDateTimeField
from records.models import Person, Recipient
from records.queries import recipients_to_name


class LimitForm(SubmitForm):
    """What the person asks for, and what it covers."""

    wish = forms.CharField(
        label="What does the person ask for?", help_text="In their words.",
        widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        error_messages={"required": "Write what the person asks for"},
    )  # fmt: skip
    paid_in_full = forms.BooleanField(
        label="It was paid in full, and no health plan may learn of it",
        help_text="Then the law does not let us decline.", required=False,
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label="Which information?", help_text="None selected: everything.", choices=Category.choices,
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="Towards whom?", help_text="None selected here and below: towards everybody.",
        choices=RecipientKind.choices, widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    recipients = forms.ModelMultipleChoiceField(
        label="Towards these by name", queryset=Recipient.objects.none(),
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    asked_at = CenterDateTimeField(
        label="When did the person ask?", widget=forms.DateTimeInput,
        error_messages={"required": "Enter when the person asked"},
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = recipients_to_name().filter(Q(person=None) | Q(person=person))
        self.fields["recipients"].queryset = named
        self.fields["recipients"].label_from_instance = lambda one: one.called
        self.fields["asked_at"].initial = now


class DeclineForm(ClearwayForm):
    """Why a request is declined."""

    reason = forms.CharField(
        label="Why?", help_text="The person is told this.", widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500, error_messages={"required": "Say why it is declined"},
    )  # fmt: skip


class EndLimitForm(ClearwayForm):
    """How an agreed limit ends."""

    how = forms.ChoiceField(
        label="How does it end?", choices=EndedHow.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how it ends"},
    )  # fmt: skip
    note = forms.CharField(label="Note", max_length=500, required=False)

    def __init__(self, *args: Any, paid_in_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if paid_in_full:
            self.fields["how"].choices = [(EndedHow.AGREEMENT.value, EndedHow.AGREEMENT.label)]

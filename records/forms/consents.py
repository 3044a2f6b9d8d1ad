"""Forms for preparing and withdrawing consents."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone

from config.forms import SubmitForm
from records.actions.consents import center_day
from records.choices import Category, Language, Purpose, RevokedHow
from records.models import Consent, Person, Recipient
from records.queries import recipients_to_name

LASTS = timedelta(days=90)
WHOLE = "whole"


class CenterDateTimeField(forms.DateTimeField):
    """A day and a time as the clock on the center's wall shows them."""

    def to_python(self, value: Any) -> datetime | None:
        """Read a typed time in the center's zone."""
        with timezone.override(ZoneInfo(settings.CENTER_TIME_ZONE)):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored time in the center's zone."""
        with timezone.override(ZoneInfo(settings.CENTER_TIME_ZONE)):
            return super().prepare_value(value)


class PrepareForm(SubmitForm):
    """Who may receive what, why, and until when. Nothing is ticked beforehand."""

    recipient = forms.ModelChoiceField(
        label="Who may receive it",
        queryset=Recipient.objects.none(),
        empty_label="Select",
        error_messages={
            "required": "Select who may receive it",
            "invalid_choice": "Select who may receive it",
        },
    )
    others = forms.ModelMultipleChoiceField(
        label="Also name",
        help_text="Name others now, if the person wants to be asked once.",
        queryset=Recipient.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    purposes = forms.MultipleChoiceField(
        label="Why it is shared",
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select why it is shared"},
    )
    offered = forms.MultipleChoiceField(
        label="What the person will be asked about",
        help_text="Only what the receiver needs. The person chooses among these, one by one.",
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the person will be asked about"},
    )
    expires_on = forms.DateField(
        label="Last day",
        help_text="Within one year. It ends when this day ends.",
        widget=forms.DateInput,
        error_messages={"required": "Enter the last day"},
    )
    language = forms.ChoiceField(
        label="Language of the page to sign", choices=Language.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, person: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = recipients_to_name()
        self.fields["recipient"].queryset = names
        self.fields["others"].queryset = names
        self.fields["expires_on"].initial = center_day(now) + LASTS
        self.fields["language"].initial = person.language

    def recipients(self) -> list[Recipient]:
        """Return everyone to be named, each once."""
        return list(dict.fromkeys([self.cleaned_data["recipient"], *self.cleaned_data["others"]]))


class RevokeForm(SubmitForm):
    """How and when the person took a consent back, and for whom."""

    scope = forms.ChoiceField(label="What the person takes back", widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label="How the person told us",
        help_text="Spoken is enough to stop sharing now. Ask for it in writing, and record that too.",
        choices=RevokedHow.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the person told us"},
    )
    received_at = CenterDateTimeField(
        label="When", widget=forms.DateTimeInput, error_messages={"required": "Enter when the person told us"}
    )
    note = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False
    )

    def __init__(self, *args: Any, consent: Consent, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = [row.recipient for row in consent.named.all() if row.revoked_at is None]
        self.fields["received_at"].initial = now
        choices = [(WHOLE, "The whole consent")]
        if len(self.named) > 1:
            choices += [(str(one.pk), f"Only for {one.called}") for one in self.named]
        self.fields["scope"].choices = choices
        if len(choices) == 1:
            self.fields["scope"].widget = forms.HiddenInput()
            self.fields["scope"].initial = WHOLE

    def recipient(self) -> Recipient | None:
        """Return the one recipient that is taken out, or None for the whole consent."""
        return next((one for one in self.named if str(one.pk) == self.cleaned_data["scope"]), None)

"""The form for a withdrawal."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone

from config.forms import SubmitForm
from records.choices import RevokedHow
from records.models import Consent, Recipient

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

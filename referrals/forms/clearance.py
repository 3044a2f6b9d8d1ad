"""The medical clearance that a partner sends back, in two steps: what it says, then check and sign.

The questions are those of a clearance from paper; a partner, who has the record at hand, must also name the
medicines and the allergies.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.forms import SubmitForm
from programs.forms.clearance import PaperForm


class ClearanceForm(PaperForm):
    """Everything but the signature and the file, which come with the check step."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        for name in ("facility", "file"):
            self.fields.pop(name, None)
        for name in ("medicines", "allergies", "licence"):
            self.fields[name].required = True

    def clean(self) -> dict:
        """Make limits and their decision go together, and the signature follow the examination."""
        cleaned = super().clean() or self.cleaned_data
        limits, decision = cleaned.get("limits") or [], cleaned.get("decision")
        if decision == "cleared_with_limits" and not limits:
            self.add_error("limits", _("Enter at least one limit"))
        if decision and decision != "cleared_with_limits" and limits:
            self.add_error("limits", _("Select “Cleared with limits”, or empty the limits"))
        examined_at, signed_at = cleaned.get("examined_at"), cleaned.get("signed_at")
        if examined_at and examined_at > self.now:
            self.add_error("examined_at", _("The time of the examination can't be in the future"))
        elif examined_at and signed_at and not examined_at <= signed_at <= self.now:
            self.add_error("signed_at", _("The clearance is signed after the examination and before now"))
        return cleaned

    def carried(self) -> list[tuple[str, str]]:
        """Return what was typed as (name, value), for the hidden fields of the check step."""
        return [(name, self.data.get(name, "")) for name in self.fields if name != "submit_key"]

    def shown(self) -> list[tuple[str, str]]:
        """Return what was typed as (label, text), for the check step."""
        rows = []
        for name, field in self.fields.items():
            typed = self.data.get(name, "")
            if name == "submit_key" or not typed:
                continue
            choices = {str(value): label for value, label in getattr(field, "choices", ())}
            text = typed.replace("T", " ") if isinstance(field, forms.DateTimeField) else typed
            rows.append((str(self[name].label), str(choices.get(typed, text))))
        return rows


class SignatureForm(SubmitForm):
    """The check step: the statement, the signature, and a photo or PDF of the signed paper."""

    signed = forms.BooleanField(
        label=_("The person who examined has signed this"),
        error_messages={"required": _("Tick that the person who examined has signed this")},
    )
    right_person = forms.BooleanField(
        label=_("I have checked that this is about the right person"),
        error_messages={"required": _("Tick that you have checked that this is about the right person")},
    )
    upload = forms.FileField(
        label=_("Photo or PDF of the signed paper"),
        required=False,
        help_text=_("JPG, PNG or PDF, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )

"""A medical clearance from paper, and the steps that follow it."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from config.forms import ClearwayForm, Look, SubmitForm
from programs.choices import ClearanceDecision, RevokeReason
from programs.forms.fields import CenterTimeField
from programs.rules.clearance import ALWAYS_PARTS, CREDENTIALS, PART_WORDS, npi_fits

TESTS = tuple(part for part in PART_WORDS if part not in ALWAYS_PARTS)


class PaperForm(SubmitForm):
    """Everything on the paper. What the paper leaves out is left empty; whoever accepts it sees that."""

    ui = {
        "hr": Look(suffix="a minute", width=4),
        "sbp": Look(suffix="mmHg", width=4),
        "dbp": Look(suffix="mmHg", width=4),
        "rr": Look(suffix="a minute", width=4),
        "spo2": Look(suffix="%", width=4),
        "temp_c": Look(suffix="°C", width=4),
        "cows": Look(width=4),
        "ciwa": Look(width=4),
    }
    decision = forms.ChoiceField(
        label="Is the person cleared?", choices=ClearanceDecision.choices, widget=forms.RadioSelect
    )
    stable = forms.ChoiceField(
        label="Does it say that the person is medically stable?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    limits = forms.CharField(
        label="Limits, one on each line",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only when cleared with limits. For example: no stairs.",
    )
    examined_at = CenterTimeField(label="Time of the examination")
    signed_at = CenterTimeField(label="Time of the signature")
    last_use_on = forms.DateField(label="Last use on the paper", required=False, widget=forms.DateInput)
    facility = forms.CharField(label="Facility", max_length=120)
    examiner_name = forms.CharField(label="Name of the examiner", max_length=80)
    credential = forms.ChoiceField(
        label="Credential", choices=[("", "Select"), *((c, c) for c in CREDENTIALS)]
    )
    licence = forms.CharField(label="License state and number", max_length=40, required=False)
    npi = forms.CharField(label="NPI", max_length=12, required=False, help_text="10 digits")
    callback_phone = forms.CharField(
        label="Call-back phone", max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    hr = forms.IntegerField(label="Heart rate", required=False, min_value=0, max_value=400)
    sbp = forms.IntegerField(label="Blood pressure, upper number", required=False, min_value=0, max_value=400)
    dbp = forms.IntegerField(label="Blood pressure, lower number", required=False, min_value=0, max_value=300)
    rr = forms.IntegerField(label="Breaths", required=False, min_value=0, max_value=150)
    spo2 = forms.IntegerField(label="Oxygen saturation", required=False, min_value=0, max_value=100)
    temp_c = forms.DecimalField(
        label="Temperature", required=False, min_value=20, max_value=50, max_digits=4, decimal_places=1
    )
    cows = forms.IntegerField(label="COWS score", required=False, min_value=0, max_value=48)
    ciwa = forms.IntegerField(label="CIWA-Ar score", required=False, min_value=0, max_value=67)
    medicines = forms.CharField(
        label="Medicines with dose, last dose and changes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Write “none” when the paper says so.",
    )
    allergies = forms.CharField(label="Allergies", required=False)
    follow_up = forms.CharField(
        label="What has to be done next", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        for part in TESTS:
            words = PART_WORDS[part]
            label = words[0].upper() + words[1:]
            self.fields[f"{part}_at"] = CenterTimeField(label=f"{label}: when", required=False)
            self.fields[f"{part}_result"] = forms.CharField(
                label=f"{label}: result", required=False, max_length=200
            )
        self.fields["file"] = forms.FileField(
            label="Photo or PDF of the paper",
            required=False,
            help_text="JPG, PNG or PDF, at most 10 MB. It is stored encrypted.",
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        )

    def layout(self) -> Layout:
        """Group what belongs together, in the order of the fields; a partner's own form lacks two of them."""
        tests = [Row(Column(f"{part}_at"), Column(f"{part}_result")) for part in TESTS]
        return Layout(
            Fieldset(
                "What it says", "decision", "stable", "limits", "examined_at", "signed_at", "last_use_on"
            ),
            Fieldset(
                "Who examined",
                *self._there("facility"),
                "examiner_name",
                Row(Column("credential"), Column("licence"), Column("npi")),
                "callback_phone",
            ),
            Fieldset(
                "Findings",
                Row(*(Column(name) for name in ("hr", "sbp", "dbp", "rr"))),
                Row(*(Column(name) for name in ("spo2", "temp_c", "cows", "ciwa"))),
                "medicines",
                "allergies",
                "follow_up",
            ),
            Fieldset("Tests, if they were done", *tests),
            *self._there("file"),
        )

    def _there(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    def clean_npi(self) -> str:
        """Check the last digit when an NPI is given."""
        npi = self.cleaned_data["npi"].replace(" ", "")
        if npi and not npi_fits(npi):
            raise forms.ValidationError("NPI must have 10 digits and the right last digit")
        return npi

    def clean_limits(self) -> list[str]:
        """Return the limits as a list."""
        return [line.strip() for line in self.cleaned_data["limits"].splitlines() if line.strip()]

    def content(self) -> dict[str, Any]:
        """Return the clearance as the action takes it."""
        tests = {f"{part}_{end}" for part in TESTS for end in ("at", "result")}
        skip = {"submit_key", "file", *tests}
        said = {name: value for name, value in self.cleaned_data.items() if name not in skip}
        parts = {p: at for p in TESTS if (at := self.cleaned_data.get(f"{p}_at"))}
        results = {p: text for p in TESTS if (text := self.cleaned_data.get(f"{p}_result"))}
        return {**said, "stable": said["stable"] == "yes", "parts": parts, "results": results}


class AcceptForm(SubmitForm):
    """One tick for each limit; a note where the paper leaves something out."""

    gaps_note = forms.CharField(
        label="How you made sure of what is missing",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, limits: Any = (), gaps: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticks = {
            f"limit_{limit.pk}": forms.BooleanField(label=f"I accept: {limit.text}", required=False)
            for limit in limits
        }
        self.limit_ids = {f"limit_{limit.pk}": limit.pk for limit in limits}
        if not gaps:
            del self.fields["gaps_note"]
        self.fields = {**ticks, **self.fields}
        self.mark_optional = False

    def accepted(self) -> set:
        """Return the ids of the limits that were ticked."""
        return {pk for name, pk in self.limit_ids.items() if self.cleaned_data.get(name)}


class VerifyForm(SubmitForm):
    """What the second person did to make sure."""

    number_called = forms.CharField(
        label="Number you called", max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    number_from = forms.CharField(
        label="Where you found the number",
        max_length=120,
        help_text="Not from the paper itself: a website, a directory or our partner list.",
    )
    spoke_with = forms.CharField(label="Who you spoke with", max_length=80)
    agrees = forms.BooleanField(
        label="They confirmed the examination, the decision and the limits",
        error_messages={"required": "Tick that they confirmed it, or reject the clearance"},
    )


class RejectForm(ClearwayForm):
    """Why a clearance isn't taken."""

    prefix = "reject"
    reason = forms.CharField(label="Why you reject it", widget=forms.Textarea(attrs={"rows": 2}))


class RevokeForm(ClearwayForm):
    """Why a clearance no longer holds."""

    prefix = "revoke"
    revoke_reason = forms.ChoiceField(
        label="Why it no longer holds", choices=[("", "Select"), *RevokeReason.choices]
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))

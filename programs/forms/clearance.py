"""A medical clearance from paper, and the steps that follow it."""

from datetime import datetime
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from config.forms import ClearwayForm, Look, SubmitForm
from config.npi import npi_fits
from programs.choices import ClearanceDecision, RevokeReason
from programs.forms.fields import CenterTimeField
from programs.rules.clearance import ALWAYS_PARTS, CREDENTIALS, PART_WORDS

PREGNANCY_RESULTS = (
    ("", _("Not on the paper")),
    ("negative", _("Negative")),
    ("positive", _("Positive")),
    ("unclear", _("Unclear")),
)
TESTS = tuple(part for part in PART_WORDS if part not in ALWAYS_PARTS)
TEST_LABELS = {
    "pregnancy_test": (_("Pregnancy test: when"), _("Pregnancy test: result")),
    "urine_drug_screen": (_("Urine drug screen: when"), _("Urine drug screen: result")),
    "lfts": (_("Liver tests: when"), _("Liver tests: result")),
    "ecg": (_("ECG: when"), _("ECG: result")),
    "cbc_bmp": (_("Blood count and chemistry: when"), _("Blood count and chemistry: result")),
    "tb_screen": (_("TB screen: when"), _("TB screen: result")),
}
DECISIONS = [
    (ClearanceDecision.CLEARED.value, _("Cleared")),
    (ClearanceDecision.WITH_LIMITS.value, _("Cleared with limits")),
    (ClearanceDecision.NOT_CLEARED.value, _("Not cleared")),
]


class PaperForm(SubmitForm):
    """Everything on the paper. What the paper leaves out is left empty; whoever accepts it sees that."""

    ui = {
        "hr": Look(suffix=_("a minute"), width=4),
        "sbp": Look(suffix="mmHg", width=4),
        "dbp": Look(suffix="mmHg", width=4),
        "rr": Look(suffix=_("a minute"), width=4),
        "spo2": Look(suffix="%", width=4),
        "temp_c": Look(suffix="°C", width=4),
        "cows": Look(width=4),
        "ciwa": Look(width=4),
        "cows_before": Look(width=4),
        "ciwa_before": Look(width=4),
    }
    decision = forms.ChoiceField(
        label=_("Is the person cleared?"), choices=DECISIONS, widget=forms.RadioSelect
    )
    stable = forms.ChoiceField(
        label=_("Does it say that the person is medically stable?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        widget=forms.RadioSelect,
    )
    limits = forms.CharField(
        label=_("Limits, one on each line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only when cleared with limits. For example: no stairs."),
    )
    person_name = forms.CharField(label=_("Name of the person"), max_length=120, required=False)
    person_born = forms.DateField(
        label=_("Date of birth of the person"), required=False, widget=forms.DateInput
    )
    examined_at = CenterTimeField(label=_("Time of the examination"))
    signed_at = CenterTimeField(label=_("Time of the signature"))
    last_use_on = forms.DateField(label=_("Last use on the paper"), required=False, widget=forms.DateInput)
    facility = forms.CharField(label=_("Facility"), max_length=120)
    examiner_name = forms.CharField(label=_("Name of the examiner"), max_length=80)
    credential = forms.ChoiceField(
        label=_("Credential"), choices=[("", _("Select")), *((c, c) for c in CREDENTIALS)]
    )
    licence = forms.CharField(label=_("License state and number"), max_length=40, required=False)
    npi = forms.CharField(label=_("NPI"), max_length=12, required=False, help_text=_("10 digits"))
    callback_phone = forms.CharField(
        label=_("Call-back phone"), max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    hr = forms.IntegerField(label=_("Heart rate"), required=False, min_value=0, max_value=400)
    sbp = forms.IntegerField(
        label=_("Blood pressure, upper number"), required=False, min_value=0, max_value=400
    )
    dbp = forms.IntegerField(
        label=_("Blood pressure, lower number"), required=False, min_value=0, max_value=300
    )
    rr = forms.IntegerField(label=_("Breaths"), required=False, min_value=0, max_value=150)
    spo2 = forms.IntegerField(label=_("Oxygen saturation"), required=False, min_value=0, max_value=100)
    temp_c = forms.DecimalField(
        label=_("Temperature"), required=False, min_value=20, max_value=50, max_digits=4, decimal_places=1
    )
    cows = forms.IntegerField(label=_("COWS score"), required=False, min_value=0, max_value=48)
    ciwa = forms.IntegerField(label=_("CIWA-Ar score"), required=False, min_value=0, max_value=67)
    cows_or_ciwa_at = CenterTimeField(
        label=_("Scores taken at"), required=False, help_text=_("When not at the examination.")
    )
    cows_before = forms.IntegerField(label=_("Earlier COWS"), required=False, min_value=0, max_value=48)
    ciwa_before = forms.IntegerField(label=_("Earlier CIWA-Ar"), required=False, min_value=0, max_value=67)
    score_before_at = CenterTimeField(label=_("Earlier scores taken at"), required=False)
    medicines = forms.CharField(
        label=_("Medicines with dose, last dose and changes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write “none” when the paper says so."),
    )
    allergies = forms.CharField(label=_("Allergies"), required=False)
    follow_up = forms.CharField(
        label=_("What has to be done next"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    seizure_plan = forms.CharField(
        label=_("Seizure plan, when there were seizures"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    opioid_treatment_letter = forms.CharField(
        label=_("Methadone or buprenorphine: dose, prescriber, next dose"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        for part in TESTS:
            when, result = TEST_LABELS[part]
            self.fields[f"{part}_at"] = CenterTimeField(label=when, required=False)
            self.fields[f"{part}_result"] = forms.CharField(label=result, required=False, max_length=200)
        self.fields["pregnancy_test_result"] = forms.ChoiceField(
            label=_("Pregnancy test: result"), required=False, choices=PREGNANCY_RESULTS
        )
        self.fields["file"] = forms.FileField(
            label=_("Photo or PDF of the paper"),
            required=False,
            help_text=_("JPG, PNG or PDF, at most 10 MB. It is stored encrypted."),
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        )

    def layout(self) -> Layout:
        """Group what belongs together, in the order of the fields; a partner's own form lacks two of them."""
        tests = [Row(Column(f"{part}_at"), Column(f"{part}_result")) for part in TESTS]
        return Layout(
            Fieldset(_("About whom"), Row(Column("person_name"), Column("person_born"))),
            Fieldset(
                _("What it says"), "decision", "stable", "limits", "examined_at", "signed_at", "last_use_on"
            ),
            Fieldset(
                _("Who examined"),
                *self._there("facility"),
                "examiner_name",
                Row(Column("credential"), Column("licence"), Column("npi")),
                "callback_phone",
            ),
            Fieldset(
                _("Findings"),
                Row(*(Column(name) for name in ("hr", "sbp", "dbp", "rr"))),
                Row(*(Column(name) for name in ("spo2", "temp_c", "cows", "ciwa"))),
                "cows_or_ciwa_at",
                Row(Column("cows_before"), Column("ciwa_before"), Column("score_before_at")),
                "medicines",
                "allergies",
                "follow_up",
            ),
            Fieldset(_("Tests, if they were done"), *tests),
            Fieldset(_("Plans and letters"), "seizure_plan", "opioid_treatment_letter"),
            *self._there("file"),
        )

    def _there(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    def clean_npi(self) -> str:
        """Check the last digit when an NPI is given."""
        npi = self.cleaned_data["npi"].replace(" ", "")
        if npi and not npi_fits(npi):
            raise forms.ValidationError(_("NPI must have 10 digits and the right last digit"))
        return npi

    def clean_limits(self) -> list[str]:
        """Return the limits as a list."""
        return [line.strip() for line in self.cleaned_data["limits"].splitlines() if line.strip()]

    def content(self) -> dict[str, Any]:
        """Return the clearance as the action takes it."""
        tests = {f"{part}_{end}" for part in TESTS for end in ("at", "result")}
        skip = {"submit_key", "file", "cows_or_ciwa_at", *tests}
        said = {name: value for name, value in self.cleaned_data.items() if name not in skip}
        parts = {p: at for p in (*TESTS, "cows_or_ciwa") if (at := self.cleaned_data.get(f"{p}_at"))}
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
    why_same_number = forms.CharField(
        label="Why you called the number that the paper gives, if it is that one",
        required=False,
        max_length=200,
        help_text="Such as: the directory lists the same number.",
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

"""The forms of a medical emergency: say the facts now, or write them down afterwards."""

from datetime import datetime
from typing import Any

from django import forms

from config.fields import Look
from config.forms import SubmitForm
from records.choices import Category, Medium
from records.choices_door import NoConsentWhy
from records.door.emergency import FACTS, Late, MedicalEmergency
from records.forms.consents import CenterDateTimeField

# What medical staff usually need to treat somebody now; suggested in words, never ticked.
USUALLY_NEEDED = (
    Category.IDENTITY,
    Category.SUBSTANCE_USE,
    Category.HEALTH,
    Category.MEDICATIONS,
    Category.PREGNANCY,
)
MEDIA = [(Medium.PHONE, "By phone: I read it out"), (Medium.PRINT, "Printed: I hand it over")]


class EmergencyForm(SubmitForm):
    """The facts of 42 CFR 2.51(c), why consent could not be had, and what to share: nothing is ticked."""

    mark_optional = False
    ui = {"medium": Look(inline=True)}

    personnel_name = forms.CharField(
        label="Who are you telling?", max_length=160, help_text="The doctor, nurse or paramedic, by name.",
        widget=forms.TextInput(attrs={"data-autofocus": True, "autocomplete": "off"}),
        error_messages={"required": FACTS["personnel_name"]},
    )  # fmt: skip
    personnel_affiliation = forms.CharField(
        label="Where do they work?", max_length=160, help_text="The hospital, clinic or ambulance service.",
        error_messages={"required": FACTS["personnel_affiliation"]},
    )  # fmt: skip
    nature = forms.CharField(
        label="What is the emergency?", max_length=500, error_messages={"required": FACTS["nature"]}
    )
    why = forms.ChoiceField(
        label="Why can't the person be asked for consent?", choices=NoConsentWhy.choices,
        widget=forms.RadioSelect, error_messages={"required": FACTS["no_consent_why"]},
    )  # fmt: skip
    why_other = forms.CharField(
        label="Which other reason?", help_text="Only for another reason than these.", max_length=300,
        required=False,
    )  # fmt: skip
    medium = forms.ChoiceField(
        label="How do you share it?", choices=MEDIA, widget=forms.RadioSelect,
        error_messages={"required": "Select how you share it"},
    )  # fmt: skip
    sections = forms.MultipleChoiceField(
        label="What to share",
        help_text="Only what they need for this emergency.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what to share"},
    )

    def __init__(self, *args: Any, available: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chart = [one for one in Category if one in available]
        self.fields["sections"].choices = [(one.value, one.label) for one in chart]
        hints = {one.value: "Medical staff usually need this." for one in USUALLY_NEEDED if one in chart}
        self.ui["sections"] = Look(hints=hints)

    def clean(self) -> dict[str, Any]:
        """Ask for the other reason when that was chosen."""
        given = super().clean() or self.cleaned_data
        if given.get("why") == NoConsentWhy.OTHER and not given.get("why_other", "").strip():
            self.add_error("why_other", "Enter the reason")
        return given

    def emergency(self) -> MedicalEmergency:
        """Return the facts as the basis that the door asks for."""
        given = self.cleaned_data
        other = given["why"] == NoConsentWhy.OTHER
        return MedicalEmergency(
            personnel_name=given["personnel_name"],
            personnel_affiliation=given["personnel_affiliation"],
            nature=given["nature"],
            no_consent_why=given["why_other"] if other else str(NoConsentWhy(given["why"]).label),
            late=self.late(),
        )

    def late(self) -> Late | None:
        """Return nothing: this is told now."""
        return None


class LateEmergencyForm(EmergencyForm):
    """An emergency that was told earlier, on the phone or on paper, and is written down now."""

    told_at = CenterDateTimeField(
        label="When was it told?", widget=forms.DateTimeInput,
        error_messages={"required": "Enter when it was told"},
    )  # fmt: skip
    discloser = forms.CharField(
        label="Who told it?", max_length=160, help_text="The member of our staff who spoke with them.",
        error_messages={"required": "Enter who told them"},
    )  # fmt: skip
    told = forms.CharField(
        label="What was told?", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        error_messages={"required": "Write what was told"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why is it written down only now?", max_length=300,
        error_messages={"required": "Say why it is written down only now"},
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].label = "What kind of information was it?"
        self.fields["sections"].help_text = ""
        self.fields["sections"].choices = Category.choices
        self.fields["medium"].label = "How was it shared?"
        self.fields["medium"].choices = [(Medium.PHONE, "By phone"), (Medium.PRINT, "On paper")]
        self.fields["personnel_name"].label = "Who was told?"
        self.ui["sections"] = Look()

    def late(self) -> Late:
        """Return what makes it a late record."""
        given = self.cleaned_data
        return Late(
            told_at=given["told_at"],
            discloser=given["discloser"],
            reason=given["reason"],
            told=given["told"],
            categories=tuple(given["sections"]),
        )

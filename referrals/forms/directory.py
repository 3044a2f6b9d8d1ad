"""The forms about a partner: its facts, contacts and agreements."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from config.forms import Look, SubmitForm
from records.choices import LegalStatus, StatusPaper
from referrals.choices import (
    Access,
    AgreementKind,
    Channel,
    ContactChannel,
    ContactRole,
    Known,
    Level,
    Medication,
    Payer,
    Unit,
    Withdrawal,
)
from referrals.facility_facts import FIELDS, plain
from referrals.rules.samhsa import LANGUAGES

_MANY = forms.CheckboxSelectMultiple


def _many(label: str, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=_MANY, required=False, **more)


def _known(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=Known.choices, widget=forms.RadioSelect, initial=Known.UNKNOWN
    )


def _time(label: str, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput({"type": "time"}), **more)


class FacilityForm(SubmitForm):
    """What is known about a partner. What is left empty counts as not known, never as no."""

    ui = {
        "age_min": Look(width=4),
        "age_max": Look(width=4),
        "beds_total": Look(width=4),
        "state": Look(width=4),
        "zip": Look(width=6),
        "npi": Look(width=10),
        "admits_from": Look(width=10),
        "admits_until": Look(width=10),
        "checked_on": Look(width=10),
    }
    name = forms.CharField(label="Name", max_length=120)
    legal_status = forms.ChoiceField(
        label="What they are under the law",
        choices=[("", "Not known: can't receive packets"), *LegalStatus.choices],
        required=False,
        help_text="Decides which rule about sharing further goes with every packet.",
    )
    npi = forms.CharField(label="NPI", max_length=10, required=False, help_text="10 digits.")
    channel = forms.ChoiceField(label="How we reach them", choices=Channel.choices, widget=forms.RadioSelect)
    phone = forms.CharField(label="Phone", max_length=30)
    email = forms.EmailField(label="E-mail", required=False)
    fax = forms.CharField(label="Fax", max_length=30, required=False)
    coordinator = forms.CharField(label="Whom to ask for", max_length=80, required=False)
    address = forms.CharField(label="Street", max_length=160, required=False)
    city = forms.CharField(label="City", max_length=60, required=False)
    state = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="State",
        required=False,
        error_messages={"invalid": "Enter the two letters of a state, such as VA"},
    )
    zip = forms.RegexField(
        r"^[0-9]{5}$",
        label="ZIP code",
        required=False,
        error_messages={"invalid": "Enter the 5 digits of the ZIP code"},
    )
    levels = forms.MultipleChoiceField(
        label="What they offer", choices=Level.choices, widget=_MANY, initial=["detox"]
    )
    withdrawal_yes = _many("Withdrawal they manage", Withdrawal.choices)
    withdrawal_no = _many("Withdrawal they do not take", Withdrawal.choices)
    medications = _many("Medicines people can go on with", Medication.choices)
    medications_no = _many("Medicines people can not go on with", Medication.choices)
    payers = _many("Payment they take", Payer.choices)
    lists_complete = forms.BooleanField(
        label="The lists of payment and medicines are complete",
        required=False,
        help_text="Then what is not ticked there is a no. Otherwise it is a question to ask by phone.",
    )
    pregnancy = _known("Take pregnant people")
    co_occurring = _known("Treat mental health conditions too")
    unit = forms.ChoiceField(
        label="Take whom", choices=Unit.choices, widget=forms.RadioSelect, initial=Unit.ANY
    )
    age_min = forms.IntegerField(label="Youngest age", min_value=0, max_value=130, initial=18, required=False)
    age_max = forms.IntegerField(label="Oldest age", min_value=0, max_value=130, required=False)
    languages = _many("Languages of their staff", LANGUAGES.items())
    access = _many("Access", Access.choices)
    hours_24 = forms.BooleanField(label="Admit day and night", required=False)
    admits_from = _time("Otherwise admit from")
    admits_until = _time("Until")
    beds_total = forms.IntegerField(label="Beds in all", min_value=0, max_value=999, required=False)
    caution = forms.CharField(label="Check by phone", max_length=120, required=False)
    checked_on = forms.DateField(
        label="Checked with them on", required=False, widget=forms.DateInput({"type": "date"})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def layout(self) -> Layout:
        """Group what belongs together; the order is the order of a phone call."""
        in_use = ("active",) if "active" in self.fields else ()
        return Layout(
            Fieldset("Who they are", "name", "legal_status", "npi", *in_use),
            Fieldset("How to reach them", "channel", "phone", "email", "fax", "coordinator"),
            Fieldset("Where", "address", "city", "state", "zip"),
            Fieldset("What they do", "levels", "withdrawal_yes", "withdrawal_no"),
            Fieldset("Medicines and payment", "medications", "medications_no", "payers", "lists_complete"),
            Fieldset("Whom they take", "pregnancy", "co_occurring", "unit", "age_min", "age_max"),
            Fieldset("Languages and access", "languages", "access"),
            Fieldset("Hours and beds", "hours_24", "admits_from", "admits_until", "beds_total"),
            Fieldset("Notes", "caution", "checked_on"),
            "revision",
        )

    def clean_state(self) -> str:
        """Return the state in capital letters."""
        return self.cleaned_data["state"].upper()

    def facts(self) -> dict[str, Any]:
        """Return what belongs to the facility rather than to its recipient."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}


class NewFacilityForm(FacilityForm):
    """A partner that is not in the directory yet."""


class ChangeFacilityForm(FacilityForm):
    """A change of a partner, which may also be taken out of use."""

    active = forms.BooleanField(
        label="In use",
        required=False,
        help_text="Without it, nobody is matched with or sent to this partner.",
    )

    def changes(self) -> dict[str, Any]:
        """Return every fact that the form holds, its recipient's too."""
        names = ("name", "legal_status", "active")
        return {**self.facts(), **{name: self.cleaned_data[name] for name in names}}

    def plain_changes(self) -> dict[str, Any]:
        """Return the same as revisions keep it, with days and times as text."""
        return {name: plain(value) for name, value in self.changes().items()}


class ContactForm(SubmitForm):
    """Somebody at a partner."""

    role = forms.ChoiceField(label="For", choices=ContactRole.choices)
    name = forms.CharField(label="Name", max_length=80, required=False)
    channel = forms.ChoiceField(label="By", choices=ContactChannel.choices)
    reach = forms.CharField(label="Number or address", max_length=120)


class AgreementForm(SubmitForm):
    """What was agreed in writing."""

    ui = {"begins_on": Look(width=10), "ends_on": Look(width=10)}
    kind = forms.ChoiceField(label="Kind", choices=AgreementKind.choices)
    begins_on = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}))
    ends_on = forms.DateField(label="Until", required=False, widget=forms.DateInput({"type": "date"}))
    note = forms.CharField(label="Where it is kept", max_length=200, required=False)


class StatusForm(SubmitForm):
    """What a partner is under the law, and which paper shows it."""

    ui = {"checked_on": Look(width=10), "valid_until": Look(width=10)}
    status = forms.ChoiceField(label="What they are under the law", choices=LegalStatus.choices)
    paper = forms.ChoiceField(label="What shows it", choices=StatusPaper.choices, widget=forms.RadioSelect)
    kept_at = forms.CharField(
        label="Where the paper is kept",
        max_length=200,
        help_text="For example: partners folder, Harbor, page 3.",
    )
    checked_on = forms.DateField(label="Checked on", widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(
        label="Holds until",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="After this day packets carry the narrowest rule, until a paper shows the status again.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

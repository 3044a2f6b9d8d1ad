"""The form about a partner."""

from django import forms

from config.forms import Look, SubmitForm
from records.choices import LegalStatus
from referrals.choices import Channel, Known, Level, Medication, Payer, Unit, Withdrawal

_MANY = forms.CheckboxSelectMultiple


class FacilityForm(SubmitForm):
    """What is known about a partner. What is left empty counts as not known, never as no."""

    ui = {"age_min": Look(width=4), "age_max": Look(width=4), "beds_total": Look(width=4)}
    channel = forms.ChoiceField(label="How we reach them", choices=Channel.choices, widget=forms.RadioSelect)
    phone = forms.CharField(label="Phone", max_length=30)
    email = forms.EmailField(label="E-mail", required=False)
    fax = forms.CharField(label="Fax", max_length=30, required=False)
    coordinator = forms.CharField(label="Whom to ask for", max_length=80, required=False)
    address = forms.CharField(label="Address", max_length=160, required=False)
    levels = forms.MultipleChoiceField(
        label="What they offer", choices=Level.choices, widget=_MANY, initial=["detox"]
    )
    withdrawal_yes = forms.MultipleChoiceField(
        label="Withdrawal they manage", choices=Withdrawal.choices, widget=_MANY, required=False
    )
    withdrawal_no = forms.MultipleChoiceField(
        label="Withdrawal they do not take", choices=Withdrawal.choices, widget=_MANY, required=False
    )
    medications = forms.MultipleChoiceField(
        label="Medicines people can go on with", choices=Medication.choices, widget=_MANY, required=False
    )
    payers = forms.MultipleChoiceField(
        label="Payment they take", choices=Payer.choices, widget=_MANY, required=False
    )
    pregnancy = forms.ChoiceField(
        label="Take pregnant people", choices=Known.choices, widget=forms.RadioSelect, initial=Known.UNKNOWN
    )
    unit = forms.ChoiceField(
        label="Take whom", choices=Unit.choices, widget=forms.RadioSelect, initial=Unit.ANY
    )
    age_min = forms.IntegerField(label="Youngest age", min_value=0, max_value=130, initial=18)
    age_max = forms.IntegerField(label="Oldest age", min_value=0, max_value=130, required=False)
    hours_24 = forms.BooleanField(label="Take people day and night", required=False)
    beds_total = forms.IntegerField(label="Beds in all", min_value=0, max_value=999, required=False)
    npi = forms.CharField(label="NPI", max_length=10, required=False)
    caution = forms.CharField(label="Check by phone", max_length=120, required=False)

    def facts(self) -> dict:
        """Return what belongs to the facility rather than to its recipient."""
        return {name: self.cleaned_data[name] for name in FacilityForm.base_fields if name != "submit_key"}


class NewFacilityForm(FacilityForm):
    """A partner that is not in the directory yet."""

    name = forms.CharField(label="Name", max_length=120)
    legal_status = forms.ChoiceField(
        label="What they are under the law",
        choices=[("", "Not known: can't receive packets"), *LegalStatus.choices],
        required=False,
    )
    field_order = ["name", "legal_status"]

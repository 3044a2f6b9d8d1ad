"""The form of the benefit summary: who asks, how that was checked, and the language."""

from django import forms

from config.forms import Look
from records.forms.own_access import IdentityForm


class SummaryForm(IdentityForm):
    """A benefit summary for the person, or who may act for them."""

    ui = {"medium": Look(inline=True), "language": Look(inline=True)}
    language = forms.ChoiceField(
        label="Language", choices=[("en", "English"), ("es", "Spanish")], widget=forms.RadioSelect
    )
    field_order = ["how", "authority", "representative_name", "evidence", "language", "medium"]

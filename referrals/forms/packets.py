"""What staff write down when a packet went by fax."""

from django import forms

from config.forms import Look, SubmitForm
from referrals.choices import FaxOutcome


class FaxForm(SubmitForm):
    """To which number, how many pages, and what the machine's report says."""

    ui = {"pages": Look(width=4)}
    number = forms.CharField(label="Fax number that was dialled", max_length=30)
    pages = forms.IntegerField(
        label="Pages", min_value=1, max_value=500, help_text="As the report says, with the cover sheet."
    )
    outcome = forms.ChoiceField(label="How did it go?", choices=FaxOutcome.choices, widget=forms.RadioSelect)

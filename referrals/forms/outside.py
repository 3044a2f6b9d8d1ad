"""The form for a facility outside the network."""

from django import forms

from config.forms import SubmitForm
from records.choices import LegalStatus


class OutsideForm(SubmitForm):
    """What is known of a facility that somebody just spoke with, and that it can take the person."""

    name = forms.CharField(label="Name", max_length=120)
    phone = forms.CharField(label="Phone", max_length=30)
    said_by = forms.CharField(
        label="Who said that they can take somebody like this", max_length=80, help_text="Ask for them again."
    )
    can = forms.BooleanField(
        label="I read out what is needed, without a name, and they can",
        error_messages={"required": "Tick that they can, or choose another way"},
    )
    legal_status = forms.ChoiceField(
        label="What they are under the law",
        choices=[("", "Choose"), *LegalStatus.choices],
        help_text="A hospital or clinic is usually a covered entity.",
        error_messages={"required": "Select what they are under the law: the consent says it"},
    )
    email = forms.EmailField(
        label="E-mail", required=False, help_text="With one, they get a link; without, phone or fax."
    )
    fax = forms.CharField(label="Fax", max_length=30, required=False)
    address = forms.CharField(label="Address", max_length=160, required=False)

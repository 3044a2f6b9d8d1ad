"""The forms of what is handed to the person: who asks, how that was checked, and what it holds."""

from typing import Any

from django import forms

from config.fields import Look
from config.forms import SubmitForm
from records.choices import Category, Medium
from records.choices_door import Authority, CheckedHow

PERSON = "person"


class IdentityForm(SubmitForm):
    """The check of identity, and how it is given: nothing is chosen beforehand."""

    ui = {"medium": Look(inline=True)}

    how = forms.ChoiceField(
        label="How did you make sure who it is?", choices=CheckedHow.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how you made sure who it is"},
    )  # fmt: skip
    authority = forms.ChoiceField(
        label="Who asks?", choices=[(PERSON, "The person"), *Authority.choices], widget=forms.RadioSelect,
        help_text="Somebody else only with the authority to act for the person.",
        error_messages={"required": "Select who asks"},
    )  # fmt: skip
    representative_name = forms.CharField(
        label="Name of who acts for the person", max_length=160, required=False
    )
    evidence = forms.CharField(
        label="What shows their authority", help_text="The paper, its date, and who looked at it.",
        max_length=300, required=False,
    )  # fmt: skip
    medium = forms.ChoiceField(
        label="How", choices=[(Medium.PRINT, "Printed"), (Medium.PHONE, "Read out")],
        widget=forms.RadioSelect, error_messages={"required": "Select how it is given"},
    )  # fmt: skip

    def identity(self) -> dict[str, str]:
        """Return what the check of identity keeps."""
        given = {name: self.cleaned_data[name] for name in ("how", "representative_name", "evidence")}
        asks = self.cleaned_data["authority"]
        return given | {"authority": "" if asks == PERSON else asks}


class CopyForm(IdentityForm):
    """A copy of the record: the check of identity, then the sections."""

    sections = forms.MultipleChoiceField(
        label="What the copy holds", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the copy holds"},
    )  # fmt: skip

    field_order = ["how", "authority", "representative_name", "evidence", "sections", "medium"]

    def __init__(self, *args: Any, available: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [(one.value, one.label) for one in Category if one in available]


class AccountingForm(IdentityForm):
    """The accounting of disclosures: the check of identity, then the days."""

    first = forms.DateField(label="First day", required=False, widget=forms.DateInput)
    last = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput, help_text="Up to six years back."
    )
    without_tpo = forms.BooleanField(label="Leave out treatment, payment and operations", required=False)
    field_order = [
        "how", "authority", "representative_name", "evidence", "first", "last", "without_tpo", "medium",
    ]  # fmt: skip

"""What a partner asks of us, and what staff write down when they have done it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.forms import ClearwayForm, Look, SubmitForm
from referrals.choices import AskKind, AskOutcome, ContactOutcome

NUMBER = _("Enter a phone number with 7 to 15 digits, or leave it empty")


class AboutForm(ClearwayForm):
    """Which address of ours somebody had: a token or an offer's page. Whatever it is, it is no error."""

    about = forms.CharField(widget=forms.HiddenInput, required=False)

    def full_clean(self) -> None:
        """Take what is too long or can't be stored as an address that was never ours."""
        super().full_clean()
        if self.is_bound and "about" in self.errors:
            del self.errors["about"]
            self.cleaned_data["about"] = ""


class CallMeForm(AboutForm):
    """Where to call, when it is not the number that we have."""

    ui = {"number": Look(width=20)}
    number = forms.CharField(
        label=_("Phone number, if not the one we have"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_number(self) -> str:
        """Return the number as it was typed; what can't be dialled is refused."""
        number = " ".join(self.cleaned_data["number"].split())
        digits = sum(one in "0123456789" for one in number)
        if number and not 7 <= digits <= 15:
            raise ValidationError(NUMBER, code="number")
        return number


class AskDoneForm(SubmitForm):
    """What came of a partner's wish."""

    outcome = forms.ChoiceField(
        label="What came of it",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what came of it"},
    )
    text = forms.CharField(
        label="What was said", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, kind: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        calls = list(ContactOutcome.choices)
        if kind == AskKind.LINK:
            calls = [(ContactOutcome.REACHED, "Called them instead")]
        outcomes: forms.ChoiceField = self.fields["outcome"]
        outcomes.choices = [*calls, (AskOutcome.NOT_NEEDED, AskOutcome.NOT_NEEDED.label)]

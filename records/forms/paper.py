"""Forms for consents on paper: the scan, another organisation's form, and the second person's check."""

from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from records.actions.paper import YES, Signed
from records.forms.prepare import PrepareForm
from records.models import Consent

NO = "no"


def _file() -> forms.FileField:
    return forms.FileField(
        label="Photo or PDF of the whole paper",
        help_text="PDF, JPEG or PNG, at most 10 MB. Every page, both signatures.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Choose the file"},
    )


def _name() -> forms.CharField:
    return forms.CharField(
        label="Name as signed",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the name as signed"},
    )


def _second() -> forms.CharField:
    return forms.CharField(
        label="Name of the parent or guardian as signed",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _day() -> forms.DateField:
    return forms.DateField(
        label="Day on the paper",
        widget=forms.DateInput,
        error_messages={"required": "Enter the day on the paper"},
    )


class ScanForm(SubmitForm):
    """The scan of our printed text. `seen` is the fingerprint of the text on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    file = _file()
    signed_name = _name()
    second_name = _second()
    signed_on = _day()
    attested = forms.BooleanField(
        label="I compared: the scan is the whole text shown here, with this fingerprint, and it is signed",
        error_messages={"required": "Compare the scan with the text, then confirm"},
    )

    def __init__(self, *args: Any, consent: Consent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if consent.cosigner:
            self.fields["second_name"].required = True
            self.fields["second_name"].error_messages["required"] = "Enter the second name on the paper"
        else:
            del self.fields["second_name"]

    def signed(self) -> Signed:
        """Return what stands on the paper."""
        given = self.cleaned_data
        return Signed(given["file"], given["signed_name"], given["signed_on"], given.get("second_name", ""))


class ImportForm(PrepareForm):
    """Another organisation's signed form: what it says, element by element, and its scan."""

    extra_fields = ("file", "signed_name", "second_name", "signed_on")

    file = _file()
    signed_name = _name()
    second_name = _second()
    signed_on = _day()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = None
        self.fields[
            "expires_on"
        ].help_text = (
            "The last day on the form. Names it an event only, until when we rely on it: within one year."
        )
        if "offered" in self.fields:
            self.fields["offered"].label = "What the form allows"
            self.fields["offered"].help_text = "Only what it names."
        if not self.signer_fields:
            del self.fields["second_name"]

    signed = ScanForm.signed


class CheckForm(SubmitForm):
    """What the second person finds. For another organisation's form, each element is its own question."""

    verdict = forms.ChoiceField(
        label="What you find",
        widget=forms.RadioSelect,
        choices=[
            ("accept", "It is whole, it is signed, and it fits what stands here"),
            ("reject", "It can't be used"),
        ],
        error_messages={"required": "Select what you find"},
    )

    def __init__(self, *args: Any, elements: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.elements = elements
        verdict = self.fields.pop("verdict")
        for name, words in elements:
            self.fields[f"shows_{name}"] = forms.ChoiceField(
                label=f"Does the form show {words}?",
                choices=[(YES, "Yes"), (NO, "No")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Say whether the form shows {words}"},
            )
            self.ui[f"shows_{name}"] = Look(inline=True)
        self.fields["verdict"] = verdict

    def checklist(self) -> dict[str, str]:
        """Return each element with "yes" or "no"."""
        return {name: self.cleaned_data[f"shows_{name}"] for name, _words in self.elements}

    def lacking(self) -> list[str]:
        """Return the elements that the form does not show."""
        return [name for name, answer in self.checklist().items() if answer != YES]

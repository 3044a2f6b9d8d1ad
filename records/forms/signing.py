"""Forms for the person who signs: choosing, signing, and entering the spoken word and code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.forms import ClearwayForm, SubmitForm
from records.consent_texts import category_words
from records.models import Consent


class ChooseForm(ClearwayForm):
    """What may be shared: each kind of information is its own choice, and none is ticked beforehand."""

    show_summary = False

    categories = forms.MultipleChoiceField(
        label=_("What may be shared?"),
        help_text=_("Tick only what you agree to. You can leave any of them out."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one, or choose not to sign")},
    )

    def __init__(self, *args: Any, consent: Consent, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [(one, category_words(one, language)) for one in consent.offered]


class SignForm(SubmitForm):
    """The typed name. `seen` is the fingerprint of the text on the page."""

    show_summary = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    typed_name = forms.CharField(
        label=_("Your full name"),
        help_text=_("Typing your name and pressing “I sign” is your signature."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter your full name")},
    )


class CodeForm(ClearwayForm):
    """The word and the code that staff read out."""

    word = forms.CharField(
        label=_("Word"),
        help_text=_("8 letters and numbers, like cdfg hj34"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the word we read to you")},
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("6 numbers"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Enter the code we read to you")},
    )

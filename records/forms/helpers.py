"""Forms for relatives and friends on the phone."""

from collections.abc import Sequence
from typing import Any

from django import forms

from config.forms import ClearwayForm, SubmitForm
from records.actions.helpers import SHORTEST
from records.choices import Category

OFF = {"autocomplete": "off", "spellcheck": "false"}


class PassphraseForm(ClearwayForm):
    """A passphrase that the person chose for one helper."""

    passphrase = forms.CharField(
        label="Passphrase",
        help_text=f"The person chooses it and tells them. Two or three words, at least {SHORTEST} letters.",
        max_length=120,
        strip=True,
        widget=forms.TextInput(attrs=OFF),
        error_messages={"required": "Enter the passphrase"},
    )


class CallForm(ClearwayForm):
    """What a caller says, before anything is looked up."""

    person_name = forms.CharField(
        label="Whom they ask about",
        help_text="Full name, as the caller says it.",
        max_length=120,
        widget=forms.TextInput(attrs=OFF),
        error_messages={"required": "Enter the name the caller says"},
    )
    helper_name = forms.CharField(
        label="The caller's own full name",
        max_length=120,
        widget=forms.TextInput(attrs=OFF),
        error_messages={"required": "Enter the caller's name"},
    )
    passphrase = forms.CharField(
        label="Passphrase",
        max_length=120,
        widget=forms.PasswordInput(attrs=OFF),
        error_messages={"required": "Enter the passphrase the caller says"},
    )


class TellForm(ClearwayForm):
    """What of the consent's scope is told in this call; nothing is ticked, and each but presence in words."""

    def __init__(self, *args: Any, categories: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = list(categories)
        self.fields["categories"] = forms.MultipleChoiceField(
            label="What you tell",
            help_text="Only what the caller asks for.",
            choices=[(one, Category(one).label) for one in self.scope],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick what you tell"},
        )
        for one in self.scope:
            if one != Category.PRESENCE:
                self.fields[f"said_{one}"] = forms.CharField(
                    label=f"What you say: {Category(one).label.lower()}",
                    max_length=1000,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def clean(self) -> dict[str, Any]:
        """Ask for the words of whatever is ticked."""
        given = super().clean()
        for one in given.get("categories", []):
            if one != Category.PRESENCE and not given.get(f"said_{one}"):
                self.add_error(f"said_{one}", "Write what you say, before you say it")
        return given

    def said(self, presence: str) -> dict[str, str]:
        """Return the words for each ticked category."""
        given = self.cleaned_data
        return {
            one: presence if one == Category.PRESENCE else given[f"said_{one}"] for one in given["categories"]
        }


class NoticeForm(SubmitForm):
    """How a notice of withdrawal is given."""

    how = forms.ChoiceField(
        label="How it is given",
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the notice is given"},
    )
    email = forms.EmailField(
        label="E-mail of their office",
        help_text="The e-mail says only that a notice waits, with its reference.",
        required=False,
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], may_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = choices
        if not may_mail:
            del self.fields["email"]

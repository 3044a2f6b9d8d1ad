"""Forms of counseling notes."""

from collections.abc import Sequence
from typing import Any

from django import forms

from config.fields import Look
from config.forms import ClearwayForm, SubmitForm
from records.choices import Medium
from records.door.counseling import Way

_TEXT = {"rows": 12, "autocomplete": "off", "spellcheck": "true"}
LONGEST = 20_000


class NoteForm(SubmitForm):
    """The text of a draft, the version it was opened with, and who co-signs when it is signed.

    `cosigners` is None for a note that is only begun.
    """

    mark_optional = False
    text = forms.CharField(
        label="Your notes on the conversation",
        max_length=LONGEST,
        widget=forms.Textarea(attrs=_TEXT),
        error_messages={"required": "Write the note"},
    )
    cosigner = forms.ModelChoiceField(
        label="Who co-signs?",
        help_text="Optional, and only when you sign. They can read this note.",
        queryset=None,
        required=False,
        empty_label="Nobody",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, cosigners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cosigners is None:
            del self.fields["cosigner"]
        else:
            self.fields["cosigner"].queryset = cosigners


class AddendumForm(SubmitForm):
    """What is added to a signed note."""

    ui = {"text": Look()}
    mark_optional = False
    text = forms.CharField(
        label="Add to this note",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 5}),
        error_messages={"required": "Write what you want to add"},
    )


class ShareNoteForm(ClearwayForm):
    """Who receives a note, and how; nothing is chosen beforehand, and nobody can be typed."""

    ui = {"medium": Look(inline=True)}

    way = forms.ChoiceField(
        label="Who receives it?", widget=forms.RadioSelect,
        error_messages={
            "required": "Select who receives it",
            "invalid_choice": "No consent for counseling notes and no court order names this receiver",
        },
    )  # fmt: skip
    medium = forms.ChoiceField(
        label="How", choices=[(Medium.PRINT, "Printed"), (Medium.PHONE, "Read out by phone")],
        widget=forms.RadioSelect, error_messages={"required": "Select how it is shared"},
    )  # fmt: skip

    def __init__(self, *args: Any, ways: Sequence[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        self.fields["way"].choices = [(one.key, one.words) for one in ways]

    def offer_what_holds(self) -> None:
        """Show only those who may receive it now; a paper that has ended is refused by its own reason."""
        self.fields["way"].choices = [(one.key, one.words) for one in self.ways if not one.refusal]

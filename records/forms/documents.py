"""The form for storing a file."""

from django import forms

from config.forms import SubmitForm
from records.choices import DocumentKind


class DocumentForm(SubmitForm):
    """A file and what it is."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=DocumentKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what this file is"},
    )
    file = forms.FileField(
        label="File",
        help_text="PDF, JPEG or PNG, up to 10 MB.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Choose a file", "missing": "Choose a file"},
    )

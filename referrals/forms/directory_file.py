"""The form that takes a directory file."""

from django import forms

from config.forms import SubmitForm


class DirectoryFileForm(SubmitForm):
    """A CSV file, and whether it is only tried."""

    file = forms.FileField(
        label="File",
        help_text="CSV in UTF-8, up to 10 MB. The first line names the columns.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a file", "missing": "Choose a file"},
    )
    dry_run = forms.BooleanField(
        label="Only try it: say what would change, and change nothing", required=False, initial=True
    )

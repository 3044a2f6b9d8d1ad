"""Entering a paper form: its number, and when and by whom it was filled in."""

from django import forms

from config.forms import Look, SubmitForm


class PaperNumberForm(SubmitForm):
    """The number on a paper form."""

    ui = {"serial": Look(width=10)}
    serial = forms.CharField(
        label="Form number",
        max_length=12,
        help_text="The 6 letters and digits under the code on the paper.",
    )


class PaperForm(PaperNumberForm):
    """A form that was filled in by hand."""

    ui = {"serial": Look(width=10), "observed_at": Look(width=20)}
    observed_at = forms.DateTimeField(
        label="Date and time of the call", help_text="As on the paper. Center time, like 2026-07-14 09:30."
    )
    asked_by = forms.CharField(label="Who asked, as on the paper", max_length=120)

"""The forms for the code that was spoken or mailed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.forms import ClearwayForm, Look


class NewCodeForm(ClearwayForm):
    """The code of the link that replaced one, typed beside what the partner had written."""

    ui = {"new_code": Look(width=10)}
    new_code = forms.CharField(
        label=_("New code"),
        max_length=20,
        help_text=_("The 6 digits that came with the newest link."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the 6 digits of the code")},
    )


class CodeForm(ClearwayForm):
    """The six digits, and the link's own secret beside them."""

    ui = {"code": Look(width=10)}
    token = forms.CharField(widget=forms.HiddenInput, max_length=100)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("6 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the 6 digits of the code")},
    )

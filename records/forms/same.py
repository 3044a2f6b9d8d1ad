"""Forms about two records: one person or two."""

from typing import Any

from django import forms

from config.forms import ClearwayForm, SubmitForm
from records.actions.merging import MERGED, REASON_MINIMUM, SURVIVOR

_LONG = {"max_length": 2000, "widget": forms.Textarea(attrs={"rows": 3})}


class ReasonForm(ClearwayForm):
    """Why."""

    reason = forms.CharField(label="Why", error_messages={"required": "Say why"}, **_LONG)


class MergeForm(SubmitForm):
    """Which value of each field that differs stays, and why the two records are of one person."""

    def __init__(self, *args: Any, differing: list[tuple[str, str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, mine, theirs in differing:
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[(SURVIVOR, mine), (MERGED, theirs)],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose which {label.lower()} stays"},
            )
        self.fields["reason"] = forms.CharField(
            label="Why is this one person?",
            help_text=f"At least {REASON_MINIMUM} characters. What did you compare, and whom did you ask?",
            error_messages={"required": "Say why this is one person"},
            **_LONG,
        )

    def taken(self) -> dict[str, str]:
        """Return the side taken for each field."""
        return {n: v for n, v in self.cleaned_data.items() if v in (SURVIVOR, MERGED) and n != "reason"}

"""The form of a report that the law allows: only the permitted facts, and no file."""

from datetime import datetime
from typing import Any

from django import forms

from config.fields import Look
from config.forms import SubmitForm
from records.choices import Medium
from records.choices_door import ReportKind
from records.door.reports import MandatedReportBasis
from records.forms.consents import CenterDateTimeField
from records.models import Person


class ReportForm(SubmitForm):
    """What happened, whom you tell, and which of the permitted facts you gave."""

    ui = {"medium": Look(inline=True)}

    kind = forms.ChoiceField(
        label="What do you report?", choices=ReportKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what you report"},
    )  # fmt: skip
    authority = forms.CharField(
        label="Who receives the report?", help_text="The agency or officer, and a number.", max_length=160,
        error_messages={"required": "Enter who receives the report"},
    )  # fmt: skip
    circumstances = forms.CharField(
        label="What happened?", help_text="The incident only. Nothing about use, health or treatment.",
        widget=forms.Textarea(attrs={"rows": 4}), max_length=2000,
        error_messages={"required": "Write what happened"},
    )  # fmt: skip
    status_told = forms.BooleanField(label="I said that the person is in care here", required=False)
    name_told = forms.CharField(label="Name that you gave", max_length=160, required=False)
    address_told = forms.CharField(label="Address that you gave", max_length=300, required=False)
    whereabouts_told = forms.CharField(
        label="Last known whereabouts that you gave", max_length=300, required=False
    )
    reported_at = CenterDateTimeField(
        label="When", widget=forms.DateTimeInput, error_messages={"required": "Enter when"}
    )
    medium = forms.ChoiceField(
        label="How", choices=[(Medium.PHONE, "By phone"), (Medium.PRINT, "On paper"), (Medium.FAX, "Fax")],
        widget=forms.RadioSelect, error_messages={"required": "Select how you reported"},
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reported_at"].initial = now

    def report(self) -> MandatedReportBasis:
        """Return the facts as the basis that the door asks for."""
        given = {name: value for name, value in self.cleaned_data.items() if name in _FACTS}
        return MandatedReportBasis(**given)


_FACTS = frozenset(
    {
        "kind", "authority", "circumstances", "status_told", "name_told", "address_told", "whereabouts_told",
        "reported_at",
    }
)  # fmt: skip

"""Forms of the trail's pages. References are sent in the body, never in an address."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from config.forms import ClearwayForm
from desk.trail import named, person_of

KINDS = [
    ("", "Everything"),
    ("record.viewed", "Looking at records"),
    ("list.viewed", "Looking at lists"),
    ("people.searched", "Searches"),
    ("account.", "Sign-ins and accounts"),
    ("consent.", "Consents"),
    ("disclosure.", "Sharing"),
    ("break_glass", "Emergency access"),
    ("review.", "Reviews"),
    ("trail.", "The trail itself"),
]
REASONS = [
    ("routine", "Routine check"),
    ("investigation", "Investigation"),
    ("person", "A person asked"),
    ("authority", "An authority or court asked"),
]


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.CENTER_TIME_ZONE))


class TrailForm(ClearwayForm):
    """Which events to show."""

    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label="To, that day included", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.ChoiceField(label="What", choices=KINDS, required=False)
    actor = forms.EmailField(label="E-mail of staff", required=False)
    reference = forms.CharField(
        label="Reference",
        required=False,
        max_length=40,
        help_text="Of a person, an episode, a request; or an id",
    )
    before = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_reference(self) -> str:
        """Find out what the reference means."""
        text = self.cleaned_data["reference"]
        self.about = named(text) if text else None
        if text and self.about is None:
            raise forms.ValidationError("Nothing has this reference. Check the letters and digits")
        return text

    def limits(self) -> dict[str, Any]:
        """Return the limits as `desk.trail.events_of` takes them."""
        given = self.cleaned_data
        return {
            "since": _midnight(given["since"]) if given["since"] else None,
            "until": _midnight(given["until"] + timedelta(days=1)) if given["until"] else None,
            "actor": given["actor"],
            "kind": given["kind"],
            "about": self.about,
        }

    def used(self) -> list[str]:
        """Return the names of the limits that were used."""
        return [name for name in ("since", "until", "kind", "actor", "reference") if self.cleaned_data[name]]


class RecordForm(ClearwayForm):
    """Whose record."""

    reference = forms.CharField(
        label="Reference", max_length=40, help_text="Of the person or an episode, like JH-7K3MA"
    )

    def clean_reference(self) -> Any:
        """Return the person's id."""
        found = person_of(self.cleaned_data["reference"])
        if found is None:
            raise forms.ValidationError("Nothing has this reference. Check the letters and digits")
        return found


class ExportForm(ClearwayForm):
    """Why the trail is taken out."""

    reason = forms.ChoiceField(label="Why", choices=REASONS, widget=forms.RadioSelect)

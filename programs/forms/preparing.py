"""Forms of preparing an admission: the checklist, the arrival, contacts, and taking an admission back."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from config.forms import ClearwayForm, Look, SubmitForm
from programs.choices_admission import ContactKind, Preparation, PreparationState
from programs.forms.fields import CenterTimeField
from programs.forms.places import offer
from programs.models import ChecklistItem
from records.choices import Language


class ChecklistForm(SubmitForm):
    """The seven things to prepare: where each stands, who does it, since when, and a note."""

    PARTS = ("state", "owner", "done_on", "note")
    shown = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: Mapping[str, ChecklistItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        self.fields["shown"].initial = {item: row.said for item, row in rows.items()}
        for item in Preparation.values:
            row = rows.get(item)
            self.fields[f"{item}_state"] = forms.ChoiceField(
                label="State", choices=PreparationState.choices,
                initial=row.state if row else PreparationState.OPEN,
            )  # fmt: skip
            self.fields[f"{item}_owner"] = forms.CharField(
                label="Who does it", required=False, initial=row.owner if row else ""
            )
            self.fields[f"{item}_done_on"] = forms.DateField(
                label="Done on", required=False, initial=row.done_on if row else None,
                widget=forms.DateInput,
            )  # fmt: skip
            self.fields[f"{item}_note"] = forms.CharField(
                label="Note", required=False, initial=row.note if row else ""
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields of each thing, with its name."""
        return [
            (label, [self[f"{item}_{part}"] for part in self.PARTS]) for item, label in Preparation.choices
        ]

    def clean_shown(self) -> dict[str, list[str]]:
        """Return what the page showed of each thing; nothing where that does not come back as it was sent."""
        shown = self.cleaned_data["shown"]
        return shown if isinstance(shown, dict) else {}

    def written(self) -> list[dict[str, Any]]:
        """Return what was changed on this page, one for each thing, with what the page had shown of it."""
        changed = []
        for item in Preparation.values:
            given = {part: self.cleaned_data[f"{item}_{part}"] for part in self.PARTS}
            day = given["done_on"].isoformat() if given["done_on"] else ""
            seen = self.cleaned_data["shown"].get(item, [PreparationState.OPEN.value, "", "", ""])
            if [given["state"], given["owner"], day, given["note"]] != seen:
                changed.append({"item": item, "seen": seen, **given})
        return changed

    def show_thing(self, item: str, said: list[str]) -> None:
        """Let the page carry what stands now about one thing: saving again means it."""
        self.show(shown=json.dumps({**self.cleaned_data["shown"], item: said}))


class ShareForm(ClearwayForm):
    """With which helper the checklist is shared, and in which language."""

    prefix = "share"
    helper = forms.ChoiceField(label="Helper")
    language = forms.ChoiceField(label="In", choices=Language.choices)

    def __init__(self, *args: Any, helpers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "helper", helpers)


class ArrivalForm(SubmitForm):
    """When and how the person comes; `after` is the plan that the page showed."""

    after = forms.CharField(required=False, widget=forms.HiddenInput)
    expected_at = CenterTimeField(label="Expected on")
    ride = forms.CharField(label="Ride", help_text="For example: sister, picks up at 9:15.")
    with_whom = forms.CharField(label="Who comes along", required=False)
    needs = forms.CharField(
        label="What to have ready", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ContactForm(SubmitForm):
    """Who else cares for the person, or is called in an emergency."""

    ui = {"phone": Look(width=20)}
    kind = forms.ChoiceField(label="What they are", choices=[("", "Select one"), *ContactKind.choices])
    name = forms.CharField(label="Name")
    phone = forms.CharField(label="Phone", widget=forms.TextInput(attrs={"type": "tel"}))
    place = forms.CharField(label="Practice, or how they know the person", required=False)
    medicines = forms.CharField(label="Medicines they prescribe", required=False)
    recipient = forms.ChoiceField(
        label="Named in consents as",
        required=False,
        help_text="Nobody is told anything before a consent names them.",
    )

    def __init__(self, *args: Any, recipients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "recipient", [("", "Nobody yet"), *recipients])

    def details(self) -> dict[str, str]:
        """Return the words."""
        return {key: self.cleaned_data[key].strip() for key in ("name", "phone", "place", "medicines")}


class UndoForm(SubmitForm):
    """Why an admission is taken back."""

    reason = forms.CharField(
        label="Why is it taken back?", widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write why it is taken back"},
    )  # fmt: skip

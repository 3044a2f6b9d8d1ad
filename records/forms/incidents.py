"""Forms of the incident register."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.forms import SubmitForm
from records.choices import Category
from records.choices_rights import Encrypted, IncidentKind, Outcome
from records.forms.consents import CenterDateTimeField

STATE = forms.CharField(
    label="State of residence", max_length=2, min_length=2, required=False,
    help_text="Two letters, such as VA. Leave empty when it is not known.",
)  # fmt: skip
_LINES = re.compile(r"(?:([A-Za-z]{2})\s+)?(\d{1,7})")


def _text(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}), required=required
    )


class MisdirectedForm(SubmitForm):
    """What went where it should not have gone."""

    what_happened = _text("What happened?", "Who got it, and who should have got it. This stays sealed.")
    discovered_at = CenterDateTimeField(
        label="When was it noticed?", widget=forms.DateTimeInput,
        help_text="The first moment somebody here knew. Deadlines run from it.",
    )  # fmt: skip
    found_by = forms.CharField(label="Who noticed it?", required=False)
    encrypted = forms.ChoiceField(
        label="Was it encrypted?", choices=Encrypted.choices, widget=forms.RadioSelect, initial="unknown"
    )

    def __init__(self, *args: Any, now: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discovered_at"].initial = now


class ReportForm(MisdirectedForm):
    """Anything else that may have let somebody see what they should not."""

    kind = forms.ChoiceField(
        label="What kind of incident is it?", choices=IncidentKind.choices, widget=forms.RadioSelect
    )
    information = forms.MultipleChoiceField(
        label="Which kinds of information?", choices=Category.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    field_order = ["kind", "what_happened", "discovered_at", "found_by", "information", "encrypted"]


class FactsForm(SubmitForm):
    """What is known by now."""

    occurred_from = forms.DateField(label="It began on", required=False, widget=forms.DateInput)
    occurred_until = forms.DateField(label="It ended on", required=False, widget=forms.DateInput)
    systems = _text("Devices and systems", required=False)
    information = forms.MultipleChoiceField(
        label="Kinds of information", choices=Category.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    encrypted = forms.ChoiceField(
        label="Was it encrypted?", choices=Encrypted.choices, widget=forms.RadioSelect
    )
    how_encrypted = _text("How, and where was the key?", required=False)
    by_state = _text(
        "People counted but not listed one by one", "A state and a number on each line, such as VA 480.",
        required=False,
    )  # fmt: skip

    def clean_by_state(self) -> dict[str, int]:
        """Read the lines as counts by state; a line without a state counts as not known."""
        counts: dict[str, int] = {}
        for line in self.cleaned_data["by_state"].splitlines():
            found = _LINES.fullmatch(line.strip())
            if line.strip() and not found:
                raise ValidationError("Write a state and a number on each line, such as VA 480")
            if found:
                state = (found[1] or "").upper()
                counts[state] = counts.get(state, 0) + int(found[2])
        return counts


class PersonForm(SubmitForm):
    """Somebody whom the incident touches."""

    reference = forms.CharField(label="Record", help_text="The person's reference, such as JH-7K3MA.")
    state = STATE


class DecisionForm(SubmitForm):
    """The four factors of 45 CFR 164.402(2), and what they come to."""

    factor_nature = _text(
        "1. What information was it?", "How much, how sensitive, and can a person be told from it?",
        required=False,
    )  # fmt: skip
    factor_recipient = _text(
        "2. Who used it or got it?", "Somebody who must keep secrets too, or a stranger?", required=False
    )
    factor_acquired = _text(
        "3. Was it really seen or taken?", "What the log, the link and the recipient say.", required=False
    )
    factor_mitigated = _text(
        "4. How far was the risk made smaller?", "Written word that it was destroyed, a device erased.",
        required=False,
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label="What do you propose?", widget=forms.RadioSelect,
        choices=[one for one in Outcome.choices if one[0]],
        error_messages={"required": "Select what you propose"},
    )  # fmt: skip


class LetterTextForm(SubmitForm):
    """The parts of the letter to the people whom it touches, and the wait that police asked for."""

    letter_what = _text(
        "What happened", "In plain words, with the day it happened and the day it was found.", required=False
    )
    letter_information = _text("Which information", required=False)
    letter_protect = _text("What you can do", required=False)
    letter_doing = _text("What we are doing", required=False)
    delay_until = forms.DateField(
        label="Law enforcement asked to wait until", required=False, widget=forms.DateInput,
        help_text="Only when an official asked. Keep the letter that says so.",
    )  # fmt: skip


class LetterForm(SubmitForm):
    """To whom a letter goes. The address is printed and not kept."""

    address = _text("Postal address", "As it goes on the envelope, without the name.")


class TaskForm(SubmitForm):
    """How a step was done."""

    note = _text("What was done?", "With whom you spoke, when, and what was said.")

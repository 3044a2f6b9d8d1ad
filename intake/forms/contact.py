"""Forms of staff who call back and take calls."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from config.forms import Look, SubmitForm
from intake.choices_contact import CloseReason, Danger, MessageRule, Outcome, Who
from intake.forms.public import clean_phone
from intake.opening import opening_hours
from intake.rules.promise import next_try
from records.choices import Language

NEXT_TRY = (
    ("15min", "In 15 minutes"),
    ("1h", "In 1 hour"),
    ("9am", "At 9 am"),
    ("pick", "At another time"),
)


class NextTryMixin(forms.Form):
    """When to try again, as one of four choices or a picked time in the center's zone."""

    next_try = forms.ChoiceField(
        label="Try again", choices=NEXT_TRY, required=False, widget=forms.RadioSelect
    )
    pick = forms.DateTimeField(label="Time to try again", required=False, help_text="Center time")

    def clean_pick(self) -> datetime | None:
        """Read the picked time in the center's zone."""
        picked = self.cleaned_data["pick"]
        return picked.replace(tzinfo=ZoneInfo(settings.CENTER_TIME_ZONE)) if picked else None

    def next_try_at(self, now: datetime) -> datetime | None:
        """Return the chosen time, or None when none was chosen."""
        choice, picked = self.cleaned_data.get("next_try"), self.cleaned_data.get("pick")
        if choice == "pick":
            return picked
        return next_try(choice, now, opening_hours()) if choice else None

    def require_next_try(self) -> None:
        """Ask for a time when there is none."""
        if self.errors.get("pick"):
            return
        choice = self.cleaned_data.get("next_try")
        if not choice:
            self.add_error("next_try", ValidationError("Choose when to try again", code="required"))
        elif choice == "pick" and not self.cleaned_data.get("pick"):
            self.add_error("pick", ValidationError("Enter a day and a time to try again", code="required"))


class LogCallForm(NextTryMixin, SubmitForm):
    """How a call ended. A message is offered only where one is allowed."""

    ui = {"next_try": Look(inline=True)}
    outcome = forms.ChoiceField(
        label="What happened?",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened"},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    field_order = ("outcome", "next_try", "pick", "note")

    def __init__(self, *args: Any, message_ok: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if message_ok != MessageRule.NAME_NUMBER:
            self.fields["outcome"].choices = [
                choice for choice in Outcome.choices if choice[0] != Outcome.LEFT_ALLOWED_MESSAGE
            ]

    def clean(self) -> dict[str, Any]:
        """Ask for the next try unless the person was reached."""
        super().clean()
        outcome = self.cleaned_data.get("outcome")
        if outcome and outcome != Outcome.REACHED:
            self.require_next_try()
        return self.cleaned_data


class CloseRequestForm(SubmitForm):
    """Why a request needs no more calls."""

    reason = forms.ChoiceField(
        label="Why does it need no more calls?",
        choices=CloseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it needs no more calls"},
    )


class IncomingCallForm(NextTryMixin, SubmitForm):
    """A call that came in: the public form's questions, and what happens next."""

    ui = {
        "danger": Look(inline=True),
        "phone": Look(width=20),
        "language": Look(inline=True),
        "next_try": Look(inline=True),
        "taken_at": Look(width=20),
    }
    danger = forms.ChoiceField(
        label="Is anyone in danger right now?",
        choices=(("no", "No"), ("yes", "Yes"), ("unsure", "Not sure")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose if anyone is in danger right now"},
    )
    who = forms.ChoiceField(
        label="Who needs help?",
        choices=(
            (Who.ME, "The caller"),
            (Who.FAMILY, "Someone the caller cares about"),
            (Who.PROFESSIONAL, "A patient or client of the caller"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who needs help"},
    )
    call_name = forms.CharField(
        label="Caller's name",
        help_text="A first name is fine",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label="Caller's number",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    message_ok = forms.ChoiceField(
        label="If they do not answer",
        choices=(
            (MessageRule.NO, "Do not leave a message"),
            (MessageRule.NAME_NUMBER, "Leave a first name and number only"),
        ),
        widget=forms.RadioSelect,
        initial=MessageRule.NO,
    )
    language = forms.ChoiceField(
        label="Language", choices=Language.choices, widget=forms.RadioSelect, initial=Language.ENGLISH
    )
    next_step = forms.ChoiceField(
        label="What happens next?",
        choices=(
            ("talking", "They are on the phone: go on to the safety check"),
            ("call_back", "We call them back"),
            ("done", "Nothing: the question is answered"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens next"},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    taken_at = forms.DateTimeField(
        label="When it came in, if it was written on paper first",
        required=False,
        help_text="Center time, like 2026-07-14 09:30. The clock then runs from that time.",
    )

    field_order = (
        "danger", "who", "call_name", "phone", "message_ok", "language",
        "next_step", "next_try", "pick", "note", "taken_at",
    )  # fmt: skip

    def clean_taken_at(self) -> datetime | None:
        """Read the time on the paper in the center's zone."""
        written = self.cleaned_data["taken_at"]
        return written.replace(tzinfo=ZoneInfo(settings.CENTER_TIME_ZONE)) if written else None

    def clean_phone(self) -> dict[str, str]:
        """Read the number, if one was given."""
        text = self.cleaned_data["phone"]
        return clean_phone(text) if text else {}

    def clean(self) -> dict[str, Any]:
        """Ask for a number and a time when somebody is to be called back."""
        super().clean()
        if self.cleaned_data.get("next_step") == "call_back":
            if "phone" not in self.errors and not self.cleaned_data.get("phone"):
                self.add_error("phone", ValidationError("Enter a number to call back", code="required"))
            if self.cleaned_data.get("danger") == Danger.NO:
                self.require_next_try()
        return self.cleaned_data

    def details(self) -> dict[str, Any]:
        """Return what is sealed."""
        clean = self.cleaned_data
        names = ("who", "call_name", "message_ok", "language")
        return {**{name: clean[name] for name in names}, **clean["phone"], "when": "soon", "text_ok": False}

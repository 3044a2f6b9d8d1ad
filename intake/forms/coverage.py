"""Forms of coverage: a plan, what it said, and a waiver."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from config.forms import Look, SubmitForm
from intake.actions.coverage import Answer
from intake.choices_coverage import (
    ANSWERS,
    WAYS_OF_ASKING,
    BenefitState,
    Holder,
    HowAsked,
    Insurer,
    PolicyOrder,
)
from intake.picture import center_zone
from records.models import Recipient

_LONG = forms.Textarea(attrs={"rows": 3})


class PolicyForm(SubmitForm):
    """A plan of the person, as on the card."""

    ui = {"phone": Look(width=20), "position": Look(inline=True), "member_id": Look(width=20)}
    WORDS = ("payer", "payer_name", "plan", "member_id", "group", "holder", "holder_name", "phone")

    payer = forms.ChoiceField(label="Who insures the person?", choices=[("", "Select one"), *Insurer.choices])
    payer_name = forms.CharField(
        label="Name on the card", help_text="If it is another insurer, or a state's plan.", required=False
    )
    plan = forms.CharField(label="Plan", required=False)
    member_id = forms.CharField(label="Member number")
    group = forms.CharField(label="Group number", required=False)
    holder = forms.ChoiceField(label="Who holds the policy?", choices=[("", "Select one"), *Holder.choices])
    holder_name = forms.CharField(label="Name of the holder, if somebody else", required=False)
    phone = forms.CharField(
        label="Phone for benefits", required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    position = forms.TypedChoiceField(
        label="When does it pay?", choices=PolicyOrder.choices, coerce=int, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the names that the choices leave open."""
        given = super().clean() or self.cleaned_data
        if given.get("payer") == Insurer.OTHER and not given.get("payer_name"):
            self.add_error("payer_name", "Enter the name on the card")
        if given.get("holder") not in (None, "", Holder.SELF) and not given.get("holder_name"):
            self.add_error("holder_name", "Enter the name of the holder")
        return given

    def details(self) -> dict[str, str]:
        """Return what is sealed."""
        return {name: self.cleaned_data[name].strip() for name in self.WORDS}


def _dollars(label: str, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal(0), max_digits=9, decimal_places=2, **more
    )


class AskedForm(SubmitForm):
    """Which plan was asked, and how: only a payer that a consent names is told who it is about."""

    policy = forms.ChoiceField(label="Which plan?", widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label="How was the plan asked?",
        choices=[(one, HowAsked(one).label) for one in WAYS_OF_ASKING],
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the plan was asked"},
    )
    to = forms.ChoiceField(
        label="Which payer was told?",
        required=False,
        help_text="Only those that a consent for payment in force names. Left empty when nothing was told.",
    )

    def __init__(
        self,
        *args: Any,
        policies: Sequence[tuple[str, str]],
        payers: Sequence[Recipient],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.payers = {str(one.pk): one for one in payers}
        self.fields["policy"].choices = policies  # type: ignore[attr-defined]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *((pk, one.called) for pk, one in self.payers.items()),
        ]

    def told(self) -> Recipient | None:
        """Return the payer that was told who it is about."""
        return self.payers.get(self.cleaned_data["to"])


class AnswerForm(AskedForm):
    """What a plan said, with the proof, and what the person would pay.

    Which of it is needed depends on what the plan said, so nothing is called optional.
    """

    mark_optional = False

    ui = {
        "asked_at": Look(width=20),
        "deductible": Look(prefix="$", width=10),
        "deductible_met": Look(prefix="$", width=10),
        "copay": Look(prefix="$", width=10),
        "coinsurance": Look(suffix="%", width=4),
        "most_in_a_year": Look(prefix="$", width=10),
        "units": Look(suffix="days or visits", width=4),
    }
    TERMS = ("deductible", "deductible_met", "copay", "coinsurance", "most_in_a_year", "units")

    state = forms.ChoiceField(
        label="What did the plan say?",
        choices=[(one, BenefitState(one).label) for one in ANSWERS],
        widget=forms.RadioSelect,
    )
    asked_at = forms.DateTimeField(
        label="Time of the call", help_text="Center time, like 2026-07-14 09:30.", widget=forms.DateTimeInput
    )
    spoken_to = forms.CharField(
        label="Who you spoke with", help_text="Name, and extension if there is one.", required=False
    )
    reference = forms.CharField(
        label="Reference number", help_text="Ask for it. If there is none, write that.", required=False
    )
    said = forms.CharField(label="What the plan said", widget=_LONG, required=False, max_length=2000)
    again_on = forms.DateField(
        label="Ask again on",
        required=False,
        widget=forms.DateInput,
        help_text="Left empty: tomorrow while there is no answer, 30 days after a verification.",
    )
    deductible = _dollars("Deductible for a year")
    deductible_met = _dollars("Paid of it so far")
    copay = _dollars("Copay for a day or visit")
    coinsurance = forms.IntegerField(
        label="Share that the person pays", required=False, min_value=0, max_value=100
    )
    most_in_a_year = _dollars("Most that the person pays in a year")
    units = forms.IntegerField(label="Covered at most", required=False, min_value=0, max_value=999)

    def full_clean(self) -> None:
        """Read the time as the center's."""
        with timezone.override(center_zone()):
            super().full_clean()

    def answer(self) -> Answer:
        """Return what was said, for the action."""
        given = self.cleaned_data
        terms = {name: str(given[name]) for name in self.TERMS if given[name] is not None}
        names = ("state", "asked_at", "spoken_to", "reference", "said", "again_on", "how")
        return Answer(**{name: given[name] for name in names}, terms=terms, to=self.told())


def now_typed(now: datetime) -> datetime:
    """Return the moment to offer as the time of a call: now, to the minute, in the center's zone."""
    return now.astimezone(center_zone()).replace(second=0, microsecond=0, tzinfo=None)


class WaiveForm(SubmitForm):
    """Why benefits are not verified."""

    reason = forms.CharField(
        label="Why are benefits not verified?",
        help_text="For example: the person pays, or a grant pays. Nothing about health.",
        widget=_LONG,
        max_length=1000,
        error_messages={"required": "Write why benefits are not verified"},
    )

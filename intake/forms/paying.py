"""Forms of ways to pay, authorizations, prices and estimates."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from intake.actions.authorizations import Decision
from intake.choices_coverage import PaidLevel, PriceUnit, WayKind, WayResult
from intake.forms.coverage import AskedForm

_LONG = forms.Textarea(attrs={"rows": 3})


class WayForm(SubmitForm):
    """A way to pay that was offered."""

    kind = forms.ChoiceField(label="Which way?", choices=WayKind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What was offered, and who does what", widget=_LONG, max_length=2000,
        help_text="For an appeal or a peer-to-peer review also who at the plan takes it.",
    )  # fmt: skip
    due_on = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput,
        help_text="The plan's letter says it. Needed for an appeal and a peer-to-peer review.",
    )  # fmt: skip


class WayDoneForm(SubmitForm):
    """What became of a way to pay."""

    result = forms.ChoiceField(label="How did it go?", choices=WayResult.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="In words", widget=_LONG, required=False, max_length=2000)


class EstimateForm(SubmitForm):
    """For how much care a price is worked out."""

    ui = {"units": Look(width=4)}
    level = forms.ChoiceField(label="Level of care", widget=forms.RadioSelect)
    units = forms.IntegerField(
        label="How many days, visits or weeks", min_value=1, max_value=999,
        help_text="The expected stay, as the clinician says it.",
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class RateForm(SubmitForm):
    """The price of a level from now on."""

    ui = {"amount": Look(prefix="$", width=10), "unit": Look(inline=True)}
    level = forms.ChoiceField(label="Level of care", choices=[("", "Select one"), *PaidLevel.choices])
    unit = forms.ChoiceField(label="For each", choices=PriceUnit.choices, widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label="Price", required=False, min_value=Decimal("0.01"), max_digits=9, decimal_places=2,
        help_text="Left empty: this level has no price any more.",
    )  # fmt: skip
    reason = forms.CharField(label="Why it changes", max_length=200)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AskForm(AskedForm):
    """What a plan is asked to authorize."""

    ui = {"units": Look(width=4), "unit": Look(inline=True)}
    what = forms.CharField(label="Asked for", help_text="For example: residential care.")
    units = forms.IntegerField(label="How many", min_value=1, max_value=999)
    unit = forms.ChoiceField(
        label="Counted in", widget=forms.RadioSelect,
        choices=[("days", "Days"), ("visits", "Visits"), ("hours", "Hours")],
    )  # fmt: skip


class DecisionForm(SubmitForm):
    """What the plan answered; units and days when it granted, words when it refused."""

    mark_optional = False

    ui = {"units": Look(width=4), "granted": Look(inline=True)}
    granted = forms.ChoiceField(
        label="What did the plan answer?", choices=[("yes", "Granted"), ("no", "Refused")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    spoken_to = forms.CharField(label="Who you spoke with")
    number = forms.CharField(
        label="Authorization or reference number", help_text="If there is none, write that."
    )
    units = forms.IntegerField(label="Units granted", required=False, min_value=1, max_value=999)
    starts_on = forms.DateField(label="First day", required=False, widget=forms.DateInput)
    ends_on = forms.DateField(label="Last day", required=False, widget=forms.DateInput)
    words = forms.CharField(label="What the plan said", widget=_LONG, required=False, max_length=2000)

    def decision(self) -> Decision:
        """Return the answer, for the action."""
        names = ("spoken_to", "number", "words", "units", "starts_on", "ends_on")
        given = {name: self.cleaned_data[name] for name in names}
        return Decision(granted=self.cleaned_data["granted"] == "yes", **given)


class UseForm(SubmitForm):
    """Units that were used."""

    ui = {"units": Look(width=4)}
    units = forms.IntegerField(
        label="Units used", min_value=-999, max_value=999,
        help_text="A minus takes back what was counted too much.",
    )  # fmt: skip
    used_on = forms.DateField(label="On", widget=forms.DateInput)

"""The filter of the partner directory."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from config.forms import ClearwayForm, Look
from referrals.choices import Level, Payer, Withdrawal
from referrals.models import Facility


class DirectorySearchForm(ClearwayForm):
    """What to look for. A value that nothing knows is ignored: the address may be old or mistyped."""

    mark_optional = False
    ui = {"state": Look(width=4)}
    q = forms.CharField(label="Name or city", required=False, max_length=80)
    state = forms.CharField(label="State", required=False, max_length=2)
    level = forms.ChoiceField(label="Offers", required=False, choices=[("", "Anything"), *Level.choices])
    withdrawal = forms.ChoiceField(
        label="Manages withdrawal from", required=False, choices=[("", "Anything"), *Withdrawal.choices]
    )
    payer = forms.ChoiceField(label="Takes", required=False, choices=[("", "Any payment"), *Payer.choices])

    def asked(self) -> dict[str, str]:
        """Return what was asked for and can be understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, facilities: QuerySet[Facility]) -> QuerySet[Facility]:
        """Return the partners that are known to fit. What is not known of a partner does not fit here."""
        asked: dict[str, Any] = self.asked()
        if q := asked.get("q"):
            named = facilities.filter(recipient__name__icontains=q)
            facilities = named | facilities.filter(city__icontains=q)
        if state := asked.get("state"):
            facilities = facilities.filter(state=state.upper())
        for name, field in (("level", "levels"), ("withdrawal", "withdrawal_yes"), ("payer", "payers")):
            if name in asked:
                facilities = facilities.filter(**{f"{field}__contains": [asked[name]]})
        return facilities

"""Which months a report is about: whole ones, so that no two reports differ by one person's day."""

from datetime import date

from django import forms

from config.forms import ClearwayForm, Look

MOST_MONTHS = 12


class MonthField(forms.RegexField):
    """A month as year and month, such as 2026-07; its value is the first day."""

    def __init__(self, **more):
        super().__init__(
            r"^(20|21)[0-9]{2}-(0[1-9]|1[0-2])$",
            widget=forms.TextInput({"type": "month"}),
            error_messages={"invalid": "Enter a year and a month, such as 2026-07"},
            **more,
        )

    def clean(self, value):
        """Return the first day of the month."""
        text = super().clean(value)
        return date.fromisoformat(f"{text}-01") if text else None


class MonthsForm(ClearwayForm):
    """From which month to which one, both whole."""

    ui = {"first": Look(width=10), "last": Look(width=10)}
    first = MonthField(label="From the month")
    last = MonthField(label="To the month")

    def clean(self):
        """Demand an order, and at most a year."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last:
            months = (last.year - first.year) * 12 + last.month - first.month + 1
            if months < 1:
                self.add_error("last", "The last month can't be before the first")
            elif months > MOST_MONTHS:
                self.add_error("last", f"At most {MOST_MONTHS} months at a time")
        return given

    def days(self) -> tuple[date, date]:
        """Return the first day, and the day after the last."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return first, date(last.year + last.month // 12, last.month % 12 + 1, 1)

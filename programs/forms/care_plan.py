"""The form of a care plan: an answer to each need, what to do about a return to use, and daily life."""

from collections.abc import Mapping
from typing import Any

from django import forms

from config.errors import Conflict
from config.forms import SubmitForm
from programs.choices_care_plan import TRIGGERS, Domain, Habit, Way
from programs.rules.care_plan import ToAnswer


def _text(label: str, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more)


def initials(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each field shows for the content of a version; `{}` for none."""
    pairs = [*content.get("triggers", []), *[("", "")] * TRIGGERS]
    shown: dict[str, Any] = {"ways": content.get("ways", [])}
    for code in Domain.values:
        was = content.get("domains", {}).get(code, {})
        shown |= {f"{code}_{part}": was.get(part, "") for part in ("plan", "why_not")}
    for number in range(1, TRIGGERS + 1):
        shown[f"trigger_{number}"], shown[f"answer_{number}"] = pairs[number - 1]
    shown |= {name: "\n".join(content.get(name, [])) for name in ("early_signs", "first_answers")}
    return shown | {f"habit_{code}": content.get("habits", {}).get(code, "") for code in Habit.values}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return set(one) == set(other)
    return one.split() == other.split()


class CarePlanForm(SubmitForm):
    """One version of a plan. `needs` are the domains that the answers point to; they come first."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, needs: tuple[ToAnswer, ...], content: Mapping, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        self.evidence = {one.domain: one.evidence for one in needs}
        other = [code for code in Domain.values if code not in self.evidence]
        self.domains = [*self.evidence, *other]
        for code in self.domains:
            self.fields[f"{code}_plan"] = _text("Plan")
            self.fields[f"{code}_why_not"] = forms.CharField(
                label="No plan for this, because", required=False
            )
        self.fields["ways"] = forms.MultipleChoiceField(
            label="Ways of care and groups", required=False, choices=Way.choices,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        for number in range(1, TRIGGERS + 1):
            self.fields[f"trigger_{number}"] = forms.CharField(
                label=f"What brings it on ({number})", required=False
            )
            self.fields[f"answer_{number}"] = forms.CharField(
                label=f"What I do then ({number})", required=False
            )
        for name, label in (("early_signs", "Early signs"), ("first_answers", "What to do at once")):
            self.fields[name] = _text(label, 3, help_text="One on each line.")
        for code, label in Habit.choices:
            self.fields[f"habit_{code}"] = _text(label)
        for name, value in initials(content).items():
            self.fields[name].initial = value

    def meet(self, before: Mapping[str, Any], theirs: Mapping[str, Any], number: int, who: str) -> None:
        """Bring what was typed over version `before` together with version `number`, which `who` saved.

        What was not touched here takes their words; what both changed keeps what was typed, theirs beside it.
        """
        self.show(after=number)
        base = initials(before)
        for name, new in initials(theirs).items():
            mine = self.cleaned_data[name]
            if _same(mine, base[name]):
                self.show(**{name: new})
            elif not _same(new, base[name]) and not _same(mine, new):
                told = ", ".join(dict(Way.choices)[one] for one in new) if isinstance(new, list) else new
                self.add_error(name, f"{who} wrote meanwhile: {told or 'nothing'}. Save again to keep yours.")
        told = f"{who} saved version {number} meanwhile. Theirs and yours are together below: check and save."
        self.add_conflict(Conflict(told))

    def groups(self) -> list[dict[str, Any]]:
        """Return the domains with their fields and what the answers say about each."""
        names = dict(Domain.choices)
        return [
            {
                "title": names[code],
                "evidence": self.evidence.get(code, ()),
                "fields": [self[f"{code}_plan"], self[f"{code}_why_not"]],
            }
            for code in self.domains
        ]

    def pairs(self) -> list[forms.BoundField]:
        """Return the fields of the triggers with their answers."""
        return [self[f"{part}_{n}"] for n in range(1, TRIGGERS + 1) for part in ("trigger", "answer")]

    def habits(self) -> list[forms.BoundField]:
        """Return the fields of daily life."""
        return [self[f"habit_{code}"] for code in Habit.values]

    def content(self) -> dict[str, Any]:
        """Return the plan as it is kept."""
        said = {name: one.strip() if isinstance(one, str) else one for name, one in self.cleaned_data.items()}
        pairs = [[said[f"trigger_{n}"], said[f"answer_{n}"]] for n in range(1, TRIGGERS + 1)]
        return {
            "domains": {
                code: {part: said[f"{code}_{part}"] for part in ("plan", "why_not")} for code in self.domains
            },
            "ways": list(said["ways"]),
            "triggers": [pair for pair in pairs if any(pair)],
            **{name: [one.strip() for one in said[name].splitlines() if one.strip()]
               for name in ("early_signs", "first_answers")},
            "habits": {code: said[f"habit_{code}"] for code in Habit.values},
        }  # fmt: skip

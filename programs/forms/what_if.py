"""Any answer of the picture and any rating, to be tried in another way. Nothing here is ever saved."""

from collections.abc import Mapping
from typing import Any

from django import forms

from config.forms import ClearwayForm, Look
from intake.substances import SUBSTANCES
from programs.choices import Severity
from programs.rules.detox import DETOX
from programs.rules.inputs import Input, answered, inputs_of
from programs.rules.ratings import ANCHORS, FACTOR_NAMES
from programs.wording import GROUP_WORDS, key_words, one_value

GONE = "gone"
ADDED = "added_substance"
_LEFT_OPEN = ("", "Not known")
_HIGHEST = {"days_per_week": 7, "age": 130, "cows": 48, "ciwa": 67, "pawss": 10}
_WHOLE = ("cows", "ciwa", "ciwa_perceptual_max", "ciwa_orientation", "pawss", "prior_alcohol_sedative_wm")
_MOST = 1_000_000


class WhatIfForm(ClearwayForm):
    """One field for every input, filled with what is real; names are the dotted keys with `__` for dots.

    `picture` and `ratings` are the real ones; `changed()` gives both as they were tried.
    """

    mark_optional = False

    def __init__(
        self, *args: Any, picture: Mapping[str, Any], ratings: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.picture, self.real_ratings = picture, ratings
        self.inputs = {one.key: one for one in inputs_of(picture, DETOX)}
        self.codes = tuple(picture.get("substances", {}))
        for code in self.codes:
            self._add(f"substances.{code}.{GONE}", forms.BooleanField(label="As if it were not used"), False)
        for one in self.inputs.values():
            self._add(one.key, _field(one), _initial(one))
        options = [
            ("", "No other substance"),
            *((s.code, s.label) for s in SUBSTANCES if s.code not in self.codes),
        ]
        self._add(
            ADDED, forms.ChoiceField(label="As if this were used too, amounts not known", choices=options), ""
        )
        for key, name in FACTOR_NAMES.items():
            steps = [("", "Not rated"), *((str(n), f"{n}: {words}") for n, words in enumerate(ANCHORS[key]))]
            self._add(key, forms.ChoiceField(label=f"{key} {name}", choices=steps), str(ratings.get(key, "")))
        severity = forms.ChoiceField(label="How severe the use disorder is", choices=Severity.choices)
        self._add("sud", severity, ratings.get("sud", "unknown"))

    def _add(self, key: str, field: forms.Field, initial: Any) -> None:
        field.required = False
        field.initial = initial
        self.fields[key.replace(".", "__")] = field
        unit = getattr(field, "unit", "")
        self.ui = {**self.ui, key.replace(".", "__"): Look(suffix=unit, width=6)} if unit else self.ui

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields by what they are about, for the page."""
        found: dict[str, list[Any]] = {}
        for name in self.fields:
            found.setdefault(_group(name), []).append(self[name])
        return list(found.items())

    def changed(self) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """Return the picture and the ratings as tried, and the keys that differ from what is real."""
        picture, keys = dict(self.picture), []
        for key, one in self.inputs.items():
            value = _value(one, self.cleaned_data[key.replace(".", "__")])
            if not _same(one, value):
                picture = answered(picture, key, value)
                keys.append(key)
        uses = dict(picture.get("substances") or {})
        for code in self.codes:
            if self.cleaned_data[f"substances__{code}__{GONE}"]:
                uses.pop(code)
                keys.append(f"substances.{code}")
        if added := self.cleaned_data[ADDED]:
            uses[added] = {}
            keys.append(f"substances.{added}")
        tried = {key: self.cleaned_data[key] for key in FACTOR_NAMES}
        ratings = {key: int(value) for key, value in tried.items() if value}
        ratings["sud"] = self.cleaned_data["sud"] or "unknown"
        real = {"sud": "unknown", **self.real_ratings}
        keys += [key for key in (*FACTOR_NAMES, "sud") if ratings.get(key) != real.get(key)]
        if "remission_months" in real:
            ratings["remission_months"] = real["remission_months"]
        return {**picture, "substances": uses}, ratings, keys


def _field(one: Input) -> forms.Field:
    field = one.key.rpartition(".")[2]
    label = key_words(one.key)
    if one.steps[0].start is None:
        words = [(_text(step.value), one_value(one.key, step.value)) for step in one.steps]
        if isinstance(one.steps[0].value, bool):
            words = [("true", "Yes"), ("false", "No")]
        return forms.ChoiceField(label=label, choices=[_LEFT_OPEN, *words])
    high = {"ciwa_perceptual_max": 7, "ciwa_orientation": 4, **_HIGHEST}.get(field, _MOST)
    kind = forms.IntegerField if field in _WHOLE else forms.FloatField
    shown = f"{label}, hours ago" if field == "hours_since_last" else label
    return kind(label=shown, min_value=0, max_value=high)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _initial(one: Input) -> Any:
    if one.value is None:
        return ""
    return _text(one.value) if one.steps[0].start is None else one.value


def _value(one: Input, said: Any) -> Any:
    """Return what was tried as the rules read it; None for not known."""
    if said in ("", None):
        return None
    if isinstance(one.steps[0].value, bool):
        return said == "true"
    return said


def _same(one: Input, value: Any) -> bool:
    """Tell whether a value is what is real; while the page is open the hours since the last use go on."""
    if one.key.endswith("hours_since_last") and None not in (one.value, value):
        return abs(one.value - value) < 1
    return bool(value == one.value)


def _group(name: str) -> str:
    parts = name.split("__")
    if parts[0] == "substances" or name == ADDED:
        return key_words(f"substances.{parts[1]}") if len(parts) > 1 else "Another substance"
    if name in FACTOR_NAMES or name == "sud":
        return "Ratings"
    return GROUP_WORDS.get(parts[0], "Other answers")

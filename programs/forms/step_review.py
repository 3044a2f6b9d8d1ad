"""The form of a step-down review: what was seen, and what a clinician decides."""

from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from programs.choices import Level
from programs.choices_step_down import StepMove, UseSince, YesNo
from programs.forms.places import offer
from programs.rules.ratings import ANCHORS
from programs.rules.step_down import Seen
from programs.rules.transitions import following


def _choice(label: str, choices: Any, **more: Any) -> forms.ChoiceField:
    """A question that may stay without an answer."""
    known = [*choices, ("", "Not asked, or not known")]
    return forms.ChoiceField(label=label, choices=known, required=False, widget=forms.RadioSelect, **more)


class StepReviewForm(SubmitForm):
    """What a clinician saw since the last review. Until there is an answer it counts as not known."""

    ui = {
        "attendance": Look(suffix="%", width=4),
        "missed_weeks": Look(width=4),
        "flag": Look(inline=True),
        "home_plan": Look(inline=True),
        "home_worse": Look(inline=True),
        "agrees": Look(inline=True),
    }
    use = _choice("Use since the last review", UseSince.choices)
    f1 = _choice("Physical dependence now (F1)", [(str(n), f"{n}: {w}") for n, w in enumerate(ANCHORS["F1"])])
    flag = _choice("A new safety flag", YesNo.choices)
    attendance = forms.IntegerField(label="Sessions attended", required=False, min_value=0, max_value=100)
    missed_weeks = forms.IntegerField(label="Whole weeks missed", required=False, min_value=0, max_value=52)
    home_plan = _choice("A plan for home and support is in place", YesNo.choices)
    home_worse = _choice("Home or support has become worse", YesNo.choices)
    agrees = _choice("The person agrees to less care", YesNo.choices)
    move = forms.ChoiceField(
        label="What you decide", choices=StepMove.choices, required=False, widget=forms.RadioSelect
    )
    level = forms.ChoiceField(label="To which level, when it changes", required=False)
    reason = forms.CharField(
        label="Why, when you decide differently",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, care_level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark_optional = False
        self.care_level = care_level
        names = dict(Level.choices)
        offer(self, "level", [("", "Select a level"), *((one, names[one]) for one in following(care_level))])

    def seen(self, whole_period: bool) -> Seen:
        """Return what was seen; what has no answer is not known."""
        said = self.cleaned_data
        yes = {name: said[name] == "yes" if said[name] else None
               for name in ("flag", "home_plan", "home_worse", "agrees")}  # fmt: skip
        return Seen(
            level=self.care_level,
            whole_period=whole_period,
            use=said["use"] or None,
            f1=int(said["f1"]) if said["f1"] else None,
            attendance=said["attendance"],
            missed_weeks=said["missed_weeks"],
            **yes,
        )

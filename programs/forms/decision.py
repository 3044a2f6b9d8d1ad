"""Rating, deciding and signing. Nothing is preselected, so that the suggestion doesn't decide."""

from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms

from config.forms import ClearwayForm, Look, SubmitForm
from programs.actions.determinations import Choice
from programs.choices import ClearanceSource, Outcome, Severity
from programs.forms.places import offer
from programs.rules.ratings import ANCHORS, FACTOR_NAMES

YES_NO = (("yes", "Yes"), ("no", "No"))
ASK = "ask"


class RatingForm(SubmitForm):
    """F1 to F5 with their anchors, and how severe the use disorder is. What isn't rated stays unknown."""

    mark_optional = False
    ui = {"remission_months": Look(suffix="months", width=4), "sud": Look(inline=True)}

    sud = forms.ChoiceField(
        label="Use disorder, as you see it",
        choices=Severity.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    remission_months = forms.IntegerField(
        label="In remission for", required=False, min_value=0, max_value=1200
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rated = {}
        for name, label in FACTOR_NAMES.items():
            steps = [(str(step), f"{step}: {anchor}") for step, anchor in enumerate(ANCHORS[name])]
            rated[name] = forms.TypedChoiceField(
                label=f"{name} {label}",
                choices=steps,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields = {**rated, **self.fields}

    def layout(self) -> Layout:
        """Two columns on wide screens."""
        left = Div("F1", "F3", "F5", css_class="col-lg-6")
        right = Div("F2", "F4", "sud", "remission_months", css_class="col-lg-6")
        return Layout(Div(left, right, css_class="row"))

    def ratings(self) -> dict[str, Any]:
        """Return what was rated."""
        names = (*FACTOR_NAMES, "sud", "remission_months")
        return {n: v for n in names if (v := self.cleaned_data[n]) not in (None, "")}


class DecisionForm(ClearwayForm):
    """The clinician's choice. What each choice needs is checked by the action's rules."""

    mark_optional = False

    recommendation = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label="Your decision",
        choices=[
            (Outcome.AGREE, Outcome.AGREE.label),
            (Outcome.OTHER, Outcome.OTHER.label),
            (ASK, "Ask for more answers"),
            (Outcome.REFER, Outcome.REFER.label),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select your decision"},
    )
    level = forms.ChoiceField(
        label="Level of care, if you choose another",
        required=False,
        help_text="“Medical detox” alone: at a partner; care after it is decided later.",
    )
    detox_first = forms.ChoiceField(
        label="Medical detox first?",
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
        help_text="Needed for another level, and when the rules leave it to you.",
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when you don't agree, and when IOP or outpatient care begins right after detox: "
        "at least 20 characters. This stays in the record.",
    )
    in_person = forms.CharField(
        label="Who saw the person face to face, where and when",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed only to decide below an emergency.",
    )
    clearance_from = forms.ChoiceField(
        label="Medical clearance needed from",
        choices=[("", "Not decided yet"), *ClearanceSource.choices],
        required=False,
    )
    question = forms.CharField(
        label="What do you need to know?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed to ask for more answers. Admissions staff read this.",
    )

    def __init__(self, *args: Any, levels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "level", [("", "Select a level"), *levels])

    def clean(self) -> dict:
        """A question goes with asking."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == ASK and not (cleaned.get("question") or "").strip():
            self.add_error("question", "Write what you need to know")
        return cleaned

    def choice(self) -> Choice:
        """Return the decision as the action takes it."""
        said = self.cleaned_data
        return Choice(
            outcome=said["outcome"],
            level=said["level"],
            detox_first={"yes": True, "no": False}.get(said["detox_first"]),
            reason=said["reason"],
            in_person=said["in_person"],
            clearance_from=said["clearance_from"],
        )

    def carried(self) -> list[tuple[str, str]]:
        """Return (name, value) of every field, for the hidden fields of the confirm page."""
        return [(name, self.data.get(name, "")) for name in self.fields]


class SignForm(SubmitForm):
    """Two-step signing: the typed name and the tick."""

    typed_name = forms.CharField(label="Your name, typed", max_length=80)
    signed = forms.BooleanField(
        label="I have read what is known, and I sign this decision",
        error_messages={"required": "Tick that you sign"},
    )

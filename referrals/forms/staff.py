"""Forms that staff fill in about a need and an offer."""

from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from records.choices import Sex
from referrals.choices import Level, Medication, MessageKind, Outcome, Payer, Withdrawal
from referrals.forms.answers import TimedForm
from referrals.forms.fields import CenterTimeField

PREGNANT = (("yes", "Yes"), ("possible", "It is possible"), ("no", "No"), ("unknown", "Not known"))
LANGUAGES = (("en", "English"), ("es", "Spanish"), ("other", "Another, with an interpreter"))
ANSWER_HOURS = ((1, "1 hour"), (2, "2 hours"), (4, "4 hours"), (8, "8 hours"), (24, "24 hours"))
WITHOUT_RETURN = ("placed_elsewhere", "left_early", "person_declined")
_MANY = forms.CheckboxSelectMultiple


class NeedForm(SubmitForm):
    """What a partner must be able to do. Filled from the assessment; staff may correct it."""

    ui = {"age": Look(suffix="years", width=4)}
    level = forms.ChoiceField(label="What is needed", choices=Level.choices)
    withdrawal = forms.MultipleChoiceField(
        label="Withdrawal from", choices=Withdrawal.choices, widget=_MANY, required=False
    )
    medications = forms.MultipleChoiceField(
        label="Medicines to go on with", choices=Medication.choices, widget=_MANY, required=False
    )
    payer = forms.ChoiceField(label="Payment", choices=[("", "Not known"), *Payer.choices], required=False)
    pregnant = forms.ChoiceField(label="Pregnant", choices=PREGNANT, widget=forms.RadioSelect)
    age = forms.IntegerField(label="Age", min_value=0, max_value=130, required=False)
    sex = forms.ChoiceField(label="Sex, for the unit", choices=Sex.choices)
    language = forms.ChoiceField(label="Language", choices=LANGUAGES)
    at_night = forms.BooleanField(label="Would arrive at night", required=False)
    travel = forms.CharField(
        label="Travel", required=False, help_text="For example: can arrive from 6 am, has a ride."
    )
    notes = forms.CharField(
        label="Also on the card",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Partners read this before they accept, when the consent covers all of the card. "
        "Do not write a name or anything that identifies.",
    )

    def need(self, before: dict) -> dict:
        """Return the changed need; what has no field here stays as it was."""
        given = {name: self.cleaned_data[name] for name in self.fields if name != "submit_key"}
        return {**before, **given, "payer": given["payer"] or None}


class SendForm(SubmitForm):
    """Whom to ask, and by when they should answer. The page draws the partners itself."""

    facilities = forms.MultipleChoiceField(
        label="Partners",
        widget=_MANY,
        error_messages={"required": "Select at least one partner to send to"},
    )
    answer_hours = forms.TypedChoiceField(
        label="They should answer within", choices=ANSWER_HOURS, coerce=int, initial=4
    )

    def __init__(self, *args: Any, facility_ids: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners: Any = self.fields["facilities"]
        partners.choices = [(one, one) for one in facility_ids]


class SendAgainForm(TimedForm):
    """A new answer time for a partner that was paused or waitlisted."""

    times = {"answer_due_at": 3}
    answer_due_at = CenterTimeField(label="They should answer by")


class HoldForm(TimedForm):
    """Until when an offer rests."""

    times = {"review_at": 12}
    review_at = CenterTimeField(label="Look at it again at")


class ConfirmForm(SubmitForm):
    """Nothing to fill in: the page says what will happen."""


class CloseOfferForm(SubmitForm):
    """Why an accepted offer ends without a return."""

    outcome = forms.ChoiceField(
        label="What happened",
        choices=[one for one in Outcome.choices if one[0] in WITHOUT_RETURN],
        widget=forms.RadioSelect,
    )


class CloseReferralForm(SubmitForm):
    """How a referral ended."""

    outcome = forms.ChoiceField(label="How it ended", choices=Outcome.choices, widget=forms.RadioSelect)


class ReplyForm(SubmitForm):
    """Our answer to a partner's question."""

    text = forms.CharField(
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Before they accept, do not write anything that identifies the person.",
    )


class ContactForm(SubmitForm):
    """A call with a partner, or a fax sent."""

    kind = forms.ChoiceField(
        label="What",
        choices=[(MessageKind.CALL, "Phone call"), (MessageKind.FAX, "Fax sent")],
        widget=forms.RadioSelect,
        initial=MessageKind.CALL,
    )
    text = forms.CharField(
        label="What was said or sent",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: faxed 3 pages, confirmation received.",
    )

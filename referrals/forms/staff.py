"""Forms that staff fill in about a need and an offer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from config.forms import Look, SubmitForm
from records.choices import Sex
from referrals.choices import (
    Access,
    ChosenBecause,
    ContactOutcome,
    Level,
    Medication,
    MessageKind,
    NoMatchStep,
    Outcome,
    Payer,
    PayerFrom,
    Withdrawal,
)
from referrals.forms.answers import TimedForm
from referrals.forms.fields import CenterTimeField
from referrals.models import FacilityContact
from referrals.rules.marks import mark_of
from referrals.rules.samhsa import GROUP_LABELS

PREGNANT = (("yes", "Yes"), ("possible", "It is possible"), ("no", "No"), ("unknown", "Not known"))
LANGUAGES = (("en", "English"), ("es", "Spanish"), ("other", "Another, with an interpreter"))
ANSWER_HOURS = ((1, "1 hour"), (2, "2 hours"), (4, "4 hours"), (8, "8 hours"), (24, "24 hours"))
WITHOUT_RETURN = ("placed_elsewhere", "left_early", "person_declined")
_MANY = forms.CheckboxSelectMultiple
READ_OUT = "I read it on the phone"


class NeedForm(SubmitForm):
    """What a partner must be able to do. Filled from the assessment; staff may correct it."""

    ui = {
        "age": Look(suffix="years", width=4),
        "zip": Look(width=6),
        "max_miles": Look(suffix="miles", width=4),
    }
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
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
    zip = forms.RegexField(
        r"^[0-9]{5}$",
        label="ZIP code where the person is",
        required=False,
        error_messages={"invalid": "Enter the 5 digits of the ZIP code"},
        help_text="For the distance. Partners do not see it.",
    )
    max_miles = forms.IntegerField(
        label="At most this far",
        min_value=1,
        max_value=3000,
        required=False,
        help_text="Straight-line miles. Leave empty when the person would go anywhere.",
    )
    co_occurring = forms.BooleanField(label="Mental health care is needed too", required=False)
    access = forms.MultipleChoiceField(label="Access", choices=Access.choices, widget=_MANY, required=False)
    groups = forms.MultipleChoiceField(
        label="Would like a program for", choices=[*GROUP_LABELS.items()], widget=_MANY, required=False
    )
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
        given = {name: self.cleaned_data[name] for name in self.fields if name not in ("submit_key", "seen")}
        payer = given["payer"] or None
        told = before.get("payer_from") if payer == before.get("payer") else PayerFrom.STAFF.value
        return {**before, **given, "payer": payer, "payer_from": told}

    def differing(self, now: dict) -> str:
        """Return the labels of what stands otherwise than typed, and let saving again keep what is typed."""
        self.show(seen=mark_of(now))
        names = (name for name in self.fields if name not in ("submit_key", "seen"))
        return ", ".join(
            str(self.fields[name].label) for name in names if now.get(name) != self.cleaned_data[name]
        )

    def clean(self) -> dict[str, Any]:
        """Demand the place from which a distance is measured."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("max_miles") and not given.get("zip") and "zip" not in self.errors:
            self.add_error("zip", "Enter the ZIP code that the distance is measured from")
        return given


class NobodyForm(TimedForm):
    """What happens next when no partner fits, and by when."""

    times = {"due_at": 1}
    what = forms.ChoiceField(
        label="What happens next",
        choices=NoMatchStep.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what happens next"},
    )
    due_at = CenterTimeField(label="By when")


def code_field(contacts: list[FacilityContact]) -> forms.ChoiceField:
    """Return the choice of how a partner gets its code: read out, or mailed to one of these contacts."""
    others = [(str(one.pk), f"Send it to {contact_words(one)}") for one in contacts]
    return forms.ChoiceField(label="The code", choices=[("", READ_OUT), *others], required=False)


def contact_words(contact: FacilityContact) -> str:
    """Say who a contact is, as role, name and address."""
    return ", ".join(part for part in (str(contact.get_role_display()), contact.name, contact.reach) if part)


class NewLinkForm(SubmitForm):
    """How the code of a new link reaches the partner; nothing to choose when nobody there gets mail."""

    mark_optional = False

    def __init__(self, *args: Any, contacts: list[FacilityContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if contacts:
            self.fields["code_to"] = code_field(contacts)

    def code_to(self) -> UUID | None:
        """Return the contact that gets the code, or None when it is read out."""
        given = self.cleaned_data.get("code_to")
        return UUID(given) if given else None


class SendForm(SubmitForm):
    """Whom to ask, how each gets its code, and by when to answer. The page draws the partners itself."""

    mark_optional = False
    facilities = forms.MultipleChoiceField(
        label="Partners",
        widget=_MANY,
        error_messages={"required": "Select at least one partner to send to"},
    )
    answer_hours = forms.TypedChoiceField(
        label="They should answer within", choices=ANSWER_HOURS, coerce=int, initial=4
    )
    because = forms.ChoiceField(
        label="Why not the first of the list",
        choices=[("", "The first, or nobody else can be asked"), *ChosenBecause.choices],
        required=False,
        help_text="Needed when one stands before your choice that has a consent and was not asked yet.",
    )
    because_note = forms.CharField(label="Note", max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        facility_ids: list[str],
        contacts: Mapping[UUID, list[FacilityContact]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        partners: Any = self.fields["facilities"]
        partners.choices = [(one, one) for one in facility_ids]
        self.by_mail = {facility: f"code_{facility}" for facility in contacts}
        for facility, name in self.by_mail.items():
            self.fields[name] = code_field(contacts[facility])

    def code_to(self) -> dict[UUID, UUID]:
        """Return which contact gets the code of which partner; partners that are not in it are read out."""
        given = {facility: self.cleaned_data[name] for facility, name in self.by_mail.items()}
        return {facility: UUID(contact) for facility, contact in given.items() if contact}


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

    outcome = forms.ChoiceField(
        label="How it ended",
        choices=[one for one in Outcome.choices if one[0] != Outcome.RETURNED],
        help_text="Who comes back to us is admitted: that ends the referral by itself.",
        widget=forms.RadioSelect,
    )


class ReplyForm(SubmitForm):
    """Our answer to a partner's question."""

    text = forms.CharField(
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Before they accept, do not write anything that identifies the person.",
    )


class ContactForm(SubmitForm):
    """A call with a partner, or a fax sent: what came of it, and when the next contact is due."""

    kind = forms.ChoiceField(
        label="What",
        choices=[(MessageKind.CALL, "Phone call"), (MessageKind.FAX, "Fax sent")],
        widget=forms.RadioSelect,
        initial=MessageKind.CALL,
    )
    outcome = forms.ChoiceField(
        label="What came of the call",
        choices=ContactOutcome.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=ContactOutcome.REACHED,
    )
    said_by = forms.CharField(label="Who you spoke with", max_length=80, required=False)
    text = forms.CharField(
        label="What was said or sent",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: eats and sleeps, discharge stays Thursday. Or: faxed 3 pages, confirmed.",
    )
    expected_back_on = forms.DateField(
        label="Day they expect to discharge them", required=False, widget=forms.DateInput
    )
    next_contact_at = CenterTimeField(
        label="Next contact due", required=False, help_text="Empty: by the rules, within a day."
    )


class CallForm(ContactForm):
    """A call logged from the board in one step."""

    kind = forms.CharField(widget=forms.HiddenInput, initial=MessageKind.CALL)

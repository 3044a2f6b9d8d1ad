"""Forms of the registers behind the door: legal requests, court orders, subpoenas, agreements, sharing."""

from datetime import datetime
from typing import Any

from django import forms

from config.clock import center_day
from config.fields import Look
from config.forms import ClearwayForm, SubmitForm
from records.choices import Category, Medium
from records.choices_door import (
    AgreementKind,
    LegalOutcome,
    LegalRequestKind,
    MandateKind,
    OrderKind,
    Term,
)
from records.models import Agreement, CourtOrder, Recipient
from records.queries import recipients_to_name

PAPER = "PDF, JPEG or PNG, up to 10 MB."
FILE = {"accept": "application/pdf,image/jpeg,image/png"}
NO_FILE = {"required": "Choose the scanned copy", "missing": "Choose the scanned copy"}


class LegalArrivedForm(SubmitForm):
    """What arrived, from whom, and until when; nobody is looked up."""

    ui = {"answer_by": Look(width=10)}

    kind = forms.ChoiceField(
        label="What arrived?", choices=LegalRequestKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what arrived"},
    )  # fmt: skip
    asker = forms.CharField(
        label="Who brings or sends it?", help_text="Name, office and a number to call back.", max_length=300,
        error_messages={"required": "Enter who brings or sends it"},
    )  # fmt: skip
    about = forms.CharField(
        label="Whom does it name?", help_text="As written on it. Nobody is looked up.", max_length=200,
        required=False,
    )  # fmt: skip
    answer_by = forms.DateField(label="Answer until", widget=forms.DateInput, required=False)
    note = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, required=False
    )


class LegalOutcomeForm(ClearwayForm):
    """How a legal request ended."""

    outcome = forms.ChoiceField(
        label="How did it end?", choices=LegalOutcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how it ended"},
    )  # fmt: skip


class ReferenceForm(ClearwayForm):
    """The reference of the record whose register is opened."""

    reference = forms.CharField(
        label="Reference of the record", help_text="Like JH-7K3MA", max_length=20,
        error_messages={"required": "Enter the reference"},
    )  # fmt: skip


class _Receives(SubmitForm):
    """Who receives it: somebody of the directory, or somebody new by name."""

    mark_optional = False

    recipient = forms.ModelChoiceField(
        label="Who receives it", queryset=Recipient.objects.none(), empty_label="Select", required=False
    )
    new_recipient = forms.CharField(
        label="Or somebody new", help_text="The name of the court, office or organisation.", max_length=120,
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = recipients_to_name()


def _categories(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=Category.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one kind of information"},
    )  # fmt: skip


class OrderForm(_Receives):
    """A court order as it is written; the scanned copy comes with it."""

    kind = forms.ChoiceField(
        label="Under which section is it?", choices=OrderKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select the section"},
    )  # fmt: skip
    court = forms.CharField(label="Court", max_length=160, error_messages={"required": "Enter the court"})
    case_number = forms.CharField(
        label="Case number", max_length=80, error_messages={"required": "Enter the case number"}
    )
    ordered_on = forms.DateField(label="Day of the order", widget=forms.DateInput)
    valid_until = forms.DateField(label="Last day", widget=forms.DateInput)
    categories = _categories("What it lets us disclose")
    notice_given = forms.BooleanField(label="Notice of the request was given", required=False)
    opportunity_given = forms.BooleanField(label="There was an opportunity to respond", required=False)
    covers_counseling_notes = forms.BooleanField(label="It names counseling notes expressly", required=False)
    file = forms.FileField(
        label="Scanned copy", help_text=PAPER, widget=forms.FileInput(attrs=FILE), error_messages=NO_FILE
    )

    def facts(self) -> dict[str, Any]:
        """Return what the register keeps of the order itself."""
        names = (
            "kind", "court", "case_number", "ordered_on", "valid_until", "notice_given", "opportunity_given",
            "covers_counseling_notes",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class MandateForm(_Receives):
    """A subpoena or similar mandate, with the court order that it goes with when that is here."""

    order = forms.ModelChoiceField(
        label="It goes with this court order", queryset=CourtOrder.objects.none(), required=False,
        empty_label="No court order is here", help_text="Without one it opens nothing.",
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="What is it?", choices=MandateKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what it is"},
    )  # fmt: skip
    number = forms.CharField(
        label="Its number", max_length=80, error_messages={"required": "Enter its number"}
    )
    issued_on = forms.DateField(label="Day it was issued", widget=forms.DateInput)
    valid_until = forms.DateField(
        label="Last day", help_text="The day by which it asks for an answer.", widget=forms.DateInput
    )
    file = forms.FileField(
        label="Scanned copy", help_text=PAPER, widget=forms.FileInput(attrs=FILE), error_messages=NO_FILE
    )

    def __init__(self, *args: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].queryset = orders
        self.fields["order"].label_from_instance = lambda one: f"{one.court}, {one.case_number}"

    def facts(self) -> dict[str, Any]:
        """Return what the register keeps of the mandate itself."""
        return {name: self.cleaned_data[name] for name in ("kind", "number", "issued_on", "valid_until")}


class JoinForm(ClearwayForm):
    """The court order that a subpoena goes with; only those about the same person and receiver."""

    order = forms.ModelChoiceField(
        label="It goes with this court order", queryset=CourtOrder.objects.none(), empty_label="Select",
        error_messages={"required": "Select the court order"},
    )  # fmt: skip

    def __init__(self, *args: Any, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].queryset = orders
        self.fields["order"].label_from_instance = lambda one: f"{one.court}, {one.case_number}"


class AgreementForm(_Receives):
    """A signed agreement: with whom, for what, what it says, from and until when."""

    kind = forms.ChoiceField(
        label="What is it for?", choices=AgreementKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what it is for"},
    )  # fmt: skip
    scope = forms.CharField(
        label="Scope", help_text="The service, audit or study, in a sentence.", max_length=500,
        error_messages={"required": "Enter the scope"},
    )  # fmt: skip
    categories = _categories("What it covers")
    terms = forms.MultipleChoiceField(
        label="What it says in writing", choices=Term.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the agreement says"},
    )  # fmt: skip
    starts_on = forms.DateField(label="First day", widget=forms.DateInput)
    ends_on = forms.DateField(label="Last day", widget=forms.DateInput)
    file = forms.FileField(
        label="Signed paper", help_text=PAPER, widget=forms.FileInput(attrs=FILE), error_messages=NO_FILE
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].label = "With whom"
        self.fields["starts_on"].initial = center_day(now)


class ShareForm(SubmitForm):
    """What of a chart to share, and how; nothing is ticked."""

    ui = {"medium": Look(inline=True)}

    sections = forms.MultipleChoiceField(
        label="What to share", help_text="Only what is needed.", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what to share"},
    )  # fmt: skip
    medium = forms.ChoiceField(
        label="How", choices=[(Medium.PRINT, "Printed"), (Medium.FAX, "Fax")], widget=forms.RadioSelect,
        error_messages={"required": "Select how it is shared"},
    )  # fmt: skip

    def __init__(self, *args: Any, available: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [(one.value, one.label) for one in Category if one in available]


class AgreementShareForm(ShareForm):
    """On which agreement to share, what, and how."""

    agreement = forms.ModelChoiceField(
        label="On which agreement", queryset=Agreement.objects.none(), empty_label="Select",
        error_messages={"required": "Select the agreement"},
    )  # fmt: skip
    field_order = ("agreement", "sections", "medium", "submit_key")

    def __init__(self, *args: Any, agreements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = agreements
        self.fields["agreement"].label_from_instance = lambda one: (
            f"{one.recipient.called}: {one.get_kind_display()}, until {one.ends_on:%Y-%m-%d}"
        )

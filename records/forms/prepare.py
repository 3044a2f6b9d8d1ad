"""The form that drafts a consent: only the fields that its use needs, and nothing ticked beforehand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms

from config.clock import center_day
from config.forms import SubmitForm
from records.actions.drafting import OPEN_ENDS, Details
from records.choices import (
    Category,
    ClassRole,
    ConsentKind,
    Language,
    LegalStatus,
    Purpose,
    RecipientKind,
    Signer,
)
from records.consent_seal import is_minor_now, minor_rule
from records.consent_texts import END_NONE, END_STUDY, END_TREATMENT
from records.models import Document, Person, Recipient
from records.queries import recipients_to_name
from records.rules import signers

LASTS = timedelta(days=90)
DAY = "day"
ENDS = {
    DAY: "On the last day entered below",
    END_TREATMENT: "When the person's treatment here ends",
    END_NONE: "It has no end; it lasts until the person takes it back",
    END_STUDY: "When the research study ends",
}
CARE = (RecipientKind.FACILITY, RecipientKind.PRESCRIBER, RecipientKind.PAYER, RecipientKind.OTHER)
ANY_OFFICE = (*CARE, RecipientKind.COURT)


@dataclass(frozen=True)
class Use:
    """What a consent is for, in plain words; its kind; and which fields its form has."""

    kind: ConsentKind
    words: str
    hint: str
    fields: tuple[str, ...]
    receivers: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


_ASK = ("offered", "expires_on", "language", "interpreter")
USES = {
    "specific": Use(
        ConsentKind.SPECIFIC, "Share records with one facility, doctor or office",
        "The usual one. It names them.",
        ("recipient", "others", "purposes", *_ASK), ANY_OFFICE,
        (Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS, Purpose.REQUEST),
    ),
    "presence": Use(
        ConsentKind.CONFIRM_PRESENCE, "Let a relative or friend know that the person is in contact with us",
        "Only that, and nothing else.", ("helper_name", "expires_on", "language", "interpreter"),
    ),
    "family": Use(
        ConsentKind.SPECIFIC, "Tell a relative or friend more than that", "The person chooses what.",
        ("helper_name", *_ASK),
    ),
    "tpo": Use(
        ConsentKind.TPO_SINGLE, "Share with all who treat the person, pay, or help to run the program",
        "One consent for all of it. Each receiver is confirmed before anything goes to them.",
        ("offered", "ends", "expires_on", "language", "interpreter"),
    ),
    "exchange": Use(
        ConsentKind.INTERMEDIARY, "Share through a health information exchange",
        "It names the exchange and who receives the records through it.",
        ("recipient", "participants", "purposes", *_ASK), (RecipientKind.EXCHANGE,),
        (Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS, Purpose.REQUEST),
    ),
    "proceedings": Use(
        ConsentKind.PROCEEDINGS, "Use records in a court case or another proceeding",
        "It stands alone and can't be joined with another.",
        ("recipient", "others", "matter", *_ASK), (RecipientKind.COURT,),
    ),
    "supervision": Use(
        ConsentKind.CRIMINAL_JUSTICE, "Report to a court, probation or parole that sent the person here",
        "Only for those who supervise the person.",
        ("recipient", "others", "matter", "offered", "event", "expires_on", "language", "interpreter"),
        (RecipientKind.COURT,),
    ),
    "research": Use(
        ConsentKind.RESEARCH, "Take part in a research study", "It names the study.",
        ("recipient", "matter", "offered", "ends", "expires_on", "language", "interpreter"),
        (RecipientKind.RESEARCHER,),
    ),
    "notes": Use(
        ConsentKind.COUNSELING_NOTES, "Share counseling notes",
        "It stands alone. Care never depends on it.",
        ("recipient", "purposes", "expires_on", "language", "interpreter"),
        (RecipientKind.FACILITY, RecipientKind.PRESCRIBER, RecipientKind.OTHER),
        (Purpose.TREATMENT, Purpose.REQUEST),
    ),
}  # fmt: skip
SIGNERS = {
    "person": "The person",
    "representative": "A personal representative of the person",
    "court": "Somebody appointed by a court for the person",
    "person+parent": "The person and a parent, both",
    "person+guardian": "The person and a guardian, both",
}
STANDS_ALONE = "This consent has one use only. Prepare another one for anything else."
_SIGNER_FIELDS = ("signers", "signer_name", "signer_evidence", "evidence_document")


class DocumentChoice(forms.ModelChoiceField):
    """A stored file, by what it is and when it was stored."""

    def label_from_instance(self, obj: Any) -> str:
        """Return words that say nothing of its content."""
        return f"{obj.get_kind_display()}, {obj.uploaded_at:%d %b %Y}"


class PrepareForm(SubmitForm):
    """Who may receive what, why, and until when. `use` is one of USES."""

    extra_fields: tuple[str, ...] = ()

    recipient = forms.ModelChoiceField(
        label="Who may receive it",
        queryset=Recipient.objects.none(),
        empty_label="Select",
        error_messages={
            "required": "Select who may receive it",
            "invalid_choice": "Select who may receive it",
        },
    )
    others = forms.ModelMultipleChoiceField(
        label="Also name",
        help_text="Name others now, if the person wants to be asked once.",
        queryset=Recipient.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    helper_name = forms.CharField(
        label="Full name of the relative or friend",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the name of who may be told"},
    )
    participants = forms.CharField(
        label="Who receives it through the exchange",
        help_text="One on each line.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": "Enter who receives it through the exchange"},
    )
    matter = forms.CharField(
        label="What it is about",
        help_text="Which proceeding, case or study: its name or number.",
        max_length=200,
        error_messages={"required": "Enter which proceeding, case or study it is about"},
    )
    purposes = forms.MultipleChoiceField(
        label="Why it is shared",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select why it is shared"},
    )
    offered = forms.MultipleChoiceField(
        label="What the person will be asked about",
        help_text="Only what the receiver needs. The person chooses among these, one by one.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the person will be asked about"},
    )
    event = forms.CharField(
        label="Until which event it is needed",
        help_text="Such as: the end of probation in case 12. It ends then, or on the last day.",
        max_length=200,
        error_messages={"required": "Enter the event until which it is needed"},
    )
    ends = forms.ChoiceField(
        label="When it ends",
        widget=forms.RadioSelect,
        error_messages={"required": "Select when it ends"},
    )
    expires_on = forms.DateField(
        label="Last day",
        help_text="Within one year. It ends when this day ends.",
        widget=forms.DateInput,
        error_messages={"required": "Enter the last day"},
    )
    language = forms.ChoiceField(
        label="Language of the page to sign", choices=Language.choices, widget=forms.RadioSelect
    )
    interpreter = forms.CharField(
        label="Interpreter",
        help_text="Name, or service and number, if somebody interprets.",
        max_length=120,
        required=False,
    )
    signers = forms.ChoiceField(
        label="Who signs", widget=forms.RadioSelect, error_messages={"required": "Select who signs"}
    )
    signer_name = forms.CharField(
        label="Full name of who signs for or with the person",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    signer_evidence = forms.CharField(
        label="How we know that they may sign",
        help_text="Which document was seen: its kind, number and date.",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence_document = DocumentChoice(
        label="Copy on file", queryset=Document.objects.none(), required=False, empty_label="None"
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        now: datetime,
        use: str = "specific",
        ask_signer: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.use, self.person = USES[use], person
        self._choices(now)
        self._signers(now, ask_signer)
        kept = {*self.use.fields, *self.signer_fields, *self.extra_fields, "submit_key"}
        kept -= {"others"} if self.alone else set()
        for name in [one for one in self.fields if one not in kept]:
            del self.fields[name]

    def _choices(self, now: datetime) -> None:
        names = recipients_to_name().filter(kind__in=self.use.receivers)
        self.fields["recipient"].queryset = names
        self.fields["others"].queryset = names
        self.alone = not names[1:2]
        self.fields["purposes"].choices = [(one, Purpose(one).label) for one in self.use.purposes]
        self.fields["offered"].choices = [
            one for one in Category.choices if one[0] != Category.COUNSELING_NOTES
        ]
        open_ends = OPEN_ENDS.get(self.use.kind, ())
        self.fields["ends"].choices = [(one, ENDS[one]) for one in (DAY, *open_ends)]
        self.fields["expires_on"].initial = None if open_ends else center_day(now) + LASTS
        self.fields["expires_on"].required = not open_ends
        self.fields["language"].initial = self.person.language

    def _signers(self, now: datetime, ask: bool) -> None:
        """Ask who signs only where there is a choice: the person is the rule."""
        minor = is_minor_now(self.person, center_day(now))
        choices = signers.allowed(minor, minor_rule())
        codes = [one.first + (f"+{one.second}" if one.second else "") for one in choices]
        self.signer_fields = _SIGNER_FIELDS if len(codes) > 1 and (ask or minor) else ()
        self.fields["signers"].choices = [(one, SIGNERS[one]) for one in codes]
        files = Document.objects.filter(person=self.person).defer("content")
        self.fields["evidence_document"].queryset = files

    def clean(self) -> dict[str, Any]:
        """Ask for what a choice makes necessary; refuse a second use instead of dropping it (42 CFR 2.31)."""
        given = super().clean()
        if any(name in self.data and name not in self.fields for name in ("purposes", "offered")):
            self.add_error(None, STANDS_ALONE)
        ends = given.get("ends")
        if ends == DAY and not given.get("expires_on") and "expires_on" not in self.errors:
            self.add_error("expires_on", "Enter the last day")
        if given.get("signers") not in (None, Signer.PERSON):
            if not given.get("signer_name"):
                self.add_error("signer_name", "Enter the full name of who signs")
            if not given.get("signer_evidence"):
                self.add_error("signer_evidence", "Enter how we know that they may sign")
        return given

    def recipients(self) -> list[Recipient]:
        """Return every organisation to be named, each once."""
        given = self.cleaned_data
        first = [given["recipient"]] if given.get("recipient") else []
        return list(dict.fromkeys([*first, *given.get("others", ())]))

    def details(self) -> Details:
        """Return what only some consents say."""
        given = self.cleaned_data
        first, _plus, second = (given.get("signers") or "person").partition("+")
        other = first != Signer.PERSON or bool(second)
        ends = given.get("ends")
        return Details(
            event=ends if ends and ends != DAY else given.get("event", ""),
            matter=given.get("matter", ""),
            participants=tuple(given.get("participants", "").splitlines()),
            signer=first,
            cosigner=second,
            signer_name=given.get("signer_name", "") if other else "",
            signer_evidence=given.get("signer_evidence", "") if other else "",
            evidence_document=given.get("evidence_document") if other else None,
            interpreter=given.get("interpreter", ""),
        )

    def last_day(self) -> Any:
        """Return the last day, or None when it ends with an event alone."""
        return self.cleaned_data["expires_on"] if self.cleaned_data.get("ends", DAY) == DAY else None


_LISTED_ELSEWHERE = (RecipientKind.HELPER, RecipientKind.FACILITY)


class RecipientForm(SubmitForm):
    """An organisation for the directory of those whom consents can name."""

    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Enter the name of the organisation"}
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=[(one.value, one.label) for one in RecipientKind if one not in _LISTED_ELSEWHERE],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it is"},
    )
    legal_status = forms.ChoiceField(
        label="What it is under the law",
        help_text="Decides how it may pass records on. Ask the privacy officer when you don't know.",
        choices=LegalStatus.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it is under the law"},
    )


class ConfirmationForm(SubmitForm):
    """Who is one of the person's treating providers or payers, and how we know."""

    recipient = forms.ModelChoiceField(
        label="Receiver",
        queryset=Recipient.objects.none(),
        empty_label="Select",
        error_messages={"required": "Select the receiver", "invalid_choice": "Select the receiver"},
    )
    role = forms.ChoiceField(
        label="What it is to the person",
        choices=ClassRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it is to the person"},
    )
    reason = forms.CharField(
        label="How we know",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=400,
        error_messages={"required": "Enter how we know"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (RecipientKind.FACILITY, RecipientKind.PRESCRIBER, RecipientKind.PAYER)
        self.fields["recipient"].queryset = recipients_to_name().filter(kind__in=kinds)

"""The forms of the public pages. They look nothing up."""

from typing import Any

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config import clock
from config.forms import SubmitForm
from intake.choices_contact import Danger, MessageRule, Observed, Suspicion, When, Who
from intake.rules.phone import read_phone

FASTEST_SECONDS = 3
SALT = "public form"


def shown_now() -> str:
    """Return a signed note of when the page was shown (wall clock)."""
    return signing.dumps(int(clock.real_now().timestamp()), salt=SALT)


def clean_phone(text: str) -> dict[str, str]:
    """Return {"phone": E.164, "extension": digits}. Raises ValidationError."""
    phone = read_phone(text)
    if phone is None:
        raise ValidationError(_("Phone number must have 10 digits, like 804 555 0123"), code="phone")
    return {"phone": phone.number, "extension": phone.extension}


def danger_field() -> forms.ChoiceField:
    """The first question of every public form."""
    return forms.ChoiceField(
        label=_("Is anyone in danger right now?"),
        choices=Danger.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select if anyone is in danger right now")},
    )


class TrapMixin(forms.Form):
    """A field that people don't see, and when the page was shown. Neither ever refuses anybody."""

    website = forms.CharField(
        label="Website",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput, initial=shown_now, max_length=200)

    def trap(self) -> Div:
        """The hidden field's place in a layout."""
        return Div("website", css_class="trap", aria_hidden="true")

    def suspicion(self) -> str:
        """Say why this may come from a machine; empty for people."""
        if self.data.get("website"):
            return str(Suspicion.TRAP)
        try:
            shown = signing.loads(self.data.get("shown") or "", salt=SALT)
        except signing.BadSignature:
            return str(Suspicion.FAST)
        quick = clock.real_now().timestamp() - shown < FASTEST_SECONDS
        return str(Suspicion.FAST if quick else Suspicion.NONE)

    def forgive_traps(self) -> None:
        """Drop complaints about fields that nobody sees."""
        for name in ("website", "shown", "contact_by"):
            self.errors.pop(name, None)


class ContactFields(SubmitForm):
    """How to call somebody and reach them: shared by asking for a call and by changing it."""

    call_name = forms.CharField(
        label=_("What should we call you?"),
        help_text=_("A first name is fine"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter a name we can use"),
            "max_length": _("The name must have 60 characters or fewer"),
        },
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("We use it only about this request"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={
            "required": _("Enter a phone number so we can call you"),
            "max_length": _("Phone number must have 10 digits, like 804 555 0123"),
        },
    )
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("We use it only about this request"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter an email address so we can write to you"),
            "invalid": _("Email address must look like name@example.org"),
            "max_length": _("Email address must have 254 characters or fewer"),
        },
    )
    message_ok = forms.ChoiceField(
        label=_("If you do not answer"),
        choices=MessageRule.choices,
        widget=forms.RadioSelect,
        initial=MessageRule.NO,
        error_messages={"required": _("Select what we do if you do not answer")},
    )

    def __init__(self, *args: Any, by_email: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_email = by_email
        for name in ("phone", "message_ok", "when", "text_ok") if by_email else ("email",):
            self.fields.pop(name, None)

    def clean_phone(self) -> dict[str, str]:
        """Read the number; keep it in one form."""
        return clean_phone(self.cleaned_data["phone"])

    def contact(self) -> dict[str, Any]:
        """Return the part of the sealed details that this form fills."""
        clean = self.cleaned_data
        where = {"email": clean["email"]} if self.by_email else clean["phone"]
        rule = clean.get("message_ok") or MessageRule.NO
        return {"call_name": clean["call_name"], **where, "message_ok": str(rule)}


class RequestForm(TrapMixin, ContactFields):
    """Ask for a call: five questions, in this order, and nothing about anybody's health."""

    danger = danger_field()
    who = forms.ChoiceField(
        label=_("Who needs help?"),
        choices=Who.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select who needs help")},
    )
    when = forms.ChoiceField(
        label=_("Best time to call"), choices=When.choices, required=False, initial=When.SOON
    )
    text_ok = forms.BooleanField(label=_("You may also text me"), required=False)
    contact_by = forms.CharField(required=False, widget=forms.HiddenInput, initial="phone")

    field_order = ("danger", "who", "call_name", "phone", "email", "message_ok", "when", "text_ok")

    def layout(self) -> Layout:
        """The five questions, then the two optional ones."""
        contact = ("email",) if self.by_email else ("phone",)
        after = () if self.by_email else ("message_ok", "when", "text_ok")
        switch = HTML("{% include 'intake/public/contact_switch.html' %}")
        return Layout("danger", "who", "call_name", *contact, switch, *after, self.trap())

    def clean(self) -> dict[str, Any]:
        """Let the traps refuse nobody."""
        super().clean()
        self.forgive_traps()
        return self.cleaned_data

    def details(self, language: str) -> dict[str, Any]:
        """Return what is sealed."""
        clean = self.cleaned_data
        return {
            "who": clean["who"],
            **self.contact(),
            "when": clean.get("when") or str(When.SOON),
            "text_ok": bool(clean.get("text_ok")),
            "language": language,
        }


class ChangeForm(ContactFields):
    """Correct the name, the number or the message rule of a request just sent."""


class InformationForm(TrapMixin, SubmitForm):
    """Leave information about someone; it is sealed, and nothing about anybody is said back."""

    danger = danger_field()
    about = forms.CharField(
        label=_("Who is it about?"),
        help_text=_("A first name is enough"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    observed = forms.MultipleChoiceField(
        label=_("What have you noticed?"),
        choices=Observed.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("What would you like us to know?"),
        help_text=_("Up to 1,000 characters. Leave out full names and numbers of documents."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={
            "max_length": _("The text must have 1,000 characters or fewer. Yours has %(show_value)d."),
        },
    )

    field_order = ("danger", "about", "observed", "text")

    def layout(self) -> Layout:
        """Four questions."""
        return Layout("danger", "about", "observed", "text", self.trap())

    def clean(self) -> dict[str, Any]:
        """Ask for an observation or a text; let the traps refuse nobody."""
        super().clean()
        if not self.errors and not self.cleaned_data["observed"] and not self.cleaned_data["text"]:
            self.add_error("text", ValidationError(_("Write what you would like us to know"), code="empty"))
        self.forgive_traps()
        return self.cleaned_data

    def details(self, language: str) -> dict[str, Any]:
        """Return what is sealed."""
        clean = self.cleaned_data
        told = {"observed": clean["observed"]} if clean["observed"] else {}
        return {"about": clean["about"], **told, "text": clean["text"], "language": language}


class ComplaintForm(TrapMixin, SubmitForm):
    """Complain about privacy, with or without a name; it is sealed for the privacy officer."""

    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("Up to 3,000 characters."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={
            "required": _("Write what happened"),
            "max_length": _("The text must have 3,000 characters or fewer. Yours has %(show_value)d."),
        },
    )
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("You can leave this empty"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        help_text=_("A phone number, an e-mail or a postal address. You can leave this empty"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("text", "name", "contact")

    def layout(self) -> Layout:
        """Three questions."""
        return Layout("text", "name", "contact", self.trap())

    def clean(self) -> dict[str, Any]:
        """Let the traps refuse nobody."""
        super().clean()
        self.forgive_traps()
        return self.cleaned_data

    def details(self) -> dict[str, Any]:
        """Return what is sealed."""
        typed = {name: self.cleaned_data[name] for name in ("text", "name", "contact")}
        return {**typed, "suspicion": self.suspicion()}

"""The form foundation: clear messages, safe text, one key per submit, answers with four values."""

import re
import uuid
from datetime import date
from http import HTTPStatus

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import Conflict, Refused
from config.fields import AnswerRadios, Look, MissingMark

__all__ = [
    "AnswerRadios",
    "ClearwayForm",
    "Look",
    "SubmitForm",
    "add_answer_pair",
    "answer_value",
    "plain_text",
    "render_form",
]

TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 10_000
CONFLICT = "conflict"
# Days before or after these are typing errors; staff pages are the only ones that ask for days.
YEARS = (1900, 2199)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def plain_text(value) -> None:
    """Refuse a NUL or half a character: PostgreSQL stores neither, and its error explains nothing."""
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ValidationError(
            _("This text has a character that we can't store. Delete it and type the text again."),
            code="unstorable",
        )


def plausible_day(value) -> None:
    """Refuse a day that no calendar here means: PostgreSQL's ranges and time zones break at the far ends."""
    if isinstance(value, date) and not YEARS[0] <= value.year <= YEARS[1]:
        raise ValidationError(f"Enter a year between {YEARS[0]} and {YEARS[1]}", code="year")


class SubmitKeyField(forms.UUIDField):
    """A hidden key that names one submit; a bad or absent value becomes a fresh key, never an error."""

    widget = forms.HiddenInput

    def clean(self, value):
        """Return the posted key, or a fresh one."""
        try:
            return super().clean(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()

    def bound_data(self, data, initial):
        """Return what a page shown again carries: the posted key if it is one, else the fresh key."""
        try:
            return uuid.UUID(str(data))
        except ValueError:
            return initial


class ClearwayForm(forms.Form):
    """A form in our look: no asterisks, errors that say what to do, text that the database can store.

    Class options: `ui` maps a field's name to its `Look`; `mark_optional` writes "(optional)" after labels;
    `layout()` may return a crispy `Layout`. The page writes the `<form>` tag, the CSRF token and the button.
    """

    use_required_attribute = False
    mark_optional = True
    show_summary = True
    ui: dict[str, Look] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ui = dict(type(self).ui)
        for field in self.fields.values():
            limit_text(field)
            limit_day(field)

    def layout(self) -> Layout:
        """Return the crispy layout; by default every visible field in its order."""
        return Layout(*(n for n, f in self.fields.items() if not f.widget.is_hidden))

    @cached_property
    def helper(self) -> FormHelper:
        """Return the crispy helper that `{% crispy form %}` reads."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        helper.render_hidden_fields = True
        helper.show_summary = self.show_summary
        helper.layout = self.layout()
        return helper

    def add_refusal(self, refused: Refused) -> None:
        """Put the words of a refusal on the field that it names, or on the form; what was typed stays."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.message)

    def add_conflict(self, conflict: Conflict) -> None:
        """Put the words of a conflict on the field that it names, or on the form; what was typed stays."""
        field = conflict.details.get("field")
        words = ValidationError(conflict.message, code=CONFLICT)
        self.add_error(field if field in self.fields else None, words)

    def show(self, **now) -> None:
        """Let the page carry what stands now in these fields, whatever was sent: sending again means it."""
        self.data = self.data.copy()
        for name, value in now.items():
            self.data.setlist(self.add_prefix(name), value if isinstance(value, list) else [value])

    def typed(self) -> list[tuple[str, str]]:
        """Return what was typed or chosen as (label, words), for a page that can't show the form again."""
        lines = []
        for bound in self.visible_fields() if self.is_bound else ():
            value, unseen = bound.value(), isinstance(bound.field, forms.FileField)
            if unseen or bound.widget_type == "password" or value is False or value in _BLANK:
                continue
            choices = flatten_choices(getattr(bound.field, "choices", ()))
            names = {"True": _("Yes")} | {str(code): str(name) for code, name in choices}
            values = value if isinstance(value, list | tuple) else [value]
            words = (names.get(str(one), str(one)) for one in values if one)
            lines.append((str(bound.label), ", ".join(words)))
        return lines

    def full_clean(self):
        """Validate, then put every stock message into words that name the field."""
        super().full_clean()
        for name, errors in self._errors.items():
            field = self.fields.get(name)
            if field is None:
                continue
            label = str(self[name].label)
            for error in errors.as_data():
                _reword(error, field, label)

    def _clean_form(self):
        for name, field in self.fields.items():
            if isinstance(field.widget, MissingMark):
                self._check_pair(field.widget.question, name)
        super()._clean_form()

    def _check_pair(self, question: str, mark: str) -> None:
        if self.cleaned_data.get(mark) and self.cleaned_data.get(question) not in _BLANK:
            self.add_error(
                question, ValidationError(_("Choose one: an answer, or why there is none"), code="both")
            )


class SubmitForm(ClearwayForm):
    """A form whose submit carries `submit_key`, so that sending it twice does the thing once."""

    submit_key = SubmitKeyField(required=False, initial=uuid.uuid4)


def limit_text(field: forms.Field) -> None:
    """Give a text field a length limit when it has none, and refuse what can't be stored."""
    holds_text = isinstance(field, forms.CharField) and not isinstance(
        field, forms.UUIDField | forms.JSONField
    )
    if not holds_text or plain_text in field.validators:
        return
    keep_to_ourselves(field.widget)
    field.validators.insert(0, plain_text)
    if field.max_length is None:
        # No `maxlength` for the browser: it would cut what is pasted and say nothing.
        field.max_length = LONG_TEXT_LIMIT if isinstance(field.widget, forms.Textarea) else TEXT_LIMIT
        field.validators.append(MaxLengthValidator(field.max_length))


def keep_to_ourselves(widget: forms.Widget) -> None:
    """Let no browser send typed text to a spelling service, or keep it to offer it to the next who types.

    A field about the person who types says so itself, with an `autocomplete` of its own.
    """
    if isinstance(widget, forms.TextInput | forms.Textarea):
        for name, value in (("spellcheck", "false"), ("autocorrect", "off"), ("autocomplete", "off")):
            widget.attrs.setdefault(name, value)


def limit_day(field: forms.Field) -> None:
    """Refuse years that can only be typing errors."""
    holds_day = isinstance(field, forms.DateField | forms.DateTimeField)
    if holds_day and plausible_day not in field.validators:
        field.validators.append(plausible_day)


def render_form(
    request: HttpRequest, template: str, context: dict | None = None, form: forms.BaseForm | None = None
) -> HttpResponse:
    """Render a page with its form: 409 when that says a conflict, 422 when it is wrong, else 200."""
    wrong = form is not None and form.is_bound and not form.is_valid()
    page = {**(context or {}), "form": form, "has_errors": wrong}
    return render(request, template, page, status=_status(form) if form is not None and wrong else 200)


def _status(wrong: forms.BaseForm) -> int:
    said = [error.code for errors in wrong.errors.as_data().values() for error in errors]
    return HTTPStatus.CONFLICT if CONFLICT in said else HTTPStatus.UNPROCESSABLE_ENTITY


# Answers with four values: a value, doesn't know, prefers not to say, not asked

_BLANK = (None, "", [], (), frozenset())


def add_answer_pair(form: forms.BaseForm, name: str, field: forms.Field) -> None:
    """Add question `name` and its companion `name__na` ('', 'unknown', 'declined') to a form.

    A question with radios carries the two non-answers among its own choices; every other kind gets a quiet
    row of three beside its label. Both ways post or yield `name__na`.
    """
    field.required = False
    limit_day(field)
    own_choices = type(field.widget) is forms.RadioSelect
    if own_choices:
        choices = list(field.widget.choices)
        if not any(value in ("", None) for value, _label in choices):
            choices.append(("", gettext_lazy("Not asked")))
        field.widget = AnswerRadios(attrs=field.widget.attrs, choices=choices)
    limit_text(field)
    form.fields[name] = field
    form.fields[f"{name}__na"] = forms.ChoiceField(
        label=field.label,
        required=False,
        choices=[
            ("", gettext_lazy("As entered")),
            ("unknown", gettext_lazy("Doesn't know")),
            ("declined", gettext_lazy("Prefers not to say")),
        ],
        widget=MissingMark(name, separate=not own_choices),
    )


def answer_value(cleaned: dict, name: str) -> dict | None:
    """Return {"value": v}, {"missing": "unknown" | "declined"}, or None when the question was not asked."""
    missing = cleaned.get(f"{name}__na")
    if missing:
        return {"missing": missing}
    value = cleaned.get(name)
    if value in _BLANK:
        return None
    return {"value": value}


# Messages


def _reword(error: ValidationError, field: forms.Field, label: str) -> None:
    """Replace a stock message by one that names the field; a message someone wrote stays."""
    if not _is_stock(error, field):
        return
    words = _words(error.code, field, label, error.params or {})
    if words:
        error.message, error.params = words, None


def _is_stock(error: ValidationError, field: forms.Field) -> bool:
    stock = [getattr(c, "default_error_messages", {}).get(error.code) for c in type(field).__mro__]
    stock += [getattr(type(v), "message", None) for v in field.validators]
    return any(error.message is message for message in stock if message is not None)


def _words(code: str, field: forms.Field, label: str, params: dict) -> str | None:
    what = label.rstrip("?")
    named = {"label": what, "thing": _mid(what), "limit": params.get("limit_value")}
    if code == "required":
        return _required_words(field, label, named)
    if code in ("invalid_choice", "invalid_list", "invalid_pk_value"):
        return _("Select one of the choices for %(thing)s") % named
    if code == "invalid":
        return _invalid_words(field, named)
    patterns = {
        "max_length": _("%(label)s must have %(limit)s characters or fewer"),
        "min_length": _("%(label)s must have %(limit)s characters or more"),
        "max_value": _("%(label)s must be %(limit)s or less"),
        "min_value": _("%(label)s must be %(limit)s or more"),
        "max_digits": _("%(label)s has too many digits"),
        "max_decimal_places": _("%(label)s has too many decimal places"),
        "max_whole_digits": _("%(label)s has too many digits"),
        "empty": _("The file is empty. Choose another file"),
        "missing": _("Choose a file for %(thing)s"),
        "invalid_image": _("%(label)s must be a picture"),
    }
    if code == "null_characters_not_allowed":
        return _("This text has a character that we can't store. Delete it and type the text again.")
    return patterns[code] % named if code in patterns else None


def _required_words(field: forms.Field, label: str, named: dict) -> str:
    if label.endswith("?"):
        return _("Answer: %(question)s") % {"question": label}
    if isinstance(field, forms.FileField):
        return _("Choose a file for %(thing)s") % named
    if isinstance(field, forms.BooleanField):
        return _("Tick the box: %(label)s") % named
    if isinstance(field, forms.ChoiceField):
        return _("Select %(thing)s") % named
    return _("Enter %(thing)s") % named


def _invalid_words(field: forms.Field, named: dict) -> str | None:
    if isinstance(field, forms.EmailField):
        return _("%(label)s must be an email address, like name@example.org") % named
    if isinstance(field, forms.DateTimeField):
        return _("%(label)s must be a date and a time, like 2026-07-14 09:30") % named
    if isinstance(field, forms.DateField):
        return _("%(label)s must be a date, like 2026-07-14") % named
    if isinstance(field, forms.TimeField):
        return _("%(label)s must be a time, like 09:30") % named
    if isinstance(field, forms.IntegerField):  # float and decimal fields are kinds of it
        return _("%(label)s must be a number") % named
    return None


def _mid(label: str) -> str:
    """Lower the first letter for use inside a sentence, unless the word is an abbreviation."""
    return label if len(label) > 1 and label[1].isupper() else label[:1].lower() + label[1:]

"""Field HTML written by hand, by kind of widget.

Django's widget templates are the largest single cost of a form page, and a crispy pack that goes through
them inherits their markup. These functions write a bound field directly: label, hint, error, control.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

NOT_ANSWERED = (("unknown", "Doesn't know"), ("declined", "Prefers not to say"))
_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")
RESERVED = "__"  # prefix of a non-answer posted as one of the choices of a question


@dataclass(frozen=True)
class Look:
    """How one field is drawn: unit texts, width in characters (2, 4, 6, 10, 20), and small inline choices.

    `shown_when`: the field is folded away by a script until one of the conditions holds, each the posted name
    of another control, values of it, and a number that it is above. Without the script it is always there.
    """

    prefix: str = ""
    suffix: str = ""
    width: int | None = None
    inline: bool = False
    hide_label: bool = False
    wrapper_class: str = ""
    hints: dict = field(default_factory=dict)
    shown_when: tuple[tuple[str, tuple[str, ...], float | None], ...] | None = None


class AnswerRadios(forms.RadioSelect):
    """Radios that also offer the two ways of not answering, posted as `__unknown` and `__declined`."""

    def value_from_datadict(self, data, files, name):
        """Return the chosen answer, or an empty text when a way of not answering was chosen."""
        value = super().value_from_datadict(data, files, name)
        return "" if value and str(value).startswith(RESERVED) else value


class MissingMark(forms.RadioSelect):
    """The companion of a question: reads its own name, or the reserved choice of the question itself."""

    def __init__(self, question: str, *, separate: bool, attrs=None, choices=()):
        super().__init__(attrs, choices)
        self.question = question
        self.separate = separate

    def value_from_datadict(self, data, files, name):
        """Return `unknown`, `declined` or an empty text."""
        value = super().value_from_datadict(data, files, name)
        if value or self.separate:
            return value
        chosen = data.get(name.removesuffix("__na")) or ""
        return chosen.removeprefix(RESERVED) if chosen.startswith(RESERVED) else ""


def showable(value) -> str:
    """Return a text that a page can carry: what can't be sent or stored is shown as a replacement mark."""
    return _UNSHOWABLE.sub("\ufffd", str(value))


def look_of(bound: BoundField) -> Look:
    """Return the form's wish for this field (`ui = {"weight": Look(suffix="kg")}`), or the plain look."""
    return getattr(bound.form, "ui", {}).get(bound.name) or Look()


def target_id(bound: BoundField) -> str:
    """Return the id that an error summary links to: the control, or the first choice of a group."""
    grouped = isinstance(bound.field.widget, forms.RadioSelect)
    return f"{_id(bound)}_0" if grouped else _id(bound)


def field_html(bound: BoundField, look: Look | None = None) -> SafeString:
    """Return label, hint, error and control of one field, ready for the page."""
    widget = bound.field.widget
    if widget.is_hidden:
        return _hidden(bound)
    if isinstance(widget, MissingMark) and widget.question in bound.form.fields:
        return mark_safe("")  # drawn with its question
    look = look or look_of(bound)
    if isinstance(widget, forms.RadioSelect):
        return _group(bound, look)
    if isinstance(widget, forms.CheckboxInput):
        return _checkbox(bound, look)
    return _wrap(
        bound,
        look,
        format_html(
            '<label class="field-label{}" for="{}">{}{}</label>{}{}',
            " visually-hidden" if look.hide_label else "",
            _id(bound),
            bound.label,
            _optional(bound),
            _about(bound),
            _with_units(_control(bound, look), look),
        ),
    )


def _id(bound: BoundField) -> str:
    return bound.field.widget.attrs.get("id") or bound.auto_id or f"id_{bound.html_name}"


def _optional(bound: BoundField) -> SafeString:
    """Return the mark of a question that may stay open. A single box to tick is never marked."""
    form = bound.form
    if (
        bound.field.required
        or isinstance(bound.field, forms.BooleanField)
        or not getattr(form, "mark_optional", False)
        or f"{bound.name}__na" in form.fields
    ):
        return mark_safe("")
    return format_html(' <span class="opt">{}</span>', _("(optional)"))


def _about(bound: BoundField) -> SafeString:
    """Hint, then error: both before the control, both named by its aria-describedby."""
    parts = []
    if bound.help_text:
        parts.append(format_html('<p class="hint" id="{}_hint">{}</p>', _id(bound), bound.help_text))
    if bound.errors:
        parts.append(
            format_html(
                '<p class="field-error" id="{}_error"><span class="visually-hidden">{} </span>{}</p>',
                _id(bound),
                _("Error:"),
                mark_safe("<br>".join(escape(e) for e in bound.errors)),  # noqa: S308
            )
        )
    return mark_safe("".join(parts))  # noqa: S308


def _described_by(bound: BoundField) -> str:
    given = bound.field.widget.attrs.get("aria-describedby")
    ids = [given] if given else []
    ids += [f"{_id(bound)}_hint"] if bound.help_text else []
    ids += [f"{_id(bound)}_error"] if bound.errors else []
    return " ".join(ids)


def _wrap(bound: BoundField, look: Look, inner: SafeString) -> SafeString:
    classes = ["field", "has-error" if bound.errors else "", look.wrapper_class]
    opens = None if look.shown_when is None else json.dumps(look.shown_when)
    return format_html(
        '<div class="{}"{}>{}{}</div>',
        " ".join(filter(None, classes)),
        _attrs({"data-shown-when": opens}),
        inner,
        _non_answer_row(bound),
    )


def _attrs(pairs: dict) -> SafeString:
    parts = []
    for name, value in pairs.items():
        if value is None or value is False:
            continue
        parts.append(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"')
    return mark_safe("".join(parts))  # noqa: S308


def _common(bound: BoundField, classes: str) -> dict:
    attrs = {
        **bound.field.widget.attrs,
        "name": bound.html_name,
        "id": _id(bound),
        "disabled": bound.field.disabled or bound.field.widget.attrs.get("disabled"),
        "aria-describedby": _described_by(bound) or None,
        "aria-invalid": "true" if bound.errors else None,
    }
    extra = bound.field.widget.attrs.get("class", "")
    attrs.pop("placeholder", None)  # it vanishes while one types; a hint stays
    attrs["class"] = f"{classes} {extra}".strip() + (" is-invalid" if bound.errors else "")
    return attrs


def _hidden(bound: BoundField) -> SafeString:
    value = bound.value()
    values = value if isinstance(value, list | tuple) else [value]
    return mark_safe(  # noqa: S308
        "".join(
            format_html(
                '<input type="hidden" name="{}" id="{}" value="{}">',
                bound.html_name,
                _id(bound) + (f"_{i}" if i else ""),
                "" if one is None else showable(one),
            )
            for i, one in enumerate(values)
        )
    )


def _control(bound: BoundField, look: Look) -> SafeString:
    widget = bound.field.widget
    width = f" w-ch-{look.width}" if look.width else ""
    if isinstance(widget, forms.Select):
        return _select(bound, width)
    if isinstance(widget, forms.Textarea):
        attrs = _common(bound, "form-control" + width)
        attrs.pop("cols", None)
        attrs.pop("maxlength", None)  # a silent cut loses text; the server says what is too long
        return format_html("<textarea{}>\n{}</textarea>", _attrs(attrs), _text(bound.value(), widget))
    if isinstance(widget, forms.FileInput):
        attrs = {"type": "file", **_common(bound, "form-control")}
        return format_html("<input{}>", _attrs(attrs))
    if isinstance(widget, forms.MultiWidget) or not isinstance(widget, forms.widgets.Input):
        return bound.as_widget(attrs={"aria-describedby": _described_by(bound)})
    return _input(bound, width)


def _input(bound: BoundField, width: str) -> SafeString:
    widget = bound.field.widget
    attrs = _common(bound, "form-control" + width)
    kind = attrs.pop("type", None) or getattr(widget, "input_type", "text")
    if isinstance(widget, forms.DateTimeInput):
        kind = "datetime-local" if kind == "text" else kind
    elif isinstance(widget, forms.DateInput | forms.TimeInput):
        kind = {forms.DateInput: "date", forms.TimeInput: "time"}.get(type(widget), kind)
    elif isinstance(widget, forms.NumberInput):
        kind = "text"  # a number box changes its value under a scroll wheel
        whole = isinstance(bound.field, forms.IntegerField) and not isinstance(
            bound.field, forms.FloatField | forms.DecimalField
        )
        attrs.setdefault("inputmode", "numeric" if whole else "decimal")
        attrs.setdefault("autocomplete", "off")
        for name in ("min", "max", "step"):
            attrs.pop(name, None)
    value = "" if isinstance(widget, forms.PasswordInput) else _text(bound.value(), widget)
    return format_html("<input{}>", _attrs({"type": kind, **attrs, "value": None if value == "" else value}))


def _text(value, widget) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return showable(value if isinstance(value, str) else widget.format_value(value) or "")


def _with_units(control: SafeString, look: Look) -> SafeString:
    if not look.prefix and not look.suffix:
        return control
    before = (
        format_html('<span class="unit" aria-hidden="true">{}</span>', look.prefix) if look.prefix else ""
    )
    after = format_html('<span class="unit">{}</span>', look.suffix) if look.suffix else ""
    return format_html('<div class="with-unit">{}{}{}</div>', before, control, after)


def _chosen(bound: BoundField) -> set[str]:
    value = bound.value()
    if value is None:
        return {""}
    many = isinstance(value, list | tuple | set)
    return {str(v) for v in value} if many else {str(value)}


def _flat(choices):
    """Yield (group, value, label) for plain and grouped choices."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            for inner, inner_label in label:
                yield value, inner, inner_label
        else:
            yield None, value, label


def _select(bound: BoundField, width: str) -> SafeString:
    widget, chosen, group, html = bound.field.widget, _chosen(bound), None, []
    for name, value, label in _flat(widget.choices):
        if name != group:
            html.append("</optgroup>" if group is not None else "")
            html.append(format_html('<optgroup label="{}">', name) if name is not None else "")
            group = name
        text = "" if value is None else str(value)
        html.append(
            format_html('<option value="{}"{}>{}</option>', text, _attrs({"selected": text in chosen}), label)
        )
    html.append("</optgroup>" if group is not None else "")
    attrs = _common(bound, "form-select" + width)
    attrs["multiple"] = bool(getattr(widget, "allow_multiple_selected", False))
    return format_html("<select{}>{}</select>", _attrs(attrs), mark_safe("".join(html)))  # noqa: S308


def _choice(kind, name, id_, value, label, *, checked, hint="", disabled=False, extra=None) -> SafeString:
    hint_id = f"{id_}_hint"
    attrs = {
        "type": kind,
        "class": "form-check-input",
        "name": name,
        "id": id_,
        "value": value,
        "checked": checked,
        "disabled": disabled,
        "aria-describedby": hint_id if hint else None,
        **(extra or {}),
    }
    note = format_html('<span class="hint" id="{}">{}</span>', hint_id, hint) if hint else ""
    return format_html(
        '<div class="form-check"><input{}><label class="form-check-label" for="{}">{}</label>{}</div>',
        _attrs(attrs),
        id_,
        label,
        note,
    )


def _group(bound: BoundField, look: Look) -> SafeString:
    """Radios or a checkbox list as a fieldset whose legend is the question."""
    widget, chosen, id_ = bound.field.widget, _chosen(bound), _id(bound)
    kind = "checkbox" if isinstance(widget, forms.CheckboxSelectMultiple) else "radio"
    extra = {k: v for k, v in widget.attrs.items() if k not in ("id", "class", "aria-describedby")}
    if kind == "checkbox" and bound.errors:
        extra["aria-invalid"] = "true"
    options = [(None, *pair) for pair in _non_answer_choices(bound)]
    mark = bound.form[f"{bound.name}__na"].value() if options else ""
    rows, quiet, group = [], [], None
    for i, (name, value, label) in enumerate([*_flat(widget.choices), *options]):
        if name and name != group:
            rows.append(format_html('<p class="choice-group">{}</p>', name))
        group = name
        text = "" if value is None else str(value)
        checked = text == f"{RESERVED}{mark}" if mark else text in chosen
        apart = bool(options) and (not text or text.startswith(RESERVED))
        (quiet if apart else rows).append(
            _choice(
                kind, bound.html_name, f"{id_}_{i}", text, label, checked=checked,
                hint=look.hints.get(value, ""), disabled=bound.field.disabled, extra=extra,
            )
        )  # fmt: skip
    head = format_html(
        '<legend class="field-label{}">{}{}</legend>{}',
        " visually-hidden" if look.hide_label else "",
        bound.label,
        _optional(bound),
        _about(bound),
    )
    attrs = {
        "id": id_,
        "role": "radiogroup" if kind == "radio" else None,
        "aria-describedby": _described_by(bound) or None,
        "aria-invalid": "true" if kind == "radio" and bound.errors else None,
    }
    apart = format_html('<div class="choices-quiet">{}</div>', mark_safe("".join(quiet))) if quiet else ""  # noqa: S308
    box = format_html(
        '<fieldset{}>{}<div class="choices{}">{}{}</div></fieldset>',
        _attrs(attrs),
        head,
        " choices-inline" if look.inline else "",
        mark_safe("".join(rows)),  # noqa: S308
        apart,
    )
    return _wrap(bound, look, box)


def _checkbox(bound: BoundField, look: Look) -> SafeString:
    attrs = {
        "type": "checkbox",
        **_common(bound, "form-check-input"),
        "checked": bound.field.widget.check_test(bound.value()),
    }
    return _wrap(
        bound,
        look,
        format_html(
            '{}<div class="form-check"><input{}><label class="form-check-label" for="{}">{}{}</label></div>',
            _about(bound),
            _attrs(attrs),
            _id(bound),
            bound.label,
            _optional(bound),
        ),
    )


def _non_answer_choices(bound: BoundField) -> list[tuple[str, str]]:
    """The ways of not answering that belong to the question's own radios."""
    companion = bound.form.fields.get(f"{bound.name}__na")
    if companion is None or not isinstance(bound.field.widget, AnswerRadios):
        return []
    return [(RESERVED + code, _(words)) for code, words in NOT_ANSWERED]


def _non_answer_row(bound: BoundField) -> SafeString:
    """The quiet row of a typed answer: as entered (seen when wanted), doesn't know, prefers not to say."""
    name = f"{bound.name}__na"
    companion = bound.form.fields.get(name)
    if companion is None or not getattr(companion.widget, "separate", False):
        return mark_safe("")
    mark = bound.form[name]
    chosen, id_ = _chosen(mark), _id(mark)
    rows = [
        _choice("radio", mark.html_name, f"{id_}_{i}", value, label, checked=str(value) in chosen)
        for i, (value, label) in enumerate(companion.choices)
    ]
    return format_html(
        '<fieldset class="non-answer" id="{}" data-answer-for="{}">'
        '<legend class="visually-hidden">{}</legend>{}</fieldset>',
        id_,
        bound.html_name,
        _("No answer to: %(label)s") % {"label": bound.label},
        mark_safe("".join(rows)),  # noqa: S308
    )

"""Icons, chips, clock times and fields for templates; registered as built-in tags."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from config.fields import Look, field_html, look_of, target_id
from config.icons import ICONS

register = template.Library()

FAMILY_ICONS = {
    "plain": "",
    "neutral": "dot",
    "info": "half",
    "success": "check",
    "attention": "clock",
    "urgent": "warning",
    "consent": "lock",
}


@register.simple_tag(takes_context=True)
def other_language(context, path: str = "") -> dict[str, str]:
    """Return the address, code and name of this page (or of `path`) in the other language."""
    other = "en" if get_language() == "es" else "es"
    url = translate_url(path or context["request"].path, other)
    return {"url": url, "code": other, "words": "English" if other == "en" else "Español"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return one of our own icons as inline SVG, hidden from screen readers: a word stands beside it."""
    return mark_safe(  # noqa: S308  # the text is ours, above
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">'
        f"{ICONS[name]}</svg>"
    )


@register.simple_tag
def chip(family: str, label) -> SafeString:
    """Return a status chip, icon and word; families: plain neutral info success attention urgent consent."""
    shape = icon(FAMILY_ICONS[family]) if FAMILY_ICONS[family] else ""
    return format_html('<span class="chip chip-{}">{}{}</span>', family, shape, label)


@register.simple_tag
def center(what: str) -> str:
    """Return the center's "name", "phone" or "tel" (link target) where a page has no context, such as 500."""
    if what == "tel":
        return phone_link(settings.CENTER_PHONE)
    return {"name": settings.CENTER_NAME, "phone": settings.CENTER_PHONE}[what]


@register.filter
def inline_svg(drawing: str) -> SafeString:
    """Return a drawing made by the server (the sign-in square) without its XML prologue."""
    if not drawing:
        return mark_safe("")
    start = drawing.index("<svg")
    return mark_safe(drawing[start:])  # noqa: S308  # made by the QR library, from a URL in path data only


@register.simple_tag
def field(bound: BoundField, **options) -> SafeString:
    """Return one form field; options are those of `config.fields.Look` (suffix, prefix, width, inline …)."""
    return field_html(bound, Look(**options) if options else None)


@register.simple_tag(takes_context=True)
def crispy_field(context, bound: BoundField, inline: bool = False) -> SafeString:
    """Return one field inside a crispy layout, with what the layout object put into the context."""
    look = look_of(bound)
    given = {
        "wrapper_class": context.get("wrapper_class") or look.wrapper_class,
        "prefix": context.get("crispy_prepended_text") or look.prefix,
        "suffix": context.get("crispy_appended_text") or look.suffix,
        "inline": inline or look.inline,
        "hide_label": context.get("form_show_labels") is False or look.hide_label,
    }
    return field_html(bound, replace(look, **given))


@register.filter
def summary_links(form) -> list[tuple[str, str]]:
    """Return (id of the control or "", message) for every error of a form, in the order of its fields."""
    if form is None or not getattr(form, "is_bound", False):
        return []
    links = [("", message) for message in form.non_field_errors()]
    for name in form.fields:
        if name not in form.errors:
            continue
        hidden = form[name].is_hidden
        links += [("" if hidden else target_id(form[name]), message) for message in form.errors[name]]
    return links


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))


@register.filter
def clock(moment: datetime | None) -> str:
    """Return the time of day in the center's zone, like "2:45 am"; empty for None."""
    if not moment:
        return ""
    local = _local(moment)
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


@register.filter
def clock_day(moment: datetime | None, now: datetime | None = None) -> str:
    """Return day and time, like "Tue 14 July, 2:45 am"; with `now`, "today, 2:45 am" for days near it."""
    if not moment:
        return ""
    local = _local(moment)
    if now:
        days = (local.date() - _local(now).date()).days
        near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(days)
        if near:
            return f"{near}, {clock(moment)}"
    weekday = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[local.weekday()]
    year = "" if not now or local.year == _local(now).year else f" {local.year}"
    return f"{weekday} {local.day} {_month(local.month)}{year}, {clock(moment)}"


@register.filter
def day(value) -> str:
    """Return a date (or the date of a moment in the center's zone) like "14 July 2026"; empty for None."""
    if not value:
        return ""
    local = _local(value) if isinstance(value, datetime) else value
    return f"{local.day} {_month(local.month)} {local.year}"


def _month(number: int) -> str:
    months = (
        pgettext("month", "January"), pgettext("month", "February"), pgettext("month", "March"),
        pgettext("month", "April"), pgettext("month", "May"), pgettext("month", "June"),
        pgettext("month", "July"), pgettext("month", "August"), pgettext("month", "September"),
        pgettext("month", "October"), pgettext("month", "November"), pgettext("month", "December"),
    )  # fmt: skip
    return months[number - 1]


def span_words(length: timedelta) -> str:
    """Return a length of time in one unit, like "22 min", "5 h" or "3 days"; never below 0."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 120:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)s h") % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


@register.filter
def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was, like "35 min ago", or "in 8 min" when it's ahead; empty for None."""
    if not moment:
        return ""
    if moment > now:
        return _("in %(span)s") % {"span": span_words(moment - now)}
    if now - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": span_words(now - moment)}


@register.filter
def phone_display(number: str | None) -> str:
    """Return a North American number as (804) 555-0100; anything else comes back as it is."""
    digits = "".join(c for c in number or "" if c.isdigit())
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != 10:
        return number or ""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


@register.filter
def phone_link(number: str | None) -> str:
    """Return the target of a `tel:` link: digits with a leading +1 for North American numbers."""
    digits = "".join(c for c in number or "" if c.isdigit())
    return f"+1{digits}" if len(digits) == 10 else f"+{digits}"

"""Sentences about times and contact rules, in the language of the page."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.templatetags.ui import clock, clock_day
from intake.rules.phone import show_phone
from intake.rules.promise import Hours, is_open


def hour_words(hour: int) -> str:
    """Return an hour the way people say it: "7 am", "noon", "midnight"."""
    if hour in (0, 24):
        return _("midnight")
    if hour == 12:
        return _("noon")
    return f"{hour % 12} {'am' if hour < 12 else 'pm'}"


def open_sentence(now: datetime, hours: Hours) -> str:
    """Say whether somebody answers now, and when not."""
    if hours.open_from == 0 and hours.open_until == 24:
        return _("Open day and night.")
    words = {"first": hour_words(hours.open_from), "last": hour_words(hours.open_until)}
    if is_open(now, hours):
        return _("Open now. Closed %(last)s to %(first)s.") % words
    return _("Closed now. We answer from %(first)s.") % words


def by_when(moment: datetime, now: datetime) -> str:
    """Return "today by 2:45 am", "tomorrow by 7:30 am" or "Tue 14 July by 9:30 am"."""
    day = clock_day(moment, now).rsplit(", ", 1)[0]
    time = clock(moment)
    if time.startswith("1:"):
        return pgettext("one o'clock", "%(day)s by %(time)s") % {"day": day, "time": time}
    return _("%(day)s by %(time)s") % {"day": day, "time": time}


def contact_of(details: dict) -> str:
    """Return the number or address at which we reach somebody, as it is written here."""
    if details.get("phone"):
        return show_phone(details["phone"], details.get("extension", ""))
    return str(details.get("email", ""))


def promise_sentence(details: dict, due_at: datetime, now: datetime, *, urgent: bool) -> str:
    """Say what we will do and by when."""
    words = {"contact": contact_of(details), "when": by_when(due_at, now)}
    if details.get("email"):
        if urgent:
            return _("We will write to %(contact)s now, at any hour.") % words
        return _("We will write to %(contact)s %(when)s.") % words
    if urgent:
        return _("We will call %(contact)s now, at any hour.") % words
    return _("We will call %(contact)s %(when)s.") % words

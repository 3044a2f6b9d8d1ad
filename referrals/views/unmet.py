"""The report on need that nobody met: how often, by which criterion, and where. Nobody stands in it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record
from config import clock
from config.clock import center_day
from config.forms import render_form
from config.spreadsheet import csv_response
from referrals.forms.unmet import MonthsForm
from referrals.queries_unmet import decided_in
from referrals.rules.criteria import criterion_label
from referrals.rules.unmet import FEWEST, Report, report

TEMPLATE = "referrals/unmet.html"


def _asked(request: HttpRequest) -> MonthsForm:
    """Return the form of what is asked for; by default this month and the two before."""
    last = center_day(clock.now()).replace(day=1)
    month = (last.year * 12 + last.month - 1) - 2
    first = date(month // 12, month % 12 + 1, 1)
    given = {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}
    return MonthsForm({**given, **{name: request.GET[name] for name in given if name in request.GET}})


def _report(request: HttpRequest, form: MonthsForm, shape: str) -> Report:
    begin, end = form.days()
    record("report.unmet_need", by=request.user, first=str(begin), until=str(end), shape=shape)
    return report(decided_in(begin, end))


def _rows(told: Report) -> tuple[list[list[str]], list[list[str]]]:
    """Put codes into words: rows by criterion and rows by area."""
    criteria = [[criterion_label(name), most, alone] for name, most, alone in told.criteria]
    areas = [
        [f"ZIP {name}…" if name.isdigit() else name, size, unmet, criterion_label(top) if top else ""]
        for name, size, unmet, top in told.areas
    ]
    return criteria, areas


@staff("referrals.unmet_read")
@require_safe
def unmet(request: HttpRequest) -> HttpResponse:
    """Show the report for whole months."""
    form = _asked(request)
    page: dict[str, Any] = {"fewest": FEWEST, "now": clock.now()}
    if form.is_valid():
        told = _report(request, form, "page")
        criteria, areas = _rows(told)
        query = f"?first={form.data['first']}&last={form.data['last']}"
        page |= {"told": told, "criteria": criteria, "areas": areas}
        page["file_url"] = reverse("referrals:unmet-file") + query
    return render_form(request, TEMPLATE, page, form)


@staff("referrals.unmet_read")
@require_safe
def unmet_file(request: HttpRequest) -> HttpResponse:
    """Return the same numbers as a table."""
    form = _asked(request)
    if not form.is_valid():
        return render_form(request, TEMPLATE, {"fewest": FEWEST, "now": clock.now()}, form)
    told = _report(request, form, "csv")
    criteria, areas = _rows(told)
    rows: list[list[str]] = [
        ["All", "Matches", told.matches, ""],
        ["All", "Nobody was found", told.nobody, ""],
        ["All", "Asked outside the list", told.fell_back, ""],
    ]
    rows += [[name, "Ruled out most", most, ""] for name, most, _ in criteria]
    rows += [[name, "Alone in the way of somebody", alone, ""] for name, _, alone in criteria]
    rows += [[name, "Matches", size, ""] for name, size, _, _ in areas]
    rows += [[name, "Unmet", number, top] for name, _, number, top in areas]
    return csv_response("unmet-need", ["What", "Counted", "Number", "Ruled out most"], rows)

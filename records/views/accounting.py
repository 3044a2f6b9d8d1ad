"""The accounting of disclosures of a person: as a page, as an accessible PDF, as a spreadsheet."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Refused
from config.pdf import pdf_response
from config.pdf import render as render_pdf
from config.spreadsheet import csv_response
from config.templatetags.ui import clock as clock_words
from config.templatetags.ui import day
from records import notices
from records.accounting import HEADER, document, line, period
from records.actions.accounting import make_accounting
from records.actions.own_access import give_accounting
from records.forms.accounting import WindowForm
from records.forms.own_access import AccountingForm
from records.models import Person
from records.queries.accounting import accounting_for, accounting_page
from records.queries.consents import people_with_consents_for
from records.rules.accounting import Window, window
from records.views.door_pages import form_page
from records.views.ways import sent


def _asked(request: HttpRequest, person_id: UUID) -> tuple[Person, WindowForm, Window, bool]:
    """Return the person, the filter's form, the days asked for, and whether TPO is in it."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    form = WindowForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    days = window(given.get("first"), given.get("last"), center_day(clock.now()))
    return person, form, days, not given.get("without_tpo", False)


def _query(days: Window, tpo: bool, **more: str) -> str:
    asked = {"first": days.first.isoformat(), "last": days.last.isoformat(), **more}
    return urlencode(asked if tpo else asked | {"without_tpo": "on"})


@staff("records.disclosure_read")
@require_GET
def disclosure_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what was shared about one person: the last three years, or the days that were asked for."""
    person, form, days, tpo = _asked(request, person_id)
    record_view(by=request.user, person=person, what="accounting of disclosures")
    page = accounting_page(accounting_for(request.user, person, days, tpo=tpo), request.GET.get("after", ""))
    here = reverse("records:disclosure-list", args=[person.pk])
    query = _query(days, tpo)
    shown = form if form.errors else WindowForm(
        initial={"first": days.first, "last": days.last, "without_tpo": not tpo}
    )  # fmt: skip
    context = {
        "person": person,
        "lines": [line(row) for row in page.rows],
        "form": shown,
        "period": period(days),
        "pdf_url": reverse("records:accounting-pdf", args=[person.pk]) + f"?{query}",
        "csv_url": reverse("records:accounting-csv", args=[person.pk]) + f"?{query}",
        "next_url": f"{here}?{_query(days, tpo, after=page.after)}" if page.after else "",
        "first_url": f"{here}?{query}" if request.GET.get("after") else "",
    }
    return render(request, "records/disclosure_list.html", context, status=422 if form.errors else 200)


@staff("records.identity_check", fresh=True)
@require_http_methods(["GET", "POST"])
def accounting_give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Check who asks, and hand the accounting over through the door."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    today = center_day(clock.now())
    usual = window(None, None, today)
    form = AccountingForm(sent(request), initial={"first": usual.first, "last": usual.last})

    def act(given: dict[str, Any]) -> str:
        packet = give_accounting(
            person=person, window=window(given["first"], given["last"], today), medium=given["medium"],
            tpo=not given["without_tpo"], by=request.user, submit_key=given["submit_key"], **form.identity(),
        )  # fmt: skip
        return reverse("records:disclosure", args=[packet.id])

    record_view(by=request.user, person=person, what="accounting form")
    page = {
        "person": person,
        "title": "The accounting for the person",
        "lead": "What left about them, after you made sure who asks.",
        "button": "Hand it over and record it",
        "back_url": reverse("records:disclosure-list", args=[person.pk]),
        "back": "Shared",
    }
    return form_page(request, form, page, act)


@staff("records.disclosure_read", export=True)
@require_GET
def accounting_pdf(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give staff the whole accounting as a PDF, to use inside; the person gets theirs by the door."""
    return _made(request, person_id, "pdf")


@staff("records.disclosure_read", export=True)
@require_GET
def accounting_csv(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give staff the whole accounting as a spreadsheet, to use inside."""
    return _made(request, person_id, "csv")


def _made(request: HttpRequest, person_id: UUID, form: str) -> HttpResponse:
    person, _, days, tpo = _asked(request, person_id)
    try:
        rows = make_accounting(person=person, window=days, tpo=tpo, form=form, by=request.user)
    except Refused as refused:
        context = {
            "message": refused.message,
            "back": reverse("records:disclosure-list", args=[person.pk]) + f"?{_query(days, tpo)}",
        }
        return render(request, "records/conflict.html", context, status=409)
    lines = [line(row) for row in rows]
    if form == "csv":
        return csv_response("accounting", HEADER, [one.cells() for one in lines], [notices.statement()])
    content = render_pdf(
        "document", document(person, days, lines, tpo=tpo), title="Accounting of disclosures", language="en",
        notice=notices.short_statement(), printed=printed_by(request.user),
    )  # fmt: skip
    return pdf_response(content, "accounting")


def printed_by(user: Any) -> str:
    """Return who prints and when, for the foot of a page."""
    now = clock.now()
    return f"Printed by {user.display_name or user.email}, {day(now)}, {clock_words(now)}"

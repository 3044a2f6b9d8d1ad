"""Today: what needs me now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import signed_in
from audit.actions import record_list
from config import clock
from desk.today import counts_of, is_overdue, is_soon, items_for, only


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this user, most urgent first; `?show=` narrows it to one of the counts."""
    now = clock.now()
    items = items_for(request.user, now)
    show = request.GET.get("show", "")
    shown = [item.reference for item in items]
    # A list that refreshes itself is one look until what it shows changes.
    if shown != request.session.get("today"):
        record_list(by=request.user, what="today", shown=shown)
        request.session["today"] = shown
    rows = [(item, is_overdue(item, now), is_soon(item, now)) for item in only(items, show, now)]
    context = {
        "now": now,
        "rows": rows,
        "counts": counts_of(items, now),
        "show": show,
        "total": len(items),
        "may_take_calls": request.user.has_perm("intake.request_call"),
        "works_with_people": request.user.has_perm("records.person_read"),
    }
    template = "desk/_today.html" if request.htmx else "desk/today.html"
    return render(request, template, context)

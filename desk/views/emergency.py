"""Emergency: find whom it is about, from anywhere, and go on to telling medical staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import staff
from accounts.throttle import allow
from config.forms import render_form
from desk.actions import search
from desk.forms import FindForm


@staff("records.emergency_disclose")
def emergency_find(request: HttpRequest) -> HttpResponse:
    """Find whom an emergency is about by an exact search, which is a POST and is audited."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict = {"searched": False}
    if request.method == "POST" and form.is_valid():
        if not allow("people.search", str(request.user.pk), limit=30, seconds=60):
            return render(request, "429.html", status=429)
        context = {"searched": True, "people": search(by=request.user, **form.criteria())}
    return render_form(request, "desk/emergency_find.html", context, form)

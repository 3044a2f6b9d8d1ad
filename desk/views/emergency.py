"""Emergency: find whom it is about, from anywhere, and go on to telling medical staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import staff
from accounts.throttle import allow
from config.errors import Refused
from config.forms import render_form
from desk.actions import join_for_emergency, search, search_elsewhere
from desk.forms import FindForm
from desk.queries import on_file_by_id

OUTSIDE = "found_elsewhere_in_emergency"


@staff("records.emergency_disclose")
def emergency_find(request: HttpRequest) -> HttpResponse:
    """Find whom an emergency is about by a search, which is a POST and is audited.

    An emergency doesn't wait for whoever has the person on their list: exact matches elsewhere are offered by
    reference, and going on with one joins the care team, which is reviewed.
    """
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict = {"searched": False}
    if request.method == "POST" and form.is_valid():
        if not allow("people.search", str(request.user.pk), limit=30, seconds=60):
            return render(request, "429.html", status=429)
        criteria = form.criteria()
        found = search(by=request.user, **criteria)
        reference = criteria.pop("reference")
        elsewhere = [] if reference else search_elsewhere(by=request.user, **criteria)
        request.session[OUTSIDE] = [str(person.pk) for person in elsewhere]
        context = {"searched": True, "people": found, "elsewhere": elsewhere}
    return render_form(request, "desk/emergency_find.html", context, form)


@staff("records.emergency_disclose")
@require_POST
def emergency_join(request: HttpRequest) -> HttpResponse:
    """Go on with somebody whom this session's last search found outside one's list."""
    wanted = request.POST.get("person", "")
    page = {"message": "Search for the person again first.", "back_url": reverse("desk:emergency-find")}
    if wanted not in request.session.get(OUTSIDE, []):
        return render(request, "409.html", page, status=409)
    person = on_file_by_id(wanted)
    try:
        join_for_emergency(by=request.user, person=person)
    except Refused as error:
        return render(request, "409.html", page | {"message": error.message}, status=409)
    request.session.pop(OUTSIDE, None)
    return redirect("records:emergency", person_id=person.pk)

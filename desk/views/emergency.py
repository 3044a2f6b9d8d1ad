"""Emergency: find whom it is about, from anywhere, and go on to telling medical staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import staff
from config.forms import render_form
from config.methods import post_only
from desk.actions import join_for_emergency
from desk.forms import FindForm
from desk.views.finding import find, go_on, too_often
from records.models import Person


@staff("records.emergency_disclose")
def emergency_find(request: HttpRequest) -> HttpResponse:
    """Find whom an emergency is about by a search, which is a POST and is audited.

    An emergency doesn't wait for whoever has the person on their list: exact matches elsewhere are offered by
    reference, and going on with one joins the care team, which is reviewed.
    """
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict = {"searched": False}
    if request.method == "POST" and form.is_valid():
        if too_often(request):
            return render(request, "429.html", status=429)
        context = find(request, form)
    return render_form(request, "desk/emergency_find.html", context, form)


@staff("records.emergency_disclose")
@post_only
def emergency_join(request: HttpRequest) -> HttpResponse:
    """Go on with somebody whom the last search found outside one's list."""

    def join(person: Person) -> str:
        join_for_emergency(by=request.user, person=person)
        return reverse("records:emergency", args=[person.pk])

    return go_on(request, reverse("desk:emergency-find"), join)

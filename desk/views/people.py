"""People: finding one, and one person's page."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.clock import center_day
from config.forms import render_form
from config.methods import post_only
from desk.actions import take_known_caller
from desk.forms import FindForFamilyForm, FindForm
from desk.person_summary import summary_of
from desk.queries import newest_people
from desk.rules.next_step import STAGES
from desk.timeline import timeline_of
from desk.views.finding import find, go_on, too_often
from intake.models import ContactRequest
from intake.queries_contact import contact_requests_for
from records.models import Person
from records.queries import people_for
from records.queries.duplicates import known_of, possible_same


@staff("desk.people_search")
def people(request: HttpRequest) -> HttpResponse:
    """List the newest people, or those that a search finds. The search is a POST and is audited.

    From a request of somebody else's (`?request=`) it asks why. Nobody is linked to the request by it.
    """
    asked_in = _family_request(request)
    kind = FindForm if asked_in is None else FindForFamilyForm
    form = kind(request.POST if request.method == "POST" else None)
    context: dict = {"now": clock.now(), "searched": False, "asked_in": asked_in}
    if request.method == "POST" and form.is_valid():
        if too_often(request):
            return render(request, "429.html", status=429)
        context |= find(request, form, asked_in)
    elif asked_in is None:
        page = newest_people(request.user, request.GET.get("after", ""))
        context |= {"people": page.rows, "after": page.after}
        record_list(by=request.user, what="people", shown=page.rows)
    return render_form(request, "desk/people.html", context, form)


def _family_request(request: HttpRequest) -> ContactRequest | None:
    try:
        wanted = UUID(request.GET.get("request", ""))
    except ValueError:
        return None
    return contact_requests_for(request.user).filter(pk=wanted).first()


@staff("intake.episode_start")
@post_only
def known_caller(request: HttpRequest) -> HttpResponse:
    """Somebody whom the last search found outside one's list is calling now: join, and go on with them."""

    def join(person: Person) -> str:
        episode = take_known_caller(by=request.user, person=person)
        if episode is not None:
            return reverse("intake:safety-check", args=[episode.pk])
        return reverse("desk:person", args=[person.pk])

    return go_on(request, reverse("desk:people"), join)


@staff("desk.person_view")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show where one person stands, what comes next, and what happened; a merged record leads on."""
    found = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=found, what="person", obj=found)
    if found.merged_into_id:
        return redirect("desk:person", person_id=found.merged_into_id)
    now = clock.now()
    alike = possible_same(request.user, known_of(found), found)
    record_list(by=request.user, what="possible same people", shown=[one.person for one in alike])
    about = summary_of(request.user, found, now)
    return render(
        request,
        "desk/person.html",
        {
            "now": now,
            "about": about,
            "alike": alike,
            "person": found,
            "born": born_text(found, center_day(now)),
            "stages": [(name, number) for number, name in enumerate(STAGES)],
            "events": timeline_of(about),
        },
    )


def born_text(found: Person, today: date) -> str:
    """Return a date of birth with the age, such as "3 March 1990, 36"; nothing when it isn't known."""
    if not found.date_of_birth:
        return ""
    born = date.fromisoformat(found.date_of_birth)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{born.day} {born:%B %Y}, {age}"

"""People: finding one, and one person's page."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import staff
from accounts.throttle import allow
from audit.actions import record_list, record_view
from config import clock
from config.forms import render_form
from desk.actions import search
from desk.forms import FindForm
from desk.person_summary import summary_of
from desk.queries import newest_people
from desk.rules.next_step import STAGES
from desk.timeline import timeline_of
from records.models import Person
from records.queries import people_for


@staff("desk.people_search")
def people(request: HttpRequest) -> HttpResponse:
    """List the newest people, or those that an exact search finds. The search is a POST and is audited."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context: dict = {"now": clock.now(), "searched": False}
    if request.method == "POST" and form.is_valid():
        if not allow("people.search", str(request.user.pk), limit=30, seconds=60):
            return render(request, "429.html", status=429)
        context |= {"people": search(by=request.user, **form.criteria()), "searched": True}
    else:
        page = newest_people(request.user, request.GET.get("after", ""))
        context |= {"people": page.rows, "after": page.after}
        record_list(by=request.user, what="people", shown=page.rows)
    return render_form(request, "desk/people.html", context, form)


@staff("desk.person_view")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show where one person stands, what comes next, and what happened."""
    found = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=found, what="person", obj=found)
    now = clock.now()
    about = summary_of(request.user, found, now)
    return render(
        request,
        "desk/person.html",
        {
            "now": now,
            "about": about,
            "person": found,
            "born": born_text(found, now.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE)).date()),
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

"""Starting an episode."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict
from config.forms import render_form
from config.templatetags.ui import day
from intake.actions.episodes import start_episode
from intake.choices_contact import Who
from intake.contact_details import amendments_of, current_details
from intake.forms.episodes import NEW_PERSON, StartEpisodeForm
from intake.models import ContactRequest
from intake.queries import open_episode_of, possible_elsewhere
from intake.queries_contact import contact_requests_for
from intake.rules.phone import show_phone
from intake.views.common import posted
from records.models import Person
from records.queries.duplicates import Possible, possible_same
from records.rules.duplicates import Known


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Start an episode for somebody new or for somebody on file that staff chose.

    `?person=` leads to the page of somebody who was chosen already.
    """
    if request.method == "GET" and (known := _uuid(request.GET.get("person", ""))):
        return redirect("intake:episode-again", person_id=known)
    today = center_day(clock.now())
    asked_by = asked_in(request)
    form = StartEpisodeForm(posted(request), today=today, initial=_known(asked_by))
    matches: list[Possible] = []
    elsewhere: list[Person] = []
    if request.method == "POST" and form.is_valid():
        matches = possible_same(request.user, _known_of(form))
        elsewhere = possible_elsewhere(request.user, **_search(form))
        if matches or elsewhere:
            form = _with_matches(request, form, matches, elsewhere, today)
        if form.is_valid():
            return _start(request, form, matches, elsewhere, asked_by)
    return render_form(request, "intake/episode_start.html", {"matches": [*matches, *elsewhere]}, form)


def asked_in(request: HttpRequest) -> ContactRequest | None:
    """Return the contact request that led here (`?request=`), if the user may see it."""
    wanted = _uuid(request.GET.get("request", ""))
    return contact_requests_for(request.user).filter(pk=wanted).first() if wanted else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _known(asked_by: ContactRequest | None) -> dict[str, str]:
    """Return what the request already says about the person; a helper's own name is not theirs."""
    if asked_by is None:
        return {"language": "en"}
    details = current_details(asked_by, amendments_of([asked_by])[asked_by.pk])
    if details.get("who") != Who.ME:
        return {"language": asked_by.language}
    phone = show_phone(details["phone"]) if details.get("phone") else ""
    return {"language": asked_by.language, "preferred_name": details["call_name"], "phone": phone}


def _known_of(form: StartEpisodeForm) -> Known:
    given = form.cleaned_data
    names = tuple(name for name in (given["name"], given["preferred_name"]) if name)
    return Known(names, given["phone"] or "", given["date_of_birth"] or "")


def _search(form: StartEpisodeForm) -> dict[str, str]:
    names = ("name", "phone")
    return {name: form.cleaned_data[name] or "" for name in names}


def _with_matches(
    request: HttpRequest,
    form: StartEpisodeForm,
    matches: list[Possible],
    elsewhere: list[Person],
    today: date,
) -> StartEpisodeForm:
    """Show who it might be, and ask. What is shown about people on file is recorded."""
    for one in matches:
        record_view(by=request.user, person=one.person, what="possible same person")
    for person in elsewhere:
        record_view(by=request.user, person=person, what="reference of somebody off the list")
    asked = StartEpisodeForm(request.POST, today=today)
    off_list = [
        (str(one.pk), f"{one.reference}, not on your list: they are calling now") for one in elsewhere
    ]
    asked.offer([*((str(one.person.pk), _describe(one)) for one in matches), *off_list])
    return asked


def _describe(one: Possible) -> str:
    person = one.person
    born = f", born {day(date.fromisoformat(person.date_of_birth))}" if person.date_of_birth else ""
    return f"Use this record: {person.name}{born}, {person.reference}. {'. '.join(one.match.reasons)}"


def _start(
    request: HttpRequest,
    form: StartEpisodeForm,
    matches: list[Possible],
    elsewhere: list[Person],
    asked_by: ContactRequest | None,
) -> HttpResponse:
    choice = form.cleaned_data.get("use_person", NEW_PERSON)
    on_file = [*(one.person for one in matches), *elsewhere]
    person = next((one for one in on_file if str(one.pk) == choice), None)
    try:
        episode = start_episode(
            by=request.user,
            person=person,
            new_person=None if person else form.person(),
            contact_request=asked_by,
            known_caller=person in elsewhere,
            submit_key=form.cleaned_data["submit_key"],
        )
    except Conflict as conflict:
        form.add_conflict(conflict)
        page = {
            "matches": [*matches, *elsewhere],
            "open_one": open_episode_of(request.user, person) if person else None,
        }
        return render_form(request, "intake/episode_start.html", page, form)
    return redirect("intake:safety-check", episode_id=episode.pk)

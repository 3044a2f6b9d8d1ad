"""Starting an episode."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict
from config.forms import render_form
from config.templatetags.ui import day
from intake.actions.episodes import start_episode
from intake.choices_contact import Who
from intake.contact_details import amendments_of, current_details
from intake.forms.episodes import NEW_PERSON, StartEpisodeForm
from intake.models import ContactRequest
from intake.picture import center_zone
from intake.queries import possible_elsewhere, possible_people
from intake.queries_contact import contact_requests_for
from intake.rules.phone import show_phone
from intake.views.common import add_conflict, as_conflict, posted
from outbox.submit import AlreadyDone
from records.models import Person


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Start an episode for somebody new or for somebody on file that staff chose."""
    today = clock.now().astimezone(center_zone()).date()
    asked_by = _contact_request(request)
    form = StartEpisodeForm(posted(request), today=today, initial=_known(asked_by))
    matches: list[Person] = []
    if request.method == "POST" and form.is_valid():
        matches = possible_people(request.user, **_search(form))
        elsewhere = possible_elsewhere(request.user, **_search(form))
        if matches or elsewhere:
            form = _with_matches(request, form, matches, elsewhere, today)
            matches = [*matches, *elsewhere]
        if form.is_valid():
            return _start(request, form, matches, elsewhere, asked_by)
    return render_form(request, "intake/episode_start.html", {"matches": matches}, form)


def _contact_request(request: HttpRequest) -> ContactRequest | None:
    """Return the contact request that led here (`?request=`), if the user may see it."""
    try:
        wanted = UUID(request.GET.get("request", ""))
    except ValueError:
        return None
    return contact_requests_for(request.user).filter(pk=wanted).first()


def _known(asked_by: ContactRequest | None) -> dict[str, str]:
    """Return what the request already says about the person; a helper's own name is not theirs."""
    if asked_by is None:
        return {"language": "en"}
    details = current_details(asked_by, amendments_of([asked_by])[asked_by.pk])
    if details.get("who") != Who.ME:
        return {"language": asked_by.language}
    phone = show_phone(details["phone"]) if details.get("phone") else ""
    return {"language": asked_by.language, "preferred_name": details["call_name"], "phone": phone}


def _search(form: StartEpisodeForm) -> dict[str, str]:
    names = ("name", "phone")
    return {name: form.cleaned_data[name] or "" for name in names}


def _with_matches(
    request: HttpRequest,
    form: StartEpisodeForm,
    matches: list[Person],
    elsewhere: list[Person],
    today: date,
) -> StartEpisodeForm:
    """Show who it might be, and ask. What is shown about people on file is recorded."""
    for person in matches:
        record_view(by=request.user, person=person, what="possible same person")
    for person in elsewhere:
        record_view(by=request.user, person=person, what="reference of somebody off the list")
    asked = StartEpisodeForm(request.POST, today=today)
    off_list = [
        (str(one.pk), f"{one.reference}, not on your list: they are calling now") for one in elsewhere
    ]
    asked.offer([*((str(person.pk), _describe(person)) for person in matches), *off_list])
    return asked


def _describe(person: Person) -> str:
    born = f", born {day(date.fromisoformat(person.date_of_birth))}" if person.date_of_birth else ""
    return f"Use this record: {person.name}{born}, {person.reference}"


def _start(
    request: HttpRequest,
    form: StartEpisodeForm,
    matches: list[Person],
    elsewhere: list[Person],
    asked_by: ContactRequest | None,
) -> HttpResponse:
    choice = form.cleaned_data.get("use_person", NEW_PERSON)
    person = next((one for one in matches if str(one.pk) == choice), None)
    try:
        episode = start_episode(
            by=request.user,
            person=person,
            new_person=None if person else form.person(),
            contact_request=asked_by,
            known_caller=person in elsewhere,
            submit_key=form.cleaned_data["submit_key"],
        )
    except AlreadyDone as done:
        return redirect(done.url)
    except Conflict as conflict:
        add_conflict(form, conflict)
        return as_conflict(
            form, render_form(request, "intake/episode_start.html", {"matches": matches}, form)
        )
    return redirect("intake:safety-check", episode_id=episode.pk)

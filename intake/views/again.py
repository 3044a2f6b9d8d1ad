"""Somebody on file calls again: a new episode, or the one that was paused a short while ago."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import SubmitForm
from config.methods import post_only
from intake.actions.episodes import start_episode
from intake.actions.reopening import resume_episode
from intake.models import Episode
from intake.queries import episodes_for
from intake.rules.resume import may_resume
from intake.views.common import posted
from intake.views.episodes import asked_in
from records.models import Person
from records.queries import people_for, same_person


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def start_again(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what there was, and start a new episode; a recent pause can be resumed instead.

    `?request=` is the request for a call that led here.
    """
    person = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="earlier episodes", obj=person)
    if person.merged_into_id:
        return redirect("intake:episode-again", person_id=person.merged_into_id)
    form = SubmitForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            episode = start_episode(
                by=request.user,
                person=person,
                contact_request=asked_in(request),
                submit_key=form.cleaned_data["submit_key"],
            )
        except Conflict as conflict:
            return _conflict(request, conflict.message, person)
        return redirect("intake:safety-check", episode_id=episode.pk)
    earlier = list(_episodes(request, person))
    context = {
        "person": person,
        "form": form,
        "now": clock.now(),
        "earlier": earlier,
        "open_one": next((one for one in earlier if one.status == "open"), None),
        "resumable": _resumable(earlier[:1]),
    }
    return render(request, "intake/episode_again.html", context)


def _episodes(request: HttpRequest, person: Person) -> list[Episode]:
    found = episodes_for(request.user).filter(person__in=same_person(person))
    return list(found.order_by("-opened_at", "-id")[:20])


def _resumable(newest: list[Episode]) -> Episode | None:
    """Return the newest episode when it may go on instead of a new one."""
    now = clock.now()
    fits = (one for one in newest if may_resume(reason=one.close_reason, closed_at=one.closed_at, now=now))
    return next(fits, None)


@staff("intake.episode_start")
@post_only
def resume(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Open a paused episode again; the safety questions come first."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person_id, what="episode", obj=episode)
    form = SubmitForm(request.POST)
    form.is_valid()
    try:
        resume_episode(by=request.user, episode=episode, submit_key=form.cleaned_data["submit_key"])
    except (Refused, Conflict) as error:
        return _conflict(request, error.message, episode.person)
    messages.success(request, "The episode is open again. The last use and the safety questions come anew.")
    return redirect("intake:safety-check", episode_id=episode_id)


def _conflict(request: HttpRequest, message: str, person: Person) -> HttpResponse:
    page = {"message": message, "back_url": reverse("intake:episode-again", args=[person.pk])}
    return render(request, "409.html", page, status=409)

"""Closing an episode."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config.errors import Conflict, Refused
from config.forms import render_form
from desk.actions import close_episode
from desk.forms import CloseEpisodeForm
from intake.queries import episodes_for
from outbox.submit import AlreadyDone


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask why the episode ends, and end it; 409 when it was closed already."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person_id, what="episode", obj=episode)
    form = CloseEpisodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_episode(
                by=request.user,
                episode=episode,
                reason=form.cleaned_data["close_reason"],
                submit_key=form.cleaned_data["submit_key"],
            )
        except AlreadyDone as done:
            return redirect(done.url)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        except Conflict as conflict:
            return _faster(request, conflict.message, episode.person_id)
        else:
            messages.success(request, "The episode is closed. No bed is held for it any more.")
            return redirect("desk:person", person_id=episode.person_id)
    elif episode.status != "open":
        return _faster(request, "This episode was closed. Nothing was changed.", episode.person_id)
    return render_form(request, "desk/episode_close.html", {"episode": episode}, form)


def _faster(request: HttpRequest, message: str, person_id: UUID) -> HttpResponse:
    """Say that the episode was closed before, with the way back to the person's page."""
    context = {"message": message, "back_url": reverse("desk:person", args=[person_id])}
    return render(request, "409.html", context, status=409)

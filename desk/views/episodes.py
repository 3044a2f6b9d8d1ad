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
from intake.rules.resume import PAUSED, WITHIN
from programs.actions.closing import returns_kept_for


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask why the episode ends, and end it; 409 when it was closed already."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person_id, what="episode", obj=episode)
    kept = " and ".join(held.place for held in returns_kept_for(episode))
    form = CloseEpisodeForm(request.POST if request.method == "POST" else None, kept=kept)
    if request.method == "POST" and form.is_valid():
        try:
            close_episode(
                by=request.user,
                episode=episode,
                reason=form.cleaned_data["close_reason"],
                submit_key=form.cleaned_data["submit_key"],
                said=form.said(),
                release_return=form.cleaned_data.get("release_return", False),
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            return _faster(request, conflict.message, episode.person_id, form)
        else:
            messages.success(request, _closed(form))
            return redirect("desk:person", person_id=episode.person_id)
    elif episode.status != "open":
        return _faster(request, "This episode was closed. Nothing was changed.", episode.person_id)
    return render_form(request, "desk/episode_close.html", {"episode": episode}, form)


def _closed(form: CloseEpisodeForm) -> str:
    """Say what the close did; after a pause also how it goes on."""
    text = "The episode is closed. No place is held for it any more."
    if form.cleaned_data["close_reason"] in PAUSED:
        return f"{text} It can be resumed within {WITHIN.days} days."
    return text


def _faster(
    request: HttpRequest, message: str, person_id: UUID, form: CloseEpisodeForm | None = None
) -> HttpResponse:
    """Say that the episode was closed before, what was typed, and the way back to the person's page."""
    back = reverse("desk:person", args=[person_id])
    context = {"message": message, "back_url": back, "typed": form.typed() if form else []}
    return render(request, "409.html", context, status=409)

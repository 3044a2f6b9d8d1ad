"""What the screens of programs share: opening a record, forms that meet a refusal, the conflict page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.templatetags.ui import day
from intake.models import Assessment, Episode
from intake.queries import current_assessment, episodes_for
from outbox.submit import AlreadyDone
from programs.models import BedUse
from programs.queries import place_of


@dataclass
class Opened:
    """An episode that a user has opened, at one moment."""

    episode: Episode
    now: datetime

    @cached_property
    def held(self) -> BedUse | None:
        """Return the bed that is held or reserved for the episode at that moment, read once."""
        return place_of(self.episode, self.now)

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what every page of an open episode gets."""
        person = self.episode.person
        born = person.date_of_birth
        identity = {
            "name": person.called,
            "born": day(date.fromisoformat(born)) if born else "",
            "reference": self.episode.reference,
            "actions": [
                ("Answers", reverse("intake:assessment", args=[self.episode.pk])),
                ("Review", reverse("programs:review", args=[self.episode.pk])),
                ("Admission", reverse("programs:readiness", args=[self.episode.pk])),
            ],
        }
        return {"episode": self.episode, "person": person, "now": self.now, "identity": identity, **more}


def open_episode(request: HttpRequest, episode_id: UUID, what: str) -> Opened:
    """Open an episode that the user may see (404 otherwise), and record that they see `what` of it."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person_id, what=what, obj=episode)
    return Opened(episode, clock.now())


def assessment_of(opened: Opened) -> Assessment:
    """Return the episode's present assessment; 404 when there is none."""
    found = current_assessment(opened.episode)
    if found is None:
        raise Http404
    found.episode = opened.episode
    return found


def refused_on(form: forms.BaseForm, refused: Refused) -> None:
    """Put a refusal on the field it names, or on the form."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def conflict_page(request: HttpRequest, opened: Opened, conflict: Conflict, back: str) -> HttpResponse:
    """Say who was first, with the way back; 409."""
    page = opened.context(conflict=conflict.message, back=back)
    return render(request, "programs/conflict.html", page, status=409)


def attempt(
    request: HttpRequest, opened: Opened, form: forms.BaseForm, back: str, act: Callable[[], Any]
) -> HttpResponse | None:
    """Run an action for a valid form. Return the answer, or None when the form has to be shown again."""
    try:
        act()
    except AlreadyDone as done:
        return redirect(done.url)
    except Refused as refused:
        refused_on(form, refused)
        return None
    except Conflict as conflict:
        return conflict_page(request, opened, conflict, back)
    return redirect(back)

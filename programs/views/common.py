"""What the screens of programs share: opening a record, forms that meet a refusal, the conflict page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import ClearwayForm
from config.templatetags.ui import day
from intake.models import Assessment, Episode
from intake.queries import current_assessment, episodes_for
from intake.queries_coverage import Coverage, coverage
from programs.actions.holds import Held
from programs.models import Bed
from programs.queries import place_of
from programs.rules.should_have import Should
from programs.should_have import shoulds_of
from records.minors import minor_path
from records.queries.people import opened_by_break_glass_only


@dataclass
class Opened:
    """An episode that a user has opened, at one moment."""

    episode: Episode
    now: datetime
    read_only: bool = False
    """Nothing but an emergency lets the reader see the record: what is sent would be refused."""

    @cached_property
    def held(self) -> Held | None:
        """Return the bed or slot that is held or reserved for the episode at that moment, read once."""
        return place_of(self.episode, self.now)

    @cached_property
    def covered(self) -> Coverage:
        """Return how the episode stands with who pays, read once."""
        return coverage(self.episode, self.now)

    @cached_property
    def shoulds(self) -> tuple[Should, ...]:
        """Return what an admission should have, read once."""
        return shoulds_of(self.episode, self.now, self.covered)

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what every page of an open episode gets."""
        person = self.episode.person
        born = person.date_of_birth
        identity = {
            "name": person.called,
            "born": day(date.fromisoformat(born)) if born else "",
            "reference": self.episode.reference,
            "minor": minor_path(person, self.now),
            "actions": [
                ("Answers", reverse("intake:assessment", args=[self.episode.pk])),
                ("Review", reverse("programs:review", args=[self.episode.pk])),
                ("Admission", reverse("programs:readiness", args=[self.episode.pk])),
            ],
        }
        page = {"episode": self.episode, "person": person, "now": self.now, "identity": identity}
        return {**page, "read_only": self.read_only, **more}


def opened_by(user: Any, episode: Episode) -> Opened:
    """Return an episode that a user has opened, now."""
    reads = getattr(user, "reads_in_emergency", False)
    return Opened(episode, clock.now(), read_only=reads and opened_by_break_glass_only(user, episode.person))


def open_episode(request: HttpRequest, episode_id: UUID, what: str) -> Opened:
    """Open an episode that the user may see (404 otherwise), and record that they see `what` of it."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person_id, what=what, obj=episode)
    return opened_by(request.user, episode)


def assessment_of(opened: Opened) -> Assessment:
    """Return the episode's present assessment; 404 when there is none."""
    found = current_assessment(opened.episode)
    if found is None:
        raise Http404
    found.episode = opened.episode
    return found


def conflict_page(
    request: HttpRequest, opened: Opened, conflict: Conflict, back: str, form: ClearwayForm | None = None
) -> HttpResponse:
    """Say what happened meanwhile, what was typed here, and the way back; 409."""
    typed = form.typed() if form is not None else []
    page = opened.context(
        conflict=conflict.message, back=back, others=_instead(opened, conflict), typed=typed
    )
    return render(request, "programs/conflict.html", page, status=409)


def _instead(opened: Opened, conflict: Conflict) -> list[tuple[str, str]]:
    """Return what to do instead when a place was taken: the next open one, the waitlist."""
    if "waits" not in conflict.details:
        return []
    place, key = conflict.details["next_place"], [opened.episode.pk]
    value = f"{'bed' if isinstance(place, Bed) else 'program'}:{place.pk}" if place else ""
    url = reverse("programs:bed-hold", args=key) + f"?place={value}"
    what = place.label if isinstance(place, Bed) else f"a slot in {place}"
    found = [(url, f"Hold {what}")] if place else []
    words = "See the waitlist" if conflict.details["waits"] else "Join the waitlist"
    return [*found, (reverse("programs:waiting-of", args=key), words)]


def attempt(
    request: HttpRequest, opened: Opened, form: ClearwayForm, back: str, act: Callable[[], Any]
) -> HttpResponse | None:
    """Run an action for a valid form. Return the answer, or None when the form has to be shown again."""
    try:
        act()
    except Refused as refused:
        form.add_refusal(refused)
        return None
    except Conflict as conflict:
        if "field" in conflict.details:
            form.add_conflict(conflict)
            return None
        return conflict_page(request, opened, conflict, back, form)
    return redirect(back)


def told(request: HttpRequest, words: str, action: Any, **values: Any) -> None:
    """Run an action of one button, and say how it went on the next page."""
    try:
        action(**values, by=request.user)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, words)

"""An emergency comes first: nobody reads on in an episode while nobody wrote what was done."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from intake.queries import emergencies_for

# Pages that help during an emergency, or are about it.
BESIDE = frozenset(
    {"safety-check", "safety-stop", "callback", "report-use", "autosave", "here", "call-dropped"}
)


def emergency_first(view: Any) -> Any:
    """Lead whoever opens the page to the emergency. What is sent goes through: it is kept first."""

    @wraps(view)
    def wrapped(request: HttpRequest, episode_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET":
            waiting = emergencies_for(request.user).filter(episode_id=episode_id).order_by("asked_at").first()
            if waiting is not None:
                return redirect("intake:safety-stop", episode_id=episode_id, check_id=waiting.pk)
        return view(request, episode_id, *args, **kwargs)

    return wrapped

"""What the two searches for people share: what is found, and going on with somebody outside one's list."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.throttle import allow
from config.errors import Conflict, Refused
from desk.actions import search, search_elsewhere
from desk.forms import FindForm
from desk.queries import on_file_by_id
from records.models import Person

OUTSIDE = "found_elsewhere"


def too_often(request: HttpRequest) -> bool:
    """Say whether this user has searched 30 times within a minute."""
    return not allow("people.search", str(request.user.pk), limit=30, seconds=60)


def find(request: HttpRequest, form: FindForm, asked_in: Any = None) -> dict[str, Any]:
    """Search, and remember for this visit whom it found outside the user's list.

    From a family's request (`asked_in`) nobody outside the list is offered.
    """
    criteria = form.criteria()
    people = search(by=request.user, asked_in=asked_in, why=form.cleaned_data.get("why", ""), **criteria)
    reference = criteria.pop("reference")
    elsewhere = search_elsewhere(by=request.user, **criteria) if not reference and asked_in is None else []
    request.session[OUTSIDE] = [str(person.pk) for person in elsewhere]
    return {"people": people, "elsewhere": elsewhere, "searched": True}


def go_on(request: HttpRequest, back_url: str, join: Callable[[Person], str]) -> HttpResponse:
    """Join the team of the posted person by `join`, which returns where to go.

    Only whom the last search found; a refusal is a conflict.
    """
    wanted = request.POST.get("person", "")
    page = {"message": "Search for the person again first.", "back_url": back_url}
    if wanted not in request.session.get(OUTSIDE, []):
        return render(request, "409.html", page, status=409)
    try:
        url = join(on_file_by_id(wanted))
    except (Refused, Conflict) as error:
        return render(request, "409.html", page | {"message": error.message}, status=409)
    request.session.pop(OUTSIDE, None)
    return redirect(url)

"""What several staff pages share: the identity bar, and taking a form once."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.errors import Conflict, Refused
from config.forms import render_form
from referrals.actions.once import once


def sent_data(request: HttpRequest) -> Any:
    """Return what a form is bound to: the posted data, however empty, or nothing on a GET."""
    return request.POST if request.method == "POST" else None


def take(
    request: HttpRequest,
    *,
    form: Any,
    template: str,
    page: dict[str, Any],
    scope: str,
    url: str,
    action: Callable[[dict], Any],
    stale: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """Show a form, or run `action` once with what it gave and go to `url`.

    A refusal lands on its field with 422, and so does a conflict that names one, with 409. Any other has a
    page of its own, with what was typed; `stale` then tells what changed meanwhile (`theirs`, `yours`).
    """
    if request.method != "POST" or not form.is_valid():
        return render_form(request, template, page, form)
    given = {key: value for key, value in form.cleaned_data.items() if key != "submit_key"}
    try:
        once(
            form.cleaned_data["submit_key"],
            scope=scope,
            by=request.user,
            url=url,
            action=lambda: action(given),
        )
    except Refused as refused:
        return refuse(request, form, refused, template, page)
    except Conflict as conflict:
        if "field" in conflict.details:
            form.add_conflict(conflict)
            return render_form(request, template, page, form)
        return conflicted(request, conflict, url, form, **stale())
    return redirect(url)


def refuse(
    request: HttpRequest, form: Any, refused: Refused, template: str, page: dict[str, Any]
) -> HttpResponse:
    """Show the form again with the refusal where it belongs, and where to go when something is missing."""
    form.add_refusal(refused)
    if refused.code == "consent_needed" and refused.reasons:
        page = {**page, "consent_url": refused.reasons[0]}
    return render_form(request, template, page, form)


def conflicted(
    request: HttpRequest, conflict: Conflict, back: str, form: Any = None, **more: Any
) -> HttpResponse:
    """Say what happened meanwhile, what was typed here, and where to look."""
    typed = form.typed() if form is not None and not more.get("yours") else []
    page = {"message": conflict.message, "back": back, "typed": typed, **more}
    return render(request, "referrals/conflict.html", page, status=409)

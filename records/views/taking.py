"""Taking a form once: show it, or run an action and go on."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.errors import Conflict, Refused
from config.forms import render_form
from outbox.submit import once


def take(
    request: HttpRequest,
    *,
    form: Any,
    template: str,
    page: dict[str, Any],
    scope: str,
    url: str,
    action: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    """Show a form, or run `action` once with what it gave and go to `url`.

    A refusal lands on its field with 422, a conflict on its own page with 409.
    """
    if request.method != "POST" or not form.is_valid():
        return render_form(request, template, page, form)
    given = {key: value for key, value in form.cleaned_data.items() if key != "submit_key"}
    try:
        with transaction.atomic():
            claim = once(form.cleaned_data["submit_key"], scope=scope, by=request.user)
            action(given)
            claim.done(url)
    except Refused as refused:
        form.add_refusal(refused)
        return render_form(request, template, page, form)
    except Conflict as conflict:
        page = {"message": conflict.message, "back": url, "typed": form.typed()}
        return render(request, "records/conflict.html", page, status=409)
    return redirect(url)

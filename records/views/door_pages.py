"""What the pages behind the door share: one form on a page, and what an action may answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from config.errors import Conflict, Refused
from config.forms import render_form


def form_page(
    request: HttpRequest, form: Any, page: dict[str, Any], act: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Show a page with one form, or do what it asks and go where `act` says (anything `redirect` takes).

    `page` names title, lead, back_url, back and button for `records/door_form.html`, or another `template`.
    """
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except Conflict as conflict:
            context = {"message": conflict.message, "back_url": page.get("back_url", "/staff/")}
            return render(request, "409.html", context, status=409)
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, refused.message)
            status = 422
    answer = render_form(request, page.get("template", "records/door_form.html"), page, form)
    answer.status_code = status or answer.status_code
    return answer

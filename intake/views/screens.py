"""The screen that interrupts when stopping suddenly would be dangerous."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from intake.actions.screens import confirm_screen
from intake.choices import Screen
from intake.questions import BY_KEY
from intake.rules.flags import DO_NOT_STOP
from intake.views.common import OpenRecord, open_record, stop_first


def interrupt(record: OpenRecord, section: str) -> HttpResponse | None:
    """Lead to the screen on the way to `section`; None when there is nothing to say, or it was said."""
    if not record.editable or not record.screen_due:
        return None
    url = reverse("intake:do-not-stop", args=[record.episode.pk])
    return redirect(f"{url}?{urlencode({'next': section})}")


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def do_not_stop(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Say the words to the caller, confirm that they were said, and go on."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    given = request.POST if request.method == "POST" else request.GET
    section = given.get("next", "")
    if request.method == "POST" and record.danger:
        confirm_screen(
            by=request.user, episode=record.episode, screen=Screen.WITHDRAWAL, answers=record.danger
        )
    if request.method == "POST" or not record.danger:
        if section in BY_KEY:
            return redirect("intake:assessment-section", episode_id=episode_id, section=section)
        return redirect("intake:assessment-check", episode_id=episode_id)
    context = {**record.context(), "danger": record.danger, "say": DO_NOT_STOP, "next": section}
    return render(request, "intake/do_not_stop.html", context)

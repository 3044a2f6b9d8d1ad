"""Answers from elsewhere on a section's page: use one, set one aside, or read all and use them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict
from intake.actions.prefills import set_prefills_aside, use_prefills
from intake.prefills import offers_for_section
from intake.questions import BY_KEY
from intake.views.common import OpenRecord, open_record

USE, ASIDE, ALL = "use:", "aside:", "use-all"


def is_pressed(pressed: str) -> bool:
    """Say whether a section's page was sent with a button of an offered answer."""
    return pressed == ALL or pressed.startswith((USE, ASIDE))


def press(request: HttpRequest, record: OpenRecord, section: str, pressed: str) -> HttpResponse:
    """Use or set aside one offered answer, after the page itself was saved; lead back to the section."""
    if pressed == ALL:
        return redirect("intake:assessment-before", episode_id=record.episode.pk, section=section)
    do, _, text = pressed.partition(":")
    ids = _ids([text])
    if f"{do}:" == ASIDE:
        set_prefills_aside(by=request.user, assessment=record.assessment, ids=ids)
    else:
        _say(request, *use_prefills(by=request.user, assessment=record.assessment, ids=ids))
    return redirect(f"{reverse('intake:assessment-section', args=[record.episode.pk, section])}#before")


def _say(request: HttpRequest, used: int, kept: int) -> None:
    if used:
        words = "1 answer was used" if used == 1 else f"{used} answers were used"
        messages.success(request, f"{words}. The history says where they come from.")
    if kept:
        messages.info(request, "What was answered meanwhile stayed as it is.")


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise Http404 from error


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, episode_id: UUID, section: str) -> HttpResponse:
    """Show every offered answer of a section together; what stays ticked is used."""
    if section not in BY_KEY:
        raise Http404
    record = open_record(request, episode_id, "assessment")
    page: dict[str, Any] = {"section": BY_KEY[section], "problem": "", "has_errors": False}
    status = 200
    if request.method == "POST":
        ids = _ids(request.POST.getlist("prefill"))
        if ids:
            return _use(request, record, section, ids)
        page |= {"problem": "Tick what is still true, or go back", "has_errors": True}
        status = 422
    offers = [one for one in offers_for_section(record.assessment, section) if one.is_open]
    context = {**record.context(), **page, "offers": offers, "editable": record.editable}
    return render(request, "intake/prefills_review.html", context, status=status)


def _use(request: HttpRequest, record: OpenRecord, section: str, ids: list[UUID]) -> HttpResponse:
    back = reverse("intake:assessment-section", args=[record.episode.pk, section])
    try:
        _say(request, *use_prefills(by=request.user, assessment=record.assessment, ids=ids))
    except Conflict as conflict:
        return render(request, "409.html", {"message": conflict.message, "back_url": back}, status=409)
    return redirect(back)

"""The preparation checklist on paper: for the person, and for a helper whom a consent names."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.access import staff
from config.errors import Conflict
from config.methods import post_only
from programs.actions.sharing import share_checklist
from programs.checklist_words import lines_of
from programs.forms.preparing import ShareForm
from programs.should_have import checklist_rows, helpers_to_share
from programs.views.common import Opened, conflict_page, open_episode
from records.choices import Category, Language
from records.disclose import NotPermitted


@staff("programs.prepare")
@require_safe
def checklist_print(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Print the list for the person to take along; `language` is en or es."""
    opened = open_episode(request, episode_id, "checklist print")
    asked = request.GET.get("language")
    language = asked if asked in Language.values else opened.episode.person.language
    return _printed(request, opened, str(language), rows=checklist_rows(opened.episode))


@staff("programs.prepare", fresh=True)
@post_only
def checklist_share(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Open the door for the list, and print what left for the helper."""
    opened = open_episode(request, episode_id, "checklist")
    helpers = {str(one.pk): one for one in helpers_to_share(opened.episode, opened.now)}
    form = ShareForm(request.POST, helpers=[(pk, one.called) for pk, one in helpers.items()])
    back = f"{request.path.removesuffix('share/')}"
    if not form.is_valid():
        return conflict_page(request, opened, Conflict("Choose a helper whom a consent names."), back)
    try:
        packet = share_checklist(
            episode=opened.episode, helper=helpers[form.cleaned_data["helper"]], by=request.user
        )
    except NotPermitted as refused:
        return conflict_page(request, opened, Conflict(refused.message), back)
    return _printed(
        request, opened, form.cleaned_data["language"],
        rows=packet.sections[Category.SOCIAL]["checklist"], packet=packet,
        helper=helpers[form.cleaned_data["helper"]].called,
    )  # fmt: skip


def _printed(
    request: HttpRequest, opened: Opened, language: str, *, rows: list[dict[str, Any]], **more: Any
) -> HttpResponse:
    with translation.override(language):
        page = opened.context(lines=lines_of(rows), language=language, **more)
        return render(request, "programs/checklist_print.html", page)

"""The admission page: everything that is needed, what is missing, and Admit, which is never hidden."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from intake.actions.episodes import record_ob_contact
from intake.queries import episodes_for
from outbox.submit import AlreadyDone
from programs.actions import admissions, clearances
from programs.choices import ClearanceStatus
from programs.display import clearance_chip, determination_words
from programs.forms.places import AdmitForm
from programs.models import Bed, Program
from programs.queries import (
    admissions_for,
    beds_for,
    board,
    determination_of,
    programs_for,
)
from programs.rules.readiness import Missing
from programs.views.common import Opened, conflict_page, open_episode
from records.queries.notices import has_notice

AREAS = (
    ("episode", "Person"),
    ("decision", "Clinician decision"),
    ("clearance", "Medical clearance"),
    ("place", "Place"),
)
OF_CLEARANCE, OF_CENTER = {"clearance"}, {"bed-board"}


def _url(missing: Missing, opened: Opened, paper: Any) -> str:
    if missing.url_name in OF_CLEARANCE and paper is not None:
        return reverse("programs:clearance", args=[paper.pk])
    if missing.url_name in OF_CLEARANCE:
        return reverse("programs:clearance-new", args=[opened.episode.pk])
    if missing.url_name in OF_CENTER:
        return reverse(f"programs:{missing.url_name}")
    page = "readiness" if missing.url_name == "ob-contact" else missing.url_name
    anchor = {"ob-contact": "#ob-contact", "readiness": "#id_place"}.get(missing.url_name, "")
    return reverse(f"programs:{page}", args=[opened.episode.pk]) + anchor


def _places(user: Any, opened: Opened, level: str) -> list[Any]:
    """Return beds and day programs as choices: those of the decided level first."""
    right: list[tuple[str, str]] = []
    other: list[tuple[str, str]] = []
    for bed in board(user, opened.now):
        use = next((one for one in getattr(bed, "coming", [])), None)
        mine = use is not None and use.episode_id == opened.episode.pk
        state = "held for this person" if mine else "open" if use is None else "taken"
        pair = (f"bed:{bed.pk}", f"Bed {bed.label}, {bed.program.name} ({state})")
        (right if bed.program.level == level else other).append(pair)
    for program in programs_for(user):
        if program.slots is not None:
            taken = getattr(program, "taken", 0)
            pair = (f"program:{program.pk}", f"{program.name} ({taken} of {program.slots} taken)")
            (right if program.level == level else other).append(pair)
    return [("At the decided level", right), ("Other", other)] if right else [("All", other)]


def _chosen(user: Any, form: AdmitForm | None, opened: Opened) -> tuple[Program | None, Bed | None]:
    """Return the program and bed that were chosen, else those held for the person."""
    if form is not None and form.is_bound and form.is_valid() and (chosen := form.chosen()):
        kind, pk = chosen
        if kind == "bed":
            bed = get_object_or_404(beds_for(user), pk=pk)
            return bed.program, bed
        return get_object_or_404(programs_for(user), pk=pk), None
    return (opened.held.bed.program, opened.held.bed) if opened.held else (None, None)


def _form(request: HttpRequest, opened: Opened, level: str) -> AdmitForm:
    return AdmitForm(
        request.POST if request.method == "POST" else None,
        places=_places(request.user, opened, level),
        may_be_late=request.user.has_perm("programs.admit_late"),
        initial={"place": f"bed:{opened.held.bed_id}" if opened.held else ""},
    )


def _page(
    request: HttpRequest, opened: Opened, form: AdmitForm, refused: tuple[Missing, ...] | None = None
) -> HttpResponse:
    """Show the list. `refused`: Admit was pressed, and these were missing."""
    program, bed = _chosen(request.user, None, opened)
    facts, paper = admissions.facts_now(opened.episode, program=program, bed=bed, at=opened.now)
    missing = admissions.missing_now(facts, paper, opened.now)
    signed = determination_of(opened.episode)
    shown = refused if refused is not None else missing
    links = [(_url(one, opened, paper), f"{one.sentence}. {one.fix}") for one in shown]
    wrong = form.is_bound and not form.is_valid()
    family, words = clearance_chip(paper, opened.now)
    present = admissions_for(request.user).filter(episode=opened.episode, discharged_at__isnull=True).first()
    history = list(opened.episode.clearances.order_by("-created_at"))
    context = opened.context(
        form=form,
        missing=missing,
        rows=_rows(opened, missing, signed, paper, bed, program),
        refused=links if refused is not None else [],
        has_errors=wrong or refused is not None,
        determination=signed,
        decided=determination_words(signed) if signed else "",
        clearance=paper,
        family=family,
        chip_words="" if present else words,
        present=present,
        notice_given=has_notice(opened.episode.person_id),
        awaited=any(one.status == ClearanceStatus.NEEDED for one in history),
        history=history,
        held=opened.held,
    )
    return render(request, "programs/readiness.html", context, status=422 if context["has_errors"] else 200)


def _rows(
    opened: Opened, missing: Any, signed: Any, paper: Any, bed: Any, program: Any
) -> list[dict[str, Any]]:
    """One row for each thing that must be there: fine, or what is missing with where to mend it."""
    fine = {
        "episode": "Open"
        + (", contact with obstetric care recorded" if opened.episode.ob_contact_needed else ""),
        "decision": determination_words(signed) if signed else "",
        "clearance": clearance_chip(paper, opened.now)[1] if paper else "",
        "place": f"Bed {bed.label}, {bed.program.name}" if bed else (program.name if program else ""),
    }
    return [
        {
            "title": title,
            "fine": fine[area],
            "missing": [(one, _url(one, opened, paper)) for one in missing if one.area == area],
        }
        for area, title in AREAS
    ]


@staff("programs.clearance_read")
@require_safe
def readiness(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """What an admission needs, and what is missing."""
    opened = open_episode(request, episode_id, "admission")
    signed = determination_of(opened.episode)
    return _page(request, opened, _form(request, opened, signed.level if signed else ""))


@staff("programs.admit")
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Admit; or list, with links, everything that is missing."""
    back = reverse("programs:readiness", args=[episode_id])
    if request.method == "GET":
        return redirect(back)
    opened = open_episode(request, episode_id, "admission")
    signed = determination_of(opened.episode)
    form = _form(request, opened, signed.level if signed else "")
    if not form.is_valid():
        return _page(request, opened, form)
    program, bed = _chosen(request.user, form, opened) if form.chosen() else (None, None)
    said = form.cleaned_data
    try:
        admissions.admit(
            episode=opened.episode,
            program=program,
            bed=bed,
            by=request.user,
            late_at=said.get("late_at"),
            late_reason=said.get("late_reason") or "",
            submit_key=said["submit_key"],
            url=back,
        )
    except AlreadyDone as done:
        return redirect(done.url)
    except Refused as refused:
        return _page(request, opened, form, refused.reasons)
    except Conflict as conflict:
        return conflict_page(request, opened, conflict, back)
    messages.success(request, "Admitted.")
    return redirect(back)


@staff("programs.admit")
@require_POST
def ob_contact(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Note that obstetric care was contacted."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    try:
        record_ob_contact(by=request.user, episode=episode)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The contact is recorded.")
    return redirect("programs:readiness", episode_id=episode_id)


@staff("programs.clearance_receive")
@require_POST
def request_clearance(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Note that the clearance was asked for."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    try:
        clearances.request(episode=episode, by=request.user)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Noted: the clearance was asked for.")
    return redirect("programs:readiness", episode_id=episode_id)

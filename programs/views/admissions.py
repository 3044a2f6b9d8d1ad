"""The admission page: everything that is needed, what is missing, and Admit, which is never hidden."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from config.methods import post_only
from config.templatetags.ui import clock_day
from intake.actions.episodes import record_ob_contact
from intake.queries import episodes_for
from programs.actions import admissions, clearances
from programs.actions.holds import Held
from programs.actions.undo import undo_until
from programs.beside_coverage import clearance_clock
from programs.choices import ClearanceStatus
from programs.choices_admission import ShouldHave
from programs.display import clearance_chip, determination_words, done_by
from programs.fits import compared
from programs.forms.places import AdmitForm
from programs.models import Bed, Program, SlotHold
from programs.queries import (
    admissions_for,
    beds_for,
    board,
    determination_of,
    programs_for,
)
from programs.queries_waiting import passed_by
from programs.rules.readiness import Missing
from programs.should_have import left_open, where
from programs.views.common import Opened, conflict_page, open_episode
from programs.wishes import told_by, wishes_of

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
            state = f"{getattr(program, 'taken', 0)} of {program.slots} taken"
            if isinstance(opened.held, SlotHold) and opened.held.program_id == program.pk:
                state = "held for this person"
            pair = (f"program:{program.pk}", f"{program.name} ({state})")
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
    held = opened.held
    return (held.program, None if isinstance(held, SlotHold) else held.bed) if held else (None, None)


def _value(held: Held | None) -> str:
    """Return what is held as a choice of the form."""
    if held is None:
        return ""
    return f"program:{held.program_id}" if isinstance(held, SlotHold) else f"bed:{held.bed_id}"


def _form(request: HttpRequest, opened: Opened, level: str) -> AdmitForm:
    return AdmitForm(
        request.POST if request.method == "POST" else None,
        places=_places(request.user, opened, level),
        ahead=passed_by(opened.episode, opened.now),
        may_be_late=request.user.has_perm("programs.admit_late"),
        all_there=all(one.there for one in opened.shoulds),
        initial={"place": _value(opened.held)},
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
    denied = present is None and opened.covered.state == "denied"
    told = {} if present else told_by(opened.episode)
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
        chip_words="" if present else f"Medical clearance: {words[0].lower()}{words[1:]}",
        present=present,
        shoulds=[
            (one, ShouldHave(one.item).label, where(one.item, opened.episode)) for one in opened.shoulds
        ],
        notice_given=any(one.there for one in opened.shoulds if one.item == ShouldHave.NOTICE),
        left_open=[
            (one, where(one.item, opened.episode)) for one in left_open(request.user, opened.episode.pk)
        ],
        denied=clearance_clock(episode=opened.episode, now=opened.now) if denied else [],
        may_undo=present is not None and opened.now <= undo_until(present),
        awaited=any(one.status == ClearanceStatus.NEEDED for one in history),
        history=history,
        held=opened.held,
        wishes=wishes_of(told),
        fits=compared(request.user, told, signed.level if signed else ""),
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
        "place": f"Bed {bed.label}, {program}" if bed else f"A slot in {program}" if program else "",
    }
    who = _who(opened, signed, paper)
    return [
        {
            "title": title,
            "fine": fine[area],
            "who": who.get(area, []),
            "missing": [(one, _url(one, opened, paper)) for one in missing if one.area == area],
        }
        for area, title in AREAS
    ]


def _who(opened: Opened, signed: Any, paper: Any) -> dict[str, list[str]]:
    """Return by area who did what is there, and when."""
    episode, held, now = opened.episode, opened.held, opened.now
    done: dict[str, list[tuple[str, Any, Any]]] = {
        "episode": [
            ("Opened", None, episode.opened_at),
            ("Contact recorded", None, episode.ob_contact_recorded_at),
        ],
        "decision": [],
        "clearance": [],
    }
    if signed:
        agreed = signed.second_at if signed.second_agrees else None
        done["decision"] = [
            ("Signed", signed.signed_by, signed.signed_at), ("Agreed", signed.second_by, agreed)
        ]  # fmt: skip
    if paper:
        done["clearance"] = [
            ("Recorded" if paper.recorded_by else "Received", paper.recorded_by, paper.received_at),
            ("Accepted", paper.accepted_by, paper.accepted_at),
            ("Verified", paper.verified_by, paper.verified_at),
        ]
    who = {
        area: [f"{word}: {done_by(user, at, now)}" for word, user, at in rows if at]
        for area, rows in done.items()
    }
    if held:
        until = f"until {clock_day(held.period.upper, now)}" if held.period.upper else "for the return"
        who["place"] = [f"Held: {done_by(held.made_by, held.made_at, now)}, {until}"]
    return who


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
            left_open=said.get("left_open") or "",
            passed_over=said.get("passed_over") or "",
            submit_key=said["submit_key"],
            url=back,
        )
    except Refused as refused:
        if refused.reasons:
            return _page(request, opened, form, refused.reasons)
        form.add_refusal(refused)
        return _page(request, opened, form)
    except Conflict as conflict:
        return conflict_page(request, opened, conflict, back, form)
    messages.success(request, "Admitted.")
    return redirect(back)


@staff("programs.admit")
@post_only
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
@post_only
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

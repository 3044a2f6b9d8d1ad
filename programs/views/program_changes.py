"""Supervisors change programs and beds: forms with a reason, and a conflict when somebody was faster."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from programs.actions import programs as actions
from programs.forms.programs import BedForm, ProgramForm, WhyForm, initial_of
from programs.models import Program
from programs.offers import differences, offer_of
from programs.queries_programs import all_beds_for, offers_for, revisions_of

FORM = "programs/program_form.html"


def _take(
    request: HttpRequest, form: Any, page: dict[str, Any], act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Show a form, or act on it and go where `act` says: 422 when it is refused, 409 when it is stale."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            written = _written(form, page) or {"typed": form.typed()}
            stale = {"message": conflict.message, "back_url": page["back"], **written}
            return render(request, "programs/program_conflict.html", stale, status=409)
    return render_form(request, FORM, page, form)


def _written(form: Any, page: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody else changed since, and what was written here, so that no word of it is lost."""
    if not isinstance(form, ProgramForm) or "program" not in page:
        return {}
    program = page["program"]
    now = offer_of(program)
    seen = revisions_of(program).filter(number=form.cleaned_data["revision"]).first()
    before = seen.offer if seen else now
    return {
        "theirs": differences(before, now),
        "yours": differences(before, {**before, **form.offer()}),
        "reason": form.cleaned_data["reason"],
    }


def _program(request: HttpRequest, program_id: UUID) -> Program:
    return get_object_or_404(offers_for(request.user), pk=program_id)


def _page_of(program: Program) -> str:
    return reverse("programs:program", args=[program.pk])


@staff("programs.program_change")
@require_http_methods(["GET", "POST"])
def program_new(request: HttpRequest) -> HttpResponse:
    """Add a program."""
    back = reverse("programs:program-list")
    form = ProgramForm(request.POST or None, initial={"revision": 0})

    def act(said: dict[str, Any]) -> str:
        made = actions.add_program(
            offer={**form.offer(), "active": True},
            reason=said["reason"],
            by=request.user,
            submit_key=said["submit_key"],
            url=back,
        )
        messages.success(request, f"{made.name} is added.")
        return _page_of(made)

    return _take(request, form, {"title": "Add a program", "back": back, "button": "Add it"}, act)


@staff("programs.program_change")
@require_http_methods(["GET", "POST"])
def program_change(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Change what a program is and offers."""
    program = _program(request, program_id)
    back = _page_of(program)
    form = ProgramForm(
        request.POST or None,
        initial=initial_of(offer_of(program), program.revision),
        kind_fixed=program.admissions.exists(),
    )

    def act(said: dict[str, Any]) -> str:
        actions.change_program(
            program=program, seen=said["revision"], offer=form.offer(), reason=said["reason"], by=request.user
        )
        messages.success(request, "The change is saved, with the one before it in the history.")
        return back

    page = {
        "title": "Change a program",
        "kicker": program.name,
        "back": back,
        "button": "Save the change",
        "program": program,
    }
    return _take(request, form, page, act)


@staff("programs.program_change")
@require_http_methods(["GET", "POST"])
def program_close(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Close a program, or open it again."""
    program = _program(request, program_id)
    back, closing = _page_of(program), program.active
    form = WhyForm(request.POST or None, initial={"revision": program.revision})

    def act(said: dict[str, Any]) -> str:
        actions.open_or_close(
            program=program,
            seen=said["revision"],
            active=not closing,
            reason=said["reason"],
            by=request.user,
        )
        messages.success(request, f"{program.name} is {'closed' if closing else 'open again'}.")
        return back

    page = {
        "title": "Close a program" if closing else "Open a program again",
        "kicker": program.name,
        "back": back,
        "button": "Close it" if closing else "Open it again",
        "lead": "Nobody is admitted into it any more. Past stays keep what the program was."
        if closing
        else "",
    }
    return _take(request, form, page, act)


@staff("programs.program_change")
@require_http_methods(["GET", "POST"])
def bed_new(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Add a bed to a program."""
    program = _program(request, program_id)
    back = _page_of(program)
    form = BedForm(request.POST or None, initial={"revision": program.revision})
    del form.fields["active"]

    def act(said: dict[str, Any]) -> str:
        given = {name: said[name] for name in ("label", "reason")}
        actions.add_bed(program=program, seen=said["revision"], by=request.user, **given)
        messages.success(request, f"Bed {said['label']} is added.")
        return back

    page = {"title": "Add a bed", "kicker": program.name, "back": back, "button": "Add the bed"}
    return _take(request, form, page, act)


@staff("programs.program_change")
@require_http_methods(["GET", "POST"])
def bed_change(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """Give a bed another label, close it, or bring it back."""
    bed = get_object_or_404(all_beds_for(request.user), pk=bed_id)
    back = _page_of(bed.program)
    first = {"revision": bed.program.revision, "label": bed.label, "active": bed.active}
    form = BedForm(request.POST or None, initial=first)

    def act(said: dict[str, Any]) -> str:
        given = {name: said[name] for name in ("label", "active", "reason")}
        actions.change_bed(bed=bed, seen=said["revision"], by=request.user, **given)
        messages.success(request, "The bed is changed.")
        return back

    page = {"title": "Change a bed", "kicker": bed.label, "back": back, "button": "Save the change"}
    return _take(request, form, page, act)

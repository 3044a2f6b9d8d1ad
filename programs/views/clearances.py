"""Medical clearance: entering it from paper, accepting, verifying, rejecting, revoking."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config.forms import render_form
from programs.actions import clearances
from programs.display import clearance_chip
from programs.forms.clearance import AcceptForm, PaperForm, RejectForm, RevokeForm, VerifyForm
from programs.models import MedicalClearance
from programs.papers import gaps_of, picture_for, validity_of, wrong_person
from programs.queries import clearances_for
from programs.rules.clearance import PART_WORDS, STATEMENT, above_entry_band
from programs.rules.clearance_tests import TEST_WORDS, expected
from programs.views.common import Opened, attempt, open_episode, opened_by
from programs.views.paper import facts_of_paper
from programs.workflow import CLEARANCE

FORMS = {"accept": AcceptForm, "verify": VerifyForm, "reject": RejectForm, "revoke": RevokeForm}
STEPS = ("accept", "verify", "reject", "revoke")
DONE = {
    "accept": "Accepted. Someone else has to verify it by call-back.",
    "verify": "Verified.",
    "reject": "Rejected. Another clearance is needed.",
    "revoke": "Revoked. It no longer counts.",
}


@staff("programs.clearance_receive")
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Type in a clearance that came on paper or by fax."""
    opened = open_episode(request, episode_id, "clearance")
    form = PaperForm(request.POST or None, request.FILES or None, now=opened.now)
    back = reverse("programs:readiness", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        answer = attempt(request, opened, form, back, lambda: _receive(request, opened, form))
        if answer is not None:
            return answer
    if form.is_bound and not form.is_valid() and "file" in request.FILES and "file" not in form.errors:
        form.add_error("file", "Choose the file again: it is not kept while something else is to be mended")
    applies = expected(picture_for(opened.episode, opened.now))
    wanted = [(TEST_WORDS[test], why) for test, why in applies.items()]
    may_ask = clearances.may_ask(opened.episode, opened.now)
    context = opened.context(back=back, statement=STATEMENT, wanted=wanted, may_ask=may_ask)
    return render_form(request, "programs/clearance_new.html", context, form)


def _receive(request: HttpRequest, opened: Opened, form: PaperForm) -> None:
    clearances.receive(
        episode=opened.episode,
        content={**form.content(), "statement": STATEMENT},
        by=request.user,
        submit_key=form.cleaned_data["submit_key"],
        url=lambda made: reverse("programs:clearance", args=[made.pk]),
        upload=form.cleaned_data["file"],
    )
    messages.success(request, "Recorded. A clinician has to accept it.")


def _open(request: HttpRequest, clearance_id: UUID) -> tuple[Opened, MedicalClearance]:
    found = get_object_or_404(clearances_for(request.user), pk=clearance_id)
    record_view(by=request.user, person=found.episode.person_id, what="clearance", obj=found)
    return opened_by(request.user, found.episode), found


@staff("programs.clearance_read")
@require_safe
def detail(request: HttpRequest, clearance_id: UUID) -> HttpResponse:
    """What a clearance says, where it stands, and the next step."""
    opened, found = _open(request, clearance_id)
    return _page(request, opened, found, {})


def _forms(request: HttpRequest, found: MedicalClearance, gaps: bool, data: Any = None) -> dict[str, Any]:
    """Return the form of each step that this user may take now."""
    limits = list(found.limits.order_by("position"))
    made = {
        "accept": lambda: AcceptForm(data, limits=limits, gaps=gaps),
        "verify": lambda: VerifyForm(data),
        "reject": lambda: RejectForm(data),
        "revoke": lambda: RevokeForm(data),
    }
    return {
        name: made[name]()
        for name in STEPS
        if found.status in CLEARANCE[name].sources and request.user.has_perm(CLEARANCE[name].permission)
    }


def _page(
    request: HttpRequest, opened: Opened, found: MedicalClearance, sent: dict[str, Any]
) -> HttpResponse:
    family, words = clearance_chip(found, opened.now)
    gaps = gaps_of(found, opened.now)
    context = opened.context(
        clearance=found,
        family=family,
        words=words,
        facts=facts_of_paper(found),
        limits=list(found.limits.order_by("position").select_related("accepted_by")),
        gaps=gaps,
        outside=above_entry_band(found.said),
        wrong_person=wrong_person(found),
        ends_with=PART_WORDS[validity_of(found.said).part] if found.said else "",
        may_read_paper=request.user.has_perm("records.document_read"),
        same_person=request.user.pk in (found.accepted_by_id, found.recorded_by_id),
        changes=list(found.changes.order_by("at", "id")),
        forms={**_forms(request, found, bool(gaps)), **sent},
    )
    return render_form(request, "programs/clearance.html", context, next(iter(sent.values()), None))


def _step(name: str) -> Any:
    """Return the view of one step of a clearance."""

    @staff(CLEARANCE[name].permission)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, clearance_id: UUID) -> HttpResponse:
        opened, found = _open(request, clearance_id)
        if request.method == "GET":
            return _page(request, opened, found, {})
        back = reverse("programs:clearance", args=[clearance_id])
        gaps = gaps_of(found, opened.now)
        form = _forms(request, found, bool(gaps), request.POST).get(name)
        if form is None:
            form = FORMS[name](request.POST)
        if form.is_valid():
            answer = attempt(request, opened, form, back, lambda: _act(name, found, form, request.user, back))
            if answer is not None:
                if answer.status_code == 302:
                    messages.success(request, DONE[name])
                return answer
        return _page(request, opened, found, {name: form})

    view.__name__ = name
    view.__doc__ = f"{CLEARANCE[name].label}."
    return view


def _act(name: str, found: MedicalClearance, form: Any, by: Any, back: str) -> None:
    said = form.cleaned_data
    if name == "accept":
        clearances.accept(
            clearance=found,
            by=by,
            limits=form.accepted(),
            gaps_note=said.get("gaps_note") or "",
            submit_key=said["submit_key"],
            url=back,
        )
    elif name == "verify":
        given = {key: said[key] for key in ("number_called", "number_from", "spoke_with", "why_same_number")}
        clearances.verify(clearance=found, by=by, submit_key=said["submit_key"], url=back, **given)
    elif name == "reject":
        clearances.reject(clearance=found, by=by, reason=said["reason"])
    else:
        clearances.revoke(clearance=found, by=by, reason=said["revoke_reason"], note=said["note"])


accept, verify, reject, revoke = (_step(name) for name in STEPS)

__all__ = ["accept", "detail", "paper", "reject", "revoke", "verify"]

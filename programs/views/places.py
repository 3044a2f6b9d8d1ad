"""Beds: the board, holds, stays."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import staff
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.queries import episodes_for
from programs.actions import admissions, beds
from programs.choices import UseKind
from programs.display import bed_chip
from programs.forms.places import RETURN, DischargeForm, HoldForm, MoveForm, TakeOutForm
from programs.models import Bed
from programs.queries import LIST_LIMIT, admissions_for, bed_uses_for, beds_for, board, programs_for
from programs.views.common import Opened, attempt, open_episode

BOARD = "programs:bed-board"
COUNTED = (
    (UseKind.STAY, "in use"),
    (None, "open"),
    (UseKind.HOLD, "held"),
    (UseKind.RETURN, "held for a return"),
    (UseKind.OUT, "out of use"),
)


def initials(name: str) -> str:
    """Return a name's initials, for screens that others see."""
    return " ".join(f"{word[0].upper()}." for word in name.split()[:2])


@staff("programs.bed_read")
@require_safe
def bed_board(request: HttpRequest) -> HttpResponse:
    """Every bed, what it is used for now and next, and the census. Initials only, unless asked for."""
    now, full = clock.now(), request.GET.get("names") == "full"
    visible = set(episodes_for(request.user).values_list("pk", flat=True))
    rows = [_row(bed, now, visible, full) for bed in board(request.user, now)]
    record("list.viewed", by=request.user, what="beds", full_names=full)
    counts = Counter(row["kind"] for row in rows)
    context = {
        "rows": rows,
        "census": [(counts[kind], words) for kind, words in COUNTED],
        "total": len(rows),
        "programs": [one for one in programs_for(request.user) if one.slots is not None],
        "now": now,
        "full": full,
        "may_take_out": request.user.has_perm("programs.bed_take_out"),
    }
    return render(request, "programs/bed_board.html", context)


def _row(bed: Bed, now: Any, visible: set, full: bool) -> dict[str, Any]:
    coming: list[Any] = getattr(bed, "coming", [])
    use = next((one for one in coming if one.period.lower <= now), None)
    later = next((one for one in coming if one.period.lower > now), None)
    family, words = bed_chip(use)
    who = ""
    if use is not None and use.episode_id in visible:
        name = use.episode.person.called
        who = name if full else initials(name)
    elif use is not None and use.episode_id:
        who = "Not shown"
    return {
        "bed": bed,
        "use": use,
        "kind": use.kind if use else None,
        "family": family,
        "words": words,
        "who": who,
        "episode_id": use.episode_id if use and use.episode_id in visible else None,
        "until": use.period.upper if use else None,
        "days": (now - use.period.lower).days + 1 if use and use.kind == UseKind.STAY else None,
        "later": later,
    }


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Hold a bed for somebody, or reserve it for the return."""
    opened = open_episode(request, episode_id, "bed")
    back = reverse("programs:readiness", args=[episode_id])
    form = HoldForm(
        request.POST or None,
        beds=_bed_choices(request),
        people=[(str(opened.episode.pk), f"{opened.episode.reference} {opened.episode.person.called}")],
        initial={"episode": str(opened.episode.pk), "bed": request.GET.get("bed", "")},
    )
    if request.method == "POST" and form.is_valid():
        answer = attempt(request, opened, form, back, lambda: _hold(request, opened, form, back))
        if answer is not None:
            return answer
    return render_form(request, "programs/bed_hold.html", opened.context(back=back), form)


def _hold(request: HttpRequest, opened: Opened, form: HoldForm, back: str) -> None:
    said = form.cleaned_data
    bed = get_object_or_404(beds_for(request.user), pk=UUID(said["bed"]))
    more = {
        "bed": bed,
        "episode": opened.episode,
        "by": request.user,
        "submit_key": said["submit_key"],
        "url": back,
    }
    if said["kind"] == RETURN:
        beds.reserve_return(expected_at=said["until"], **more)
    else:
        beds.hold(until=said["until"], **more)
    messages.success(request, f"Bed {bed.label} is held.")


def _bed_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Return every bed with its present state, so that a taken one says so."""
    now = clock.now()
    return [
        (str(bed.pk), f"{bed.label}, {bed.program.name}: {_state(bed, now)}")
        for bed in board(request.user, now)
    ]


def _state(bed: Bed, now: Any) -> str:
    use = next((one for one in getattr(bed, "coming", []) if one.period.lower <= now), None)
    return bed_chip(use)[1].lower()


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def hold_for(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """Choose for whom a bed of the board is held."""
    bed = get_object_or_404(beds_for(request.user), pk=bed_id)
    people = (
        episodes_for(request.user)
        .filter(status="open", stage__in=["review", "detox", "clearance"])
        .order_by("-opened_at")[:LIST_LIMIT]
    )
    choices = [(str(one.pk), f"{one.reference} {one.person.called}") for one in people]
    record("list.viewed", by=request.user, what="people to hold a bed for", people=len(choices))
    form = HoldForm(
        request.POST or None, beds=[(str(bed.pk), bed.label)], people=choices, initial={"bed": str(bed.pk)}
    )
    if request.method == "POST" and form.is_valid():
        opened = open_episode(request, UUID(form.cleaned_data["episode"]), "bed")
        back = reverse(BOARD)
        answer = attempt(request, opened, form, back, lambda: _hold(request, opened, form, back))
        if answer is not None:
            return answer
    context = {"bed": bed, "back": reverse(BOARD)}
    return render_form(request, "programs/bed_hold.html", context, form)


@staff("programs.bed_hold")
@require_POST
def release(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """End a hold or reservation now."""
    use = get_object_or_404(bed_uses_for(request.user), pk=use_id)
    try:
        beds.release(use=use, by=request.user)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Bed {use.bed.label} is released.")
    return redirect(BOARD)


@staff("programs.bed_take_out")
@require_http_methods(["GET", "POST"])
def take_out(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """Take an open bed out of use."""
    bed = get_object_or_404(beds_for(request.user), pk=bed_id)
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            beds.take_out(bed=bed, by=request.user, until=form.cleaned_data["until"])
        except (Refused, Conflict) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"Bed {bed.label} is out of use.")
        return redirect(BOARD)
    return render_form(request, "programs/bed_out.html", {"bed": bed, "back": reverse(BOARD)}, form)


@staff("programs.discharge")
@require_http_methods(["GET", "POST"])
def stay(request: HttpRequest, admission_id: UUID) -> HttpResponse:
    """A person's stay: move to another bed, or discharge."""
    admission = get_object_or_404(admissions_for(request.user), pk=admission_id)
    opened = open_episode(request, admission.episode_id, "stay")
    back = reverse(BOARD)
    action = request.POST.get("action")
    choices = [pair for pair in _bed_choices(request) if pair[0] != str(admission.bed_id)]
    leaving = DischargeForm(request.POST if action == "discharge" else None, initial={"at": opened.now})
    moving = MoveForm(request.POST if action == "move" else None, beds=choices)
    sent = {"discharge": leaving, "move": moving}.get(action or "")
    if sent is not None and sent.is_valid():
        answer = attempt(request, opened, sent, back, lambda: _end_or_move(request, admission, sent))
        if answer is not None:
            return answer
    context = opened.context(admission=admission, leaving=leaving, moving=moving, back=back)
    return render_form(request, "programs/stay.html", context, sent)


def _end_or_move(request: HttpRequest, admission: Any, form: Any) -> None:
    said = form.cleaned_data
    if isinstance(form, MoveForm):
        bed = get_object_or_404(beds_for(request.user), pk=UUID(said["bed"]))
        admissions.move(admission=admission, bed=bed, by=request.user)
        messages.success(request, f"Moved to bed {bed.label}.")
        return
    admissions.discharge(admission=admission, by=request.user, at=said["at"])
    messages.success(request, "The discharge is recorded.")

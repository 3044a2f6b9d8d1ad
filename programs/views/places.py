"""Holding and releasing places, taking beds out of use; a stay with its move, planned leave and end."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake.queries import episodes_for
from programs.actions import admissions, beds, leaves, moves
from programs.actions import places as actions
from programs.choices import BED_LEVELS, Level, UseKind
from programs.display import bed_chip
from programs.fits import compared
from programs.forms.places import (
    RETURN,
    DischargeForm,
    ExtendForm,
    HoldForm,
    LeaveForm,
    MoveForm,
    TakeOutForm,
)
from programs.models import Admission, Bed, Program
from programs.queries import (
    LIST_LIMIT,
    admissions_for,
    bed_uses_for,
    beds_for,
    board,
    determination_of,
    programs_for,
)
from programs.queries_board import leave_of
from programs.queries_moves import had_nights, moves_of
from programs.queries_prescriber import rows_of_stay
from programs.queries_waiting import passed_by
from programs.rules.moves import Move, refusal
from programs.views.common import Opened, attempt, open_episode, told
from programs.wishes import told_by, wishes_of

BOARD = "programs:bed-board"
_FREED = {UseKind.CLEANING: "ready", UseKind.OUT: "back in use"}


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Hold a bed or a slot for somebody, or reserve it for the return."""
    opened = open_episode(request, episode_id, "bed")
    back = reverse("programs:readiness", args=[episode_id])
    form = HoldForm(
        request.POST or None,
        places=_places_to_hold(request),
        ahead=passed_by(opened.episode, opened.now),
        people=[(str(opened.episode.pk), f"{opened.episode.reference} {opened.episode.person.called}")],
        initial={"episode": str(opened.episode.pk), "place": request.GET.get("place", "")},
    )
    if request.method == "POST" and form.is_valid():
        answer = attempt(request, opened, form, back, lambda: _hold(request, opened, form, back))
        if answer is not None:
            return answer
    signed, wanted = determination_of(opened.episode), told_by(opened.episode)
    context = opened.context(
        back=back,
        wishes=wishes_of(wanted),
        fits=compared(request.user, wanted, signed.level if signed else ""),
    )
    return render_form(request, "programs/bed_hold.html", context, form)


def _hold(request: HttpRequest, opened: Opened, form: HoldForm, back: str) -> None:
    said = form.cleaned_data
    program, bed = _place(request, *form.chosen())
    more = {
        "place": bed or program,
        "episode": opened.episode,
        "by": request.user,
        "passed_over": said.get("passed_over", ""),
        "submit_key": said["submit_key"],
        "url": back,
    }
    if said["kind"] == RETURN:
        held = actions.reserve_return(expected_at=said["until"], **more)
    else:
        held = actions.hold(until=said["until"], **more)
    messages.success(request, f"{capfirst(held.place)} is held.")


def _places_to_hold(request: HttpRequest) -> list[Any]:
    """Return every bed and day program, so that a taken one says so."""
    places = [(f"bed:{pk}", words) for pk, words in _with_state(board(request.user, clock.now()))]
    days = _days_with_room(programs_for(request.user))
    return [("Beds", places), ("Day programs", days)] if days else places


def _days_with_room(programs: Iterable[Program]) -> list[tuple[str, str]]:
    """Return day programs as choices with how many of their slots are taken."""
    return [
        (f"program:{one.pk}", f"{one.name}: {getattr(one, 'taken', 0)} of {one.slots} taken")
        for one in programs
        if one.slots is not None
    ]


def _with_state(rows: Iterable[Bed]) -> list[tuple[str, str]]:
    """Return beds as choices with their present state, so that a taken one says so."""
    now = clock.now()
    return [(str(bed.pk), f"{bed.label}, {bed.program.name}: {_state(bed, now)}") for bed in rows]


def _state(bed: Bed, now: Any) -> str:
    use = next((one for one in getattr(bed, "coming", []) if one.period.lower <= now), None)
    return bed_chip(use)[1].lower()


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def hold_for(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """Choose for whom a bed of the board is held."""
    bed = get_object_or_404(beds_for(request.user), pk=bed_id)
    return hold_for_somebody(request, (f"bed:{bed.pk}", f"Bed {bed.label}"), bed.program.level)


def hold_for_somebody(request: HttpRequest, place: tuple[str, str], level: str) -> HttpResponse:
    """Choose for whom a bed or a slot of the board, as a choice of the form, is held."""
    people = (
        episodes_for(request.user)
        .filter(status="open", stage__in=["review", "detox", "clearance"])
        .order_by("-opened_at")[:LIST_LIMIT]
    )
    choices = [(str(one.pk), f"{one.reference} {one.person.called}") for one in people]
    record("list.viewed", by=request.user, what="people to hold a place for", people=len(choices))
    form = HoldForm(
        request.POST or None,
        places=[place],
        people=choices,
        ahead=passed_by(None, clock.now(), [level]),
        initial={"place": place[0]},
    )
    back = reverse(BOARD)
    if request.method == "POST" and form.is_valid():
        opened = open_episode(request, UUID(form.cleaned_data["episode"]), "bed")
        answer = attempt(request, opened, form, back, lambda: _hold(request, opened, form, back))
        if answer is not None:
            return answer
    return render_form(request, "programs/bed_hold.html", {"back": back}, form)


@staff("programs.bed_hold")
@post_only
def release(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """End a hold or reservation now, put a bed back, or say that it is clean and ready."""
    use = get_object_or_404(bed_uses_for(request.user), pk=use_id)
    return release_place(request, use, _FREED.get(use.kind, "released"))


def release_place(request: HttpRequest, held: Any, freed: str = "released") -> HttpResponse:
    """End the use of a bed or the hold of a slot, and go to the board, which says how it went."""
    told(request, f"{capfirst(held.place)} is {freed}.", actions.release, held=held)
    return redirect(BOARD)


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """Hold a bed on for the same person; also after the hold has ended by itself."""
    use = get_object_or_404(bed_uses_for(request.user), pk=use_id, kind=UseKind.HOLD)
    return hold_on(request, use, lambda **said: beds.extend(use=use, by=request.user, **said))


def hold_on(request: HttpRequest, held: Any, longer: Callable[..., Any]) -> HttpResponse:
    """Ask until when a bed or a slot is held on, and do `longer` with it."""
    opened = open_episode(request, held.episode_id, "bed")
    back = reverse(BOARD)
    form = ExtendForm(request.POST or None, ahead=passed_by(opened.episode, opened.now, [held.program.level]))

    def act() -> None:
        said = form.cleaned_data
        longer(until=said["until"], passed_over=said.get("passed_over", ""))
        messages.success(request, f"{capfirst(held.place)} is held on.")

    if request.method == "POST" and form.is_valid():
        answer = attempt(request, opened, form, back, act)
        if answer is not None:
            return answer
    return render_form(request, "programs/bed_extend.html", opened.context(use=held, back=back), form)


@staff("programs.bed_take_out")
@require_http_methods(["GET", "POST"])
def take_out(request: HttpRequest, bed_id: UUID) -> HttpResponse:
    """Take an open bed out of use."""
    bed = get_object_or_404(beds_for(request.user), pk=bed_id)
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            beds.take_out(
                bed=bed,
                reason=form.cleaned_data["reason"],
                by=request.user,
                until=form.cleaned_data["until"],
            )
            messages.success(request, f"Bed {bed.label} is out of use.")
            return redirect(BOARD)
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
    return render_form(request, "programs/bed_out.html", {"bed": bed, "back": reverse(BOARD)}, form)


@staff("programs.discharge")
@require_http_methods(["GET", "POST"])
def stay(request: HttpRequest, admission_id: UUID) -> HttpResponse:
    """A person's stay: move to another place, plan the day of leaving, or discharge."""
    admission = get_object_or_404(admissions_for(request.user), pk=admission_id)
    opened = open_episode(request, admission.episode_id, "stay")
    back = reverse(BOARD)
    action = request.POST.get("action") or ""
    forms = _stay_forms(request, admission, opened, action)
    sent = forms.get(action)
    if request.method == "POST" and sent is None:
        messages.info(request, "Nothing is saved yet: press the button of what you mean.")
    if sent is not None and sent.is_valid():
        answer = attempt(request, opened, sent, back, lambda: _act_on_stay(request, admission, sent))
        if answer is not None:
            return answer
    context = opened.context(
        admission=admission, back=back, leave=leave_of(admission.pk), with_nights=had_nights(admission),
        moves=moves_of(admission), in_bed=admission.program.level in BED_LEVELS,
        calls=rows_of_stay(request.user, admission, opened.now),
    )  # fmt: skip
    context |= {f"{name}_form": form for name, form in forms.items()}
    return render_form(request, "programs/stay.html", context, sent)


def _stay_forms(request: HttpRequest, admission: Admission, opened: Opened, action: str) -> dict[str, Any]:
    """Return the three forms of a stay by their action; the sent one is bound, the others keep their values.

    The page sends all three together: what was typed in one stays when another is wrong.
    """

    def given(name: str, **initial: Any) -> dict[str, Any]:
        return {
            "data": request.POST if action == name else None,
            "initial": {**initial, **request.POST.dict()},
        }

    level, leave = admission.program.level, leave_of(admission.pk)
    levels = _levels_to_move_to(admission)
    return {
        "move": MoveForm(
            **given("move"),
            places=_places_to_move_to(request, admission, levels),
            ahead=passed_by(opened.episode, opened.now, [one for one in levels if one != level]),
        ),
        "leave": LeaveForm(**given("leave", leaves_on=leave, seen=leave)),
        "discharge": DischargeForm(
            **given("discharge", at=opened.now), with_next=level in BED_LEVELS, level=level
        ),
    }


def _levels_to_move_to(admission: Admission) -> list[str]:
    """Return the levels that a stay may move to: its own, and one decided since."""
    before = admission.program.level
    decided = determination_of(admission.episode)
    levels = dict.fromkeys((before, decided.level if decided else before))
    return [level for level in levels if not refusal(Move(before, level, decided=True))]


def _places_to_move_to(request: HttpRequest, admission: Admission, levels: list[str]) -> list[Any]:
    """Return beds and day programs of these levels, where the stay is not already."""
    groups = []
    for level in levels:
        beds = board(request.user, clock.now()).filter(program__level=level).exclude(pk=admission.bed_id)
        places = [(f"bed:{pk}", words) for pk, words in _with_state(beds)]
        there = programs_for(request.user).filter(level=level).exclude(pk=admission.program_id)
        places += _days_with_room(there)
        if places:
            groups.append((Level(level).label, places))
    return groups


def _place(request: HttpRequest, kind: str, pk: UUID) -> tuple[Program, Bed | None]:
    if kind == "bed":
        bed = get_object_or_404(beds_for(request.user), pk=pk)
        return bed.program, bed
    return get_object_or_404(programs_for(request.user), pk=pk), None


def _act_on_stay(request: HttpRequest, admission: Admission, form: Any) -> None:
    said = form.cleaned_data
    if isinstance(form, MoveForm):
        program, bed = _place(request, *form.chosen())
        moves.move(
            admission=admission,
            program=program,
            bed=bed,
            reason=said["reason"],
            by=request.user,
            passed_over=said.get("passed_over", ""),
            submit_key=said["submit_key"],
            url=reverse("programs:stay", args=[admission.pk]),
        )
        messages.success(request, f"Moved to bed {bed.label}." if bed else f"Moved to {program.name}.")
    elif isinstance(form, LeaveForm):
        day, seen = said["leaves_on"], (said["seen"],)
        try:
            leaves.plan_leave(admission=admission, leaves_on=day, by=request.user, seen=seen)
        except Conflict:
            form.show(seen=leave_of(admission.pk) or "")
            raise
        messages.success(request, "The planned leave is saved.")
    else:
        admissions.discharge(admission=admission, by=request.user, at=said["at"], plan=form.plan())
        messages.success(request, "The discharge is recorded.")

"""Programs: what there is at each level of care, and what one of them offers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import staff
from config import clock
from programs.choices import Level
from programs.choices_programs import LEVEL_WORDS, Audience, Operator, Setting, Track
from programs.models import Program
from programs.offers import Offer, differences, facts_of, offer_of, span, week_of
from programs.queries import LIST_LIMIT
from programs.queries_programs import offers_for, revisions_of
from programs.rules.transitions import ALLOWED, WITH_REASON


@staff("programs.program_read")
@require_safe
def program_list(request: HttpRequest) -> HttpResponse:
    """Every level of care, what it is, what may follow it, and its programs."""
    found = list(offers_for(request.user))
    levels = [_level(level, [one for one in found if one.level == level]) for level in Level]
    may_change = request.user.has_perm("programs.program_change")
    return render(request, "programs/program_list.html", {"levels": levels, "may_change": may_change})


def _level(level: Level, programs: list[Program]) -> dict[str, Any]:
    return {
        "code": level.value,
        "label": level.label,
        "words": LEVEL_WORDS[level],
        "follows": [
            (Level(after).label, (level, after) in WITH_REASON) for after in ALLOWED[level.value] if after
        ],
        "rows": [_row(one) for one in programs],
    }


def _row(program: Program) -> dict[str, Any]:
    beds = sum(bed.active for bed in program.beds.all())
    stay = span(program.stay_days_min, program.stay_days_max, "days")
    visits = span(program.visits_min, program.visits_max, "times a week")
    places = f"{beds} bed{'' if beds == 1 else 's'}" if program.has_beds else ""
    return {
        "program": program,
        "kind": Track(program.track).label if program.track else "",
        "where": Setting(program.setting).label if program.setting else "",
        "stay": ", ".join(filter(None, (stay, visits))),
        "places": f"{program.slots} slots" if program.slots is not None else places,
        "meant_for": ", ".join(Audience(code).label for code in program.audiences),
        "at_partner": program.operated_by == Operator.PARTNER,
    }


@staff("programs.program_read")
@require_safe
def program_page(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """What one program offers."""
    program = get_object_or_404(offers_for(request.user), pk=program_id)
    return render(request, "programs/program.html", _context(program, offer_of(program)))


def _context(program: Program, offer: Offer) -> dict[str, Any]:
    """Return what the page of an offer shows; the beds with their pages only for the present one."""
    return {
        "program": program,
        "offer": offer,
        "facts": facts_of(offer),
        "week": week_of(offer),
        "level_words": LEVEL_WORDS[Level(offer["level"])],
        "at_partner": offer["operated_by"] == Operator.PARTNER,
    }


@staff("programs.program_read")
@require_safe
def program_history(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Every change of a program: who, when, why, and what was different."""
    program = get_object_or_404(offers_for(request.user), pk=program_id)
    revisions = list(revisions_of(program)[: LIST_LIMIT + 1])
    before = [one.offer for one in revisions[1:]]
    rows = [
        {
            "revision": one,
            "changes": differences(before[place], one.offer) if place < len(before) else [],
            "first": one.number == 1,
        }
        for place, one in enumerate(revisions[:LIST_LIMIT])
    ]
    context = {"program": program, "rows": rows, "now": clock.now()}
    return render(request, "programs/program_history.html", context)


@staff("programs.program_read")
@require_safe
def program_revision(request: HttpRequest, program_id: UUID, number: int) -> HttpResponse:
    """A program as it was at one revision."""
    program = get_object_or_404(offers_for(request.user), pk=program_id)
    revision = get_object_or_404(revisions_of(program), number=number)
    context = {**_context(program, revision.offer), "revision": revision, "now": clock.now()}
    return render(request, "programs/program.html", context)

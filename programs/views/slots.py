"""Holding a slot of a day program from the board, holding it on, and releasing it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.methods import post_only
from programs.actions import slots
from programs.choices import UseKind
from programs.queries import programs_for
from programs.queries_slots import slot_holds_for
from programs.views.places import hold_for_somebody, hold_on, release_place


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def hold_for(request: HttpRequest, program_id: UUID) -> HttpResponse:
    """Choose for whom a slot of a day program is held."""
    program = get_object_or_404(programs_for(request.user), pk=program_id, slots__isnull=False)
    return hold_for_somebody(request, (f"program:{program.pk}", f"A slot in {program.name}"), program.level)


@staff("programs.bed_hold")
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, slot_hold_id: UUID) -> HttpResponse:
    """Hold a slot on for the same person; also after the hold has ended by itself."""
    held = get_object_or_404(slot_holds_for(request.user), pk=slot_hold_id, kind=UseKind.HOLD)
    return hold_on(request, held, lambda **said: slots.extend(held=held, by=request.user, **said))


@staff("programs.bed_hold")
@post_only
def release(request: HttpRequest, slot_hold_id: UUID) -> HttpResponse:
    """End a hold or a reservation of a slot now."""
    return release_place(request, get_object_or_404(slot_holds_for(request.user), pk=slot_hold_id))

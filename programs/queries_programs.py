"""Reads of programs as the center's vocabulary: what there is at each level, open or closed."""

from typing import Any

from django.db.models import QuerySet

from programs.models import Bed, Program, ProgramRevision


def offers_for(user: Any) -> QuerySet[Program]:
    """Every program, a partner's too, with its beds; for everybody who works here."""
    if not user.has_perm("programs.program_read"):
        return Program.objects.none()
    return Program.objects.prefetch_related("beds").order_by("-active", "name")


def all_beds_for(user: Any) -> QuerySet[Bed]:
    """Every bed, closed ones too, with its program."""
    return Bed.objects.filter(program__in=offers_for(user)).select_related("program")


def revisions_of(program: Program) -> QuerySet[ProgramRevision]:
    """Every revision of a program that somebody may read, the newest first."""
    return ProgramRevision.objects.filter(program=program).select_related("changed_by").order_by("-number")

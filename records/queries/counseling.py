"""Scoped reads of counseling notes: the author and the named co-signer, as clinicians, and nobody else."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from records.models import Person
from records.models.counseling import CounselingAddendum, CounselingNote
from records.queries.people import people_for


def notes_for(user: Any) -> QuerySet[CounselingNote]:
    """Return the notes that `user` wrote or was asked to co-sign, of people whose record they may open."""
    notes = CounselingNote.objects.select_related("person__data_key", "author", "cosigner")
    if not user.has_perm("records.counseling_notes"):
        return notes.none()
    mine = Q(author=user) | Q(cosigner=user)
    return notes.filter(mine, person__in=people_for(user)).order_by("-started_at", "-id")


def addenda_of(note: CounselingNote) -> QuerySet[CounselingAddendum]:
    """Return what was added to a note, oldest first."""
    return note.addenda.select_related("author", "data_key").order_by("added_at", "id")


def possible_cosigners(author: Any, person: Person) -> QuerySet[User]:
    """Return the other clinicians who may open the person's record."""
    clinicians = User.objects.filter(role=Role.CLINICIAN, is_active=True).exclude(pk=author.pk)
    able = [one.pk for one in clinicians if people_for(one).filter(pk=person.pk).exists()]
    return clinicians.filter(pk__in=able).order_by("display_name", "id")

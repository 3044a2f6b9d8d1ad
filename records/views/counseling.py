"""Counseling notes, for their author and co-signer. Nobody else gets anything but a 404."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from records.actions import counseling as actions
from records.forms.counseling import AddendumForm, NoteForm
from records.queries import people_for, same_person
from records.queries.counseling import addenda_of, notes_for, possible_cosigners


@staff("records.counseling_notes")
@require_GET
def note_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """My own notes about this person, and those I was asked to co-sign. The texts are not opened here."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    notes = list(notes_for(request.user).filter(person__in=same_person(person)).defer("text"))
    record("counseling_note.listed", by=request.user, shown=[note.pk for note in notes])
    return render(
        request, "records/counseling_list.html", {"person": person, "notes": notes, "now": clock.now()}
    )


@staff("records.counseling_notes")
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin a note."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = NoteForm(_sent(request), cosigners=None)
    record("counseling_note.begun", by=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            note = actions.start_note(
                person=person, text=given["text"], by=request.user, submit_key=given["submit_key"]
            )
            return redirect("records:counseling-note", note_id=note.pk)
        except Refused as refused:
            form.add_refusal(refused)
    return render_form(request, "records/counseling_note.html", {"person": person}, form)


@staff("records.counseling_notes")
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """One note: a draft to write on, or a signed one to read and add to."""
    found = get_object_or_404(notes_for(request.user), pk=note_id)
    if found.signed_at is not None or found.author_id != request.user.pk:
        return _signed(request, found)
    first = {"text": found.text, "version": found.version}
    form = NoteForm(_sent(request), initial=first, cosigners=possible_cosigners(request.user, found.person))
    if request.method == "GET":
        record("counseling_note.viewed", by=request.user, obj=found)
    elif form.is_valid():
        given = form.cleaned_data
        try:
            if "sign" in request.POST:
                actions.sign_note(
                    note=found, text=given["text"], version=given["version"] or 0,
                    cosigner=given["cosigner"], by=request.user,
                )  # fmt: skip
            else:
                actions.save_note(
                    note=found, text=given["text"], version=given["version"] or 0, by=request.user
                )
            return redirect("records:counseling-note", note_id=found.pk)
        except Conflict as conflict:
            return _conflict(request, found, conflict, given["text"])
        except Refused as refused:
            form.add_refusal(refused)
    context = {"person": found.person, "note": found, "now": clock.now()}
    return render_form(request, "records/counseling_note.html", context, form)


def _signed(request: HttpRequest, found: Any) -> HttpResponse:
    """Show a signed note with its addenda; a POST adds to it."""
    if request.method == "POST" and "version" in request.POST:
        text = request.POST.get("text", "")
        message = "This note was signed since you opened it. Your text is kept below: add it to the note."
        return _conflict(request, found, Conflict(message), text)
    form = AddendumForm(_sent(request))
    if request.method == "GET":
        record("counseling_note.viewed", by=request.user, obj=found)
    elif form.is_valid():
        given = form.cleaned_data
        actions.add_to_note(note=found, text=given["text"], by=request.user, submit_key=given["submit_key"])
        return redirect("records:counseling-note", note_id=found.pk)
    waits = found.cosigner_id == request.user.pk and found.cosigned_at is None
    context = {
        "person": found.person, "note": found, "addenda": list(addenda_of(found)), "waits": waits,
        "now": clock.now(),
    }  # fmt: skip
    return render_form(request, "records/counseling_signed.html", context, form)


@staff("records.counseling_notes")
@post_only
def note_cosign(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Co-sign, as the clinician whom the author named."""
    found = get_object_or_404(notes_for(request.user).filter(cosigner=request.user), pk=note_id)
    actions.cosign_note(note=found, by=request.user)
    return redirect("records:counseling-note", note_id=found.pk)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _conflict(request: HttpRequest, found: Any, conflict: Conflict, text: str) -> HttpResponse:
    context = {"person": found.person, "note": found, "message": conflict.message, "text": text}
    return render(request, "records/counseling_conflict.html", context, status=409)

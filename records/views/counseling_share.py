"""Sharing a signed counseling note, by its author, with whom a consent or an order for such notes names."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record
from config import clock
from config.errors import Refused
from config.forms import render_form
from records.actions.counseling_disclosure import disclose_note
from records.choices import Medium
from records.consent_texts import blocks
from records.door.counseling import Way, ways_out
from records.forms.counseling import ShareNoteForm
from records.models.counseling import CounselingNote
from records.queries.counseling import notes_for


@staff("records.counseling_notes", fresh=True)
@require_http_methods(["GET", "POST"])
def note_share(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Choose who receives a note, from those who may; the answer to the POST is the note to print or read.

    Nothing of what leaves is at an address of its own: looking at it again asks the door again.
    """
    mine = notes_for(request.user).filter(author=request.user, signed_at__isnull=False).defer("text")
    note = get_object_or_404(mine, pk=note_id)
    ways = ways_out(note.person, clock.now())
    form = ShareNoteForm(request.POST if request.method == "POST" else None, ways=ways)
    if request.method == "GET":
        record("counseling_note.share_asked", by=request.user, obj=note)
    elif form.is_valid():
        way = next(one for one in ways if one.key == form.cleaned_data["way"])
        try:
            return _shared(request, note, way, form.cleaned_data["medium"])
        except Refused as refused:
            form.add_error("way", refused.message)
    form.offer_what_holds()
    context = {
        "person": note.person, "note": note, "now": clock.now(), "open": any(not one.refusal for one in ways),
        "closed": [one for one in ways if one.refusal],
    }  # fmt: skip
    return render_form(request, "records/counseling_share.html", context, form)


def _shared(request: HttpRequest, note: CounselingNote, way: Way, medium: str) -> HttpResponse:
    """Open the door, and show what leaves with all that has to go along."""
    packet, pages = disclose_note(note=note, way=way, medium=medium, by=request.user)
    context = {
        "person": note.person, "note": note, "packet": packet, "pages": pages, "way": way,
        "consent_text": blocks(packet.consent_copy.text) if packet.consent_copy else (),
        "by_phone": medium == Medium.PHONE,
    }  # fmt: skip
    return render(request, "records/counseling_shared.html", context)

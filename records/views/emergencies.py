"""Medical emergencies, for staff: tell medical staff, or write it down afterwards."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.forms import render_form
from records.actions.emergencies import tell_medical_staff
from records.disclose import NotPermitted
from records.door.sections import available_sections
from records.forms.emergencies import EmergencyForm, LateEmergencyForm
from records.models import Person
from records.queries import people_for
from records.views.ways import sent

# Where a refusal at the door shows on the form; what isn't here stands above it.
FIELD_OF = {"no_consent_why": "why"}


@staff("records.emergency_disclose")
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Tell medical staff now: the facts of 2.51(c), and what to share."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = EmergencyForm(sent(request), available=available_sections(person))
    return _answer(request, person, form, "records/emergency.html")


@staff("records.emergency_disclose")
@require_http_methods(["GET", "POST"])
def emergency_late(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down an emergency that was told earlier, with its real time and why so late."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = LateEmergencyForm(sent(request), available=(), now=clock.now())
    return _answer(request, person, form, "records/emergency_late.html")


def _answer(request: HttpRequest, person: Person, form: EmergencyForm, template: str) -> HttpResponse:
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            packet = tell_medical_staff(
                person=person, emergency=form.emergency(), chosen=given["sections"], medium=given["medium"],
                by=request.user, submit_key=given["submit_key"],
            )  # fmt: skip
            return redirect("records:disclosure", disclosure_id=packet.id)
        except NotPermitted as refused:
            field = FIELD_OF.get(refused.field or "", refused.field)
            form.add_error(field if field in form.fields else None, refused.message)
            status = 422
    record_view(by=request.user, person=person, what="emergency form")
    page = render_form(request, template, {"person": person}, form)
    page.status_code = status or page.status_code
    return page

"""A copy of the record for the person or who may act for them, for staff."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from records.actions.own_access import give_copy
from records.door.sections import available_sections
from records.forms.own_access import CopyForm
from records.queries.consents import people_with_consents_for
from records.views.door_pages import form_page
from records.views.ways import sent


@staff("records.identity_check", fresh=True)
@require_http_methods(["GET", "POST"])
def own_copy(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Check who asks, and give a copy through the door."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    form = CopyForm(sent(request), available=available_sections(person))

    def act(given: dict) -> str:
        packet = give_copy(
            person=person, chosen=given["sections"], medium=given["medium"], by=request.user,
            submit_key=given["submit_key"], **form.identity(),
        )  # fmt: skip
        return reverse("records:disclosure", args=[packet.id])

    record_view(by=request.user, person=person, what="copy form")
    page = {
        "person": person,
        "title": "A copy for the person",
        "lead": "Their own record, after you made sure who asks.",
        "button": "Give the copy and record it",
        "back_url": reverse("records:without-consent", args=[person.pk]),
        "back": "Without consent",
    }
    return form_page(request, form, page, act)

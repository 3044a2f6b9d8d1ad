"""The ways to share without consent, for one person: each with when it may be used."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import staff
from audit.actions import record_view
from records.queries.consents import people_with_consents_for


@staff("records.packet_read")
@require_GET
def without_consent(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List the lawful ways without consent that this user may take."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="ways without consent")
    return render(request, "records/without_consent.html", {"person": person})

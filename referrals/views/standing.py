"""What a partner is under the law, and the paper that shows it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config import clock
from config.clock import center_day
from referrals.actions.facilities import show_legal_status
from referrals.forms.directory import StatusForm
from referrals.views.common import sent_data, take
from referrals.views.directory import one_for


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def status_new(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Keep which paper shows what a partner is under the law."""
    facility, now = one_for(request, facility_id), clock.now()
    initial = {
        "status": facility.recipient.legal_status,
        "checked_on": center_day(now),
        "revision": facility.revision,
    }
    url = reverse("referrals:partner", args=[facility.pk])

    def save(given: dict[str, Any]) -> Any:
        seen = given.pop("revision") or 0
        return show_legal_status(facility=facility, seen=seen, by=request.user, now=now, **given)

    return take(
        request,
        form=StatusForm(sent_data(request), initial=initial),
        template="referrals/partner_form.html",
        page={"title": "What shows their legal status", "back": url, "facility": facility},
        scope="facility.status",
        url=url,
        action=save,
    )

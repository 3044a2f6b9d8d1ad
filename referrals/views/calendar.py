"""The arrival at a partner's as a calendar file, for staff to hand over and for the partner to keep."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict
from referrals.choices import OfferStatus
from referrals.queries import offers_for
from referrals.rules.calendar import Appointment, calendar_text
from referrals.views.common import conflicted

_CALLED_OFF = {OfferStatus.DECLINED, OfferStatus.DECLINED_BY_PERSON, OfferStatus.WITHDRAWN}


def has_arrival(offer: Any) -> bool:
    """Tell whether an arrival was ever agreed, so that there is something to put into a calendar."""
    return offer.arrival_from is not None and offer.arrival_until is not None


def appointment_of(offer: Any) -> Appointment:
    """Return an offer's arrival as it stands; ended before the arrival means cancelled, one version later."""
    ended = offer.status in _CALLED_OFF or (offer.status == OfferStatus.CLOSED and offer.arrived_at is None)
    return Appointment(
        key=str(uuid5(NAMESPACE_URL, f"appointment:{offer.pk}")),
        version=offer.calendar_version + ended,
        starts_at=offer.arrival_from,
        ends_at=offer.arrival_until,
        cancelled=ended or offer.status == OfferStatus.NO_SHOW,
    )


def calendar_file(offer: Any, now: datetime) -> HttpResponse:
    """Return the file as a download with a name that says nothing."""
    text = calendar_text(appointment_of(offer), now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@staff("referrals.view")
@require_safe
def offer_calendar(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Give staff the arrival of an offer as a calendar file."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    if not has_arrival(offer):
        back = reverse("referrals:offer", args=[offer.pk])
        return conflicted(request, Conflict("No arrival has been agreed yet."), back)
    person = offer.referral.episode.person
    record_view(by=request.user, person=person, what="arrival calendar", obj=offer)
    return calendar_file(offer, clock.now())

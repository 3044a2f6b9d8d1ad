"""An offer that went to the wrong recipient: stop it, and put it into the incident register."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Refused
from config.forms import render_form
from records.actions import incidents
from records.choices_rights import IncidentKind
from records.forms.incidents import MisdirectedForm
from records.views.incidents import WRONG_RECIPIENT, incident_url
from referrals.queries import offers_for
from referrals.views.common import sent_data


@staff("referrals.view")
@require_http_methods(["GET", "POST"])
def misdirected(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Ask what happened; then the link is dead, waiting mail is cancelled, and the register has an entry."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    person = offer.referral.episode.person
    record_view(by=request.user, person=person, what="misdirected form", obj=offer)
    form = MisdirectedForm(sent_data(request), now=clock.now())
    page = {
        "person": person,
        "recipient": offer.facility.recipient.name,
        "lead": WRONG_RECIPIENT,
        "back": reverse("referrals:offer", args=[offer.pk]),
        "back_to": "Offer",
    }
    if request.method == "POST" and form.is_valid():
        try:
            made = incidents.report(
                kind=IncidentKind.MISDIRECTED, person=person, subject=f"offer:{offer.pk}", by=request.user,
                url=incident_url("INCIDENT"), **form.cleaned_data,
            )  # fmt: skip
            return redirect(incident_url(made.pk))
        except Refused as refused:
            form.add_refusal(refused)
    return render_form(request, "records/incident_report.html", page, form)

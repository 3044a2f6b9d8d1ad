"""Contacts and agreements of a partner: adding one, and ending one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config import clock
from config.errors import Conflict
from config.methods import post_only
from referrals.actions.facilities import add_agreement, add_contact, end_part
from referrals.forms.directory import AgreementForm, ContactForm
from referrals.views.common import conflicted, sent_data, take
from referrals.views.directory import one_for


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Add somebody at a partner."""
    return _add(request, facility_id, ContactForm(sent_data(request)), "Add a contact", add_contact)


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Add what was agreed with a partner in writing."""
    return _add(request, facility_id, AgreementForm(sent_data(request)), "Add an agreement", add_agreement)


def _add(request: HttpRequest, facility_id: UUID, form: Any, title: str, action: Any) -> HttpResponse:
    facility = one_for(request, facility_id)
    url = reverse("referrals:partner", args=[facility.pk])
    return take(
        request,
        form=form,
        template="referrals/partner_form.html",
        page={"title": title, "back": url, "facility": facility},
        scope=f"facility.{action.__name__}",
        url=url,
        action=lambda given: action(facility=facility, by=request.user, **given),
    )


@staff("referrals.facility_change")
@post_only
def part_end(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """End a contact or an agreement, which the form names."""
    facility = one_for(request, facility_id)
    url = reverse("referrals:partner", args=[facility.pk])
    named = request.POST.get("part", "")
    parts = {str(one.pk): one for one in (*facility.contacts.all(), *facility.agreements.all())}
    try:
        if named not in parts:
            raise Conflict("There is no such contact or agreement any more.")
        end_part(part=parts[named], by=request.user, now=clock.now())
    except Conflict as conflict:
        return conflicted(request, conflict, url)
    return redirect(url)

"""The partner directory: who they are, what they can do, how many beds, and keeping that true."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config import clock
from referrals.actions.facilities import add_facility, change_facility, report_capacity
from referrals.choices import Level, Medication, Payer, Withdrawal
from referrals.forms.answers import BedsByPhoneForm
from referrals.forms.directory import FacilityForm, NewFacilityForm
from referrals.queries import capacity_of, facilities_for
from referrals.rules.matching import capacity_text
from referrals.views.common import sent_data, take


@staff("referrals.directory_view")
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """List partners with their open beds and how old that number is."""
    now = clock.now()
    rows = [
        {"facility": one, "beds": capacity_text(capacity_of(one), now)}
        for one in facilities_for(request.user)
    ]
    return render(request, "referrals/partners.html", {"rows": rows, "now": now})


@staff("referrals.directory_view")
@require_safe
def partner_page(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Show one partner."""
    facility = get_object_or_404(facilities_for(request.user), pk=facility_id)
    return render(request, "referrals/partner_page.html", _context(facility))


def _context(facility: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "facility": facility,
        "facts": _facts(facility),
        "beds": capacity_text(capacity_of(facility), now),
        "beds_form": BedsByPhoneForm(initial={"beds_open": facility.beds_open}),
        "now": now,
    }


def _words(choices: Any, codes: list[str]) -> str:
    return ", ".join(str(choices(code).label) for code in codes)


def _facts(facility: Any) -> list[tuple[str, str]]:
    oldest = f" to {facility.age_max}" if facility.age_max is not None else " and older"
    return [
        ("Offers", _words(Level, facility.levels)),
        ("Withdrawal they manage", _words(Withdrawal, facility.withdrawal_yes)),
        ("Withdrawal they do not take", _words(Withdrawal, facility.withdrawal_no) or "None listed"),
        ("Go on with", _words(Medication, facility.medications)),
        ("Payment", _words(Payer, facility.payers)),
        ("Pregnant people", facility.get_pregnancy_display()),
        ("Takes", f"{facility.get_unit_display()}, ages {facility.age_min}{oldest}"),
        ("Hours", "Day and night" if facility.hours_24 else ""),
        ("Reached by", facility.get_channel_display()),
        ("Ask for", facility.coordinator),
        ("Address", facility.address),
        ("Legal status", facility.recipient.get_legal_status_display()),
        ("NPI", facility.npi),
        ("Check by phone", facility.caution or "Nothing noted"),
    ]


@staff("referrals.capacity_report")
@require_http_methods(["POST"])
def capacity(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Keep what a partner said by phone about open beds."""
    facility = get_object_or_404(facilities_for(request.user), pk=facility_id)
    form = BedsByPhoneForm(request.POST)
    return take(
        request,
        form=form,
        template="referrals/partner_page.html",
        page={**_context(facility), "beds_form": form},
        scope="facility.capacity",
        url=reverse("referrals:partner", args=[facility.pk]),
        action=lambda given: report_capacity(facility=facility, by=request.user, now=clock.now(), **given),
    )


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def partner_new(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    form = NewFacilityForm(sent_data(request))
    return take(
        request,
        form=form,
        template="referrals/partner_form.html",
        page={"title": "Add a partner", "back": reverse("referrals:partner-list")},
        scope="facility.add",
        url=reverse("referrals:partner-list"),
        action=lambda given: add_facility(
            name=given["name"], legal_status=given["legal_status"], by=request.user, **form.facts()
        ),
    )


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def partner_change(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Change what is known about a partner."""
    facility = get_object_or_404(facilities_for(request.user), pk=facility_id)
    names = [name for name in FacilityForm.base_fields if name != "submit_key"]
    form = FacilityForm(sent_data(request), initial={name: getattr(facility, name) for name in names})
    url = reverse("referrals:partner", args=[facility.pk])
    return take(
        request,
        form=form,
        template="referrals/partner_form.html",
        page={"title": "Change a partner", "back": url, "facility": facility},
        scope="facility.change",
        url=url,
        action=lambda given: change_facility(facility=facility, by=request.user, **form.facts()),
    )

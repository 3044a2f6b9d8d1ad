"""The partner directory: who they are, what they can do, how many beds, and keeping that true."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config import clock
from config.clock import center_day
from config.errors import Conflict
from config.methods import post_only
from records.queries.standing import evidence_of, standing_of
from referrals.actions.facilities import add_facility, change_facility, confirm_facts, report_capacity
from referrals.facility_facts import differences, facts_of, lines_of
from referrals.forms.answers import BedsByPhoneForm, last_beds
from referrals.forms.directory import ChangeFacilityForm, NewFacilityForm
from referrals.forms.search import DirectorySearchForm
from referrals.queries import capacity_of, facilities_for
from referrals.queries_directory import (
    agreement_state,
    confirmations_of,
    directory_page,
    reports_of,
    revisions_of,
    with_parts,
)
from referrals.queries_usable import to_confirm, to_show_again, worked_with
from referrals.rules.confirmed import unconfirmed
from referrals.rules.matching import capacity_text
from referrals.views.common import conflicted, sent_data, take

REPORTS, REVISIONS, CONFIRMATIONS, PAGE = 10, 50, 5, 50


@staff("referrals.directory_view")
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """List partners with their open beds and how old that number is, by name, with filters."""
    now = clock.now()
    form = DirectorySearchForm(request.GET)
    shown = directory_page(form.narrow(facilities_for(request.user)), request.GET.get("after", ""))
    here = reverse("referrals:partner-list")
    asked = form.asked()
    page = {
        "form": form,
        "asked": asked,
        "rows": [{"facility": one, "beds": capacity_text(capacity_of(one), now)} for one in shown.rows],
        "count": shown.count,
        "next_url": f"{here}?{urlencode({**asked, 'after': shown.after})}" if shown.after else "",
        "first_url": f"{here}?{urlencode(asked)}" if request.GET.get("after") else "",
        "now": now,
    }
    return render(request, "referrals/partners.html", page)


@staff("referrals.directory_view")
@require_safe
def partner_page(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Show one partner."""
    return render(request, "referrals/partner_page.html", context_of(one_for(request, facility_id)))


def one_for(request: HttpRequest, facility_id: UUID) -> Any:
    """Return a partner with what stands around it, or 404; out of use only for who may change it."""
    return get_object_or_404(with_parts(facilities_for(request.user, all_of_them=True)), pk=facility_id)


def context_of(facility: Any) -> dict[str, Any]:
    """Collect what the page of a partner shows."""
    now = clock.now()
    agreements = [(one, agreement_state(one, now)) for one in facility.live_agreements]
    return {
        "facility": facility,
        "facts": lines_of(facts_of(facility)),
        "beds": capacity_text(capacity_of(facility), now),
        "beds_form": BedsByPhoneForm(initial=last_beds(facility)),
        "reports": list(reports_of(facility)[:REPORTS]),
        "agreements": agreements,
        "standing": standing_of(facility.recipient, now),
        "status_label": facility.recipient.get_legal_status_display(),
        "evidence": list(evidence_of(facility.recipient)[:CONFIRMATIONS]),
        "unconfirmed": unconfirmed(facility.checked_on, center_day(now)),
        "confirmations": list(confirmations_of(facility)[:CONFIRMATIONS]),
        "now": now,
    }


@staff("referrals.directory_view")
@require_safe
def partner_history(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Show every change of what is known about a partner, the newest first."""
    facility = one_for(request, facility_id)
    found = list(revisions_of(facility)[: REVISIONS + 1])
    before = [one.facts for one in found[1:]] + [None]
    rows = [
        {"revision": one, "changes": differences(old, one.facts) if old else []}
        for one, old in zip(found[:REVISIONS], before, strict=False)
    ]
    page = {"facility": facility, "rows": rows, "now": clock.now()}
    return render(request, "referrals/partner_history.html", page)


@staff("referrals.capacity_report")
@post_only
def capacity(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Keep what a partner said by phone about open beds."""
    facility = one_for(request, facility_id)
    form = BedsByPhoneForm(request.POST)
    return take(
        request,
        form=form,
        template="referrals/partner_page.html",
        page={**context_of(facility), "beds_form": form},
        scope="facility.capacity",
        url=reverse("referrals:partner", args=[facility.pk]),
        action=lambda given: report_capacity(facility=facility, by=request.user, now=clock.now(), **given),
    )


@staff("referrals.facility_change")
@post_only
def confirm(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Keep that what we know of a partner is still true; the form says which revision was seen."""
    facility = one_for(request, facility_id)
    from_list = request.POST.get("from") == "list"
    page = reverse("referrals:partner", args=[facility.pk])
    back = reverse("referrals:partner-confirm-list") if from_list else page
    seen = request.POST.get("revision", "")
    try:
        confirm_facts(
            facility=facility, seen=int(seen) if seen.isdecimal() else 0, by=request.user, now=clock.now()
        )
    except Conflict as conflict:
        return conflicted(request, conflict, page)
    return redirect(back)


@staff("referrals.facility_change")
@require_safe
def confirm_list(request: HttpRequest) -> HttpResponse:
    """List partners whose facts nobody confirmed within a year: those we work with, or all."""
    now = clock.now()
    everyone = request.GET.get("show") == "all"
    found = facilities_for(request.user)
    found = to_confirm(found if everyone else worked_with(found, now), now)
    shown = list(found[: PAGE + 1])
    rows = [{"facility": one, "since": unconfirmed(one.checked_on, center_day(now))} for one in shown[:PAGE]]
    today = center_day(now)
    papers = [
        {"facility": one, "until": one.until, "ended": one.until is not None and one.until < today}
        for one in to_show_again(worked_with(facilities_for(request.user), now), now)[:PAGE]
    ]
    page = {
        "papers": papers,
        "rows": rows,
        "more": len(shown) > PAGE,
        "most": PAGE,
        "everyone": everyone,
        "now": now,
    }
    return render(request, "referrals/confirm.html", page)


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
    facility = one_for(request, facility_id)
    form = ChangeFacilityForm(
        sent_data(request), initial={**facts_of(facility), "revision": facility.revision}
    )
    url = reverse("referrals:partner", args=[facility.pk])

    def save(given: dict[str, Any]) -> Any:
        seen = given["revision"] or 0
        return change_facility(facility=facility, seen=seen, by=request.user, **form.changes())

    def stale() -> dict[str, Any]:
        seen = revisions_of(facility).filter(number=form.cleaned_data["revision"] or 0).first()
        here = facts_of(facility)
        mine = {**here, **form.plain_changes()}
        return {"theirs": differences(seen.facts, here) if seen else [], "yours": differences(here, mine)}

    return take(
        request,
        form=form,
        template="referrals/partner_form.html",
        page={"title": "Change a partner", "back": url, "facility": facility},
        scope="facility.change",
        url=url,
        action=save,
        stale=stale,
    )

"""The list of referrals, one referral, and who is out at detox."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record, record_view
from config import clock
from referrals.actions.referrals import close_referral
from referrals.choices import CHIP, LIVE, OfferStatus
from referrals.forms.staff import CloseReferralForm
from referrals.queries import out_at_partners, referrals_for, return_places, work_list
from referrals.rules.deadlines import day_out, is_quiet
from referrals.rules.need import seriousness
from referrals.views.common import sent_data, take
from referrals.views.match import need_lines

PAGE = 100
AT_ONCE = 50
"""How many ids one event of the trail holds."""


@staff("referrals.view")
@require_safe
def referral_list(request: HttpRequest) -> HttpResponse:
    """List open referrals by what is due; `show=due` keeps those that are due now."""
    now = clock.now()
    found = work_list(request.user)
    only_due = request.GET.get("show") == "due"
    if only_due:
        found = found.filter(next_due_at__lte=now)
    rows = list(found[: PAGE + 1])
    shown_list(request.user, "referrals", [one.episode_id for one in rows[:PAGE]])
    page = {
        "rows": [_row(one, now) for one in rows[:PAGE]],
        "more": len(rows) > PAGE,
        "only_due": only_due,
        "now": now,
    }
    return render(request, "referrals/list.html", page)


def shown_list(by: Any, what: str, episodes: list[Any]) -> None:
    """Record that `by` is about to see these people in a list: up to 50 ids per event, none when empty."""
    for start in range(0, len(episodes), AT_ONCE):
        record("list.viewed", by=by, what=what, shown=episodes[start : start + AT_ONCE])


def _row(referral: Any, now: Any) -> dict[str, Any]:
    return {
        "referral": referral,
        "person": referral.episode.person,
        "late": referral.next_due_at is not None and referral.next_due_at <= now,
        "offers": [
            {
                "name": offer.facility.recipient.name,
                "status": offer.get_status_display(),
                "chip": _chip(offer),
            }
            for offer in referral.shown_offers
        ],
    }


def _chip(offer: Any) -> str:
    return CHIP[OfferStatus(offer.status)]


@staff("referrals.view")
@require_safe
def referral_page(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Show one need: what is next, every offer, and what happened."""
    referral = get_object_or_404(referrals_for(request.user), pk=referral_id)
    record_view(by=request.user, person=referral.episode.person, what="referral", obj=referral)
    return render(request, "referrals/referral.html", _context(referral))


def _context(referral: Any) -> dict[str, Any]:
    now = clock.now()
    offers = list(referral.offers.select_related("facility__recipient").order_by("-made_at", "id"))
    return {
        "referral": referral,
        "person": referral.episode.person,
        "need": need_lines(referral.need),
        "grade": seriousness(referral.need),
        "offers": [{"offer": offer, "chip": _chip(offer), "live": offer.status in LIVE} for offer in offers],
        "late": referral.next_due_at is not None and referral.next_due_at <= now,
        "now": now,
    }


@staff("referrals.offer_send")
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Close a referral with how it ended."""
    referral = get_object_or_404(referrals_for(request.user), pk=referral_id)
    record_view(by=request.user, person=referral.episode.person, what="referral_close", obj=referral)
    return take(
        request,
        form=CloseReferralForm(sent_data(request)),
        template="referrals/close.html",
        page={"referral": referral, "person": referral.episode.person, "now": clock.now()},
        scope="referral.close",
        url=reverse("referrals:referral", args=[referral.pk]),
        action=lambda given: close_referral(
            referral_id=referral.pk, by=request.user, now=clock.now(), **given
        ),
    )


@staff("referrals.view")
@require_safe
def out_at_detox(request: HttpRequest) -> HttpResponse:
    """Show who is at a partner's or on the way, which day it is, and of whom nobody was heard."""
    now = clock.now()
    found = list(out_at_partners(request.user)[:PAGE])
    shown_list(request.user, "out at detox", [offer.referral.episode_id for offer in found])
    places = return_places([offer.referral.episode_id for offer in found], now)
    rows: list[dict[str, Any]] = [
        {
            "offer": offer,
            "place": places.get(offer.referral.episode_id),
            "referral": offer.referral,
            "person": offer.referral.episode.person,
            "facility": offer.facility,
            "chip": _chip(offer),
            "day": day_out(offer.arrived_at, now) if offer.arrived_at else None,
            "quiet": is_quiet(offer.last_heard_at, now),
            "missing": offer.status == OfferStatus.NO_SHOW or offer.referral.next_step == "missing_between",
        }
        for offer in found
    ]
    page = {
        "rows": rows,
        "quiet": sum(row["quiet"] for row in rows),
        "missing": sum(row["missing"] for row in rows),
        "now": now,
    }
    return render(request, "referrals/out.html", page)

"""The board of everyone out at a partner, day by day, and a call logged from it in one step."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from referrals.actions.messages import log_contact
from referrals.choices import CHIP, OfferStatus
from referrals.forms.staff import ContactForm
from referrals.queries import last_contacts, offers_for, out_at_partners, return_places
from referrals.rules.deadlines import day_out, is_quiet
from referrals.views.common import sent_data, take
from referrals.views.referrals import shown_list

PAGE = 200
MISSING = {"missing_between", "missed_return"}


@staff("referrals.view")
@require_safe
def out_at_detox(request: HttpRequest) -> HttpResponse:
    """Show who is at a partner's or on the way: who is looked for first, then by the day they come back."""
    now = clock.now()
    found = list(out_at_partners(request.user)[: PAGE + 1])
    shown = found[:PAGE]
    shown_list(request.user, "out at detox", [offer.referral.episode_id for offer in shown])
    places = return_places([offer.referral.episode_id for offer in shown], now)
    contacts = last_contacts([offer.pk for offer in shown])
    rows = [_row(offer, places, contacts, now) for offer in shown]
    page = {
        "groups": _groups(rows, now),
        "out": len(rows),
        "quiet": sum(row["quiet"] for row in rows),
        "missing": sum(row["missing"] for row in rows),
        "due": sum(row["due"] for row in rows),
        "more": len(found) > PAGE,
        "key": uuid4,
        "now": now,
    }
    return render(request, "referrals/out.html", page)


def _row(offer: Any, places: dict, contacts: dict, now: datetime) -> dict[str, Any]:
    referral = offer.referral
    return {
        "offer": offer,
        "place": places.get(referral.episode_id),
        "referral": referral,
        "person": referral.episode.person,
        "facility": offer.facility,
        "chip": "urgent" if offer.left_at else CHIP[OfferStatus(offer.status)],
        "status": "Left early" if offer.left_at else offer.get_status_display(),
        "day": day_out(offer.arrived_at, now) if offer.arrived_at else None,
        "quiet": is_quiet(offer.last_heard_at, now),
        "missing": offer.status == OfferStatus.NO_SHOW or referral.next_step in MISSING,
        "due": referral.next_due_at is not None and referral.next_due_at <= now,
        "contact": contacts.get(offer.pk),
        "key": uuid4(),
    }


def _groups(rows: Iterable[dict[str, Any]], now: datetime) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Sort rows into (title, family, rows): looked for, overdue, each day of return, day not known."""
    today = center_day(now)
    found: dict[tuple[int, date], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(_place(row, today), []).append(row)
    return [(*_title(key, today), found[key]) for key in sorted(found)]


def _place(row: dict[str, Any], today: date) -> tuple[int, date]:
    back = row["offer"].expected_back_on
    if row["missing"]:
        return 0, date.min
    if back is None:
        return 3, date.max
    return (1, date.min) if back < today else (2, back)


def _title(key: tuple[int, date], today: date) -> tuple[str, str]:
    kind, back = key
    if kind == 0:
        return "Find out where they are", "urgent"
    if kind == 1:
        return "Expected before today", "urgent"
    if kind == 3:
        return "Day of discharge not known", ""
    days = (back - today).days
    words = {0: "Expected back today", 1: "Expected back tomorrow"}
    return words.get(days, f"Expected back {back:%A} {back.day} {back:%B}"), ""


@staff("referrals.offer_record")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Write down a call with the partner, or a fax, and when the next contact is due."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    person, now = offer.referral.episode.person, clock.now()
    record_view(by=request.user, person=person, what="offer_contact", obj=offer)
    from_board = request.POST.get("from") == "board" or request.GET.get("from") == "board"
    back = reverse("referrals:offer", args=[offer.pk])
    page = {
        "offer": offer,
        "referral": offer.referral,
        "person": person,
        "facility": offer.facility,
        "from_board": from_board,
        "back": back,
        "now": now,
    }
    return take(
        request,
        form=ContactForm(sent_data(request)),
        template="referrals/contact.html",
        page=page,
        scope="offer.contact",
        url=reverse("referrals:out-at-detox") if from_board else back,
        action=lambda given: log_contact(offer_id=offer.pk, by=request.user, now=now, **given),
    )

"""The list of referrals, and one referral with everything that happened to it."""

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
from referrals.choices import CHIP, HELD, LIVE, OfferStatus
from referrals.forms.staff import CloseReferralForm
from referrals.queries import referrals_for, undecided_late, work_list
from referrals.rules.need import seriousness
from referrals.timeline import referral_timeline, with_person_calls
from referrals.told_decisions import decisions_of
from referrals.views.asks import asks_of
from referrals.views.common import sent_data, take
from referrals.views.match import need_lines
from referrals.views.next_best import next_best_of

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
    page = _context(referral)
    page["asks"] = asks_of(request, offer__referral=referral)
    page["next_best"] = next_best_of(request, referral, [row["offer"] for row in page["offers"]], page["now"])
    return render(request, "referrals/referral.html", page)


def _context(referral: Any) -> dict[str, Any]:
    now = clock.now()
    offers = list(referral.offers.select_related("facility__recipient").order_by("-made_at", "id"))
    late = list(undecided_late(referral))
    return {
        "referral": referral,
        "person": referral.episode.person,
        "need": need_lines(referral.need),
        "grade": seriousness(referral.need),
        "offers": [{"offer": offer, "chip": _chip(offer), "live": offer.status in LIVE} for offer in offers],
        "late": referral.next_due_at is not None and referral.next_due_at <= now,
        "late_answers": late,
        "declined": _news(offers),
        "do": _what_to_do(referral, offers, late),
        "decisions": decisions_of(referral),
        "timeline": with_person_calls(referral_timeline(offers), referral),
        "now": now,
    }


def _news(offers: list[Any]) -> Any:
    """Return the newest offer when it ended without a yes, so that the page can say why we choose again."""
    newest = max(offers, key=lambda one: one.ended_at or one.made_at, default=None)
    return newest if newest is not None and newest.status in {"declined", "expired"} else None


def _what_to_do(referral: Any, offers: list[Any], late: list[Any]) -> dict[str, str] | None:
    """Return the one thing to press for the next step, as label and url."""
    step = referral.next_step
    if referral.status != "open":
        return None
    if step == "choose_partner":
        return _press("Find a partner", "match", referral.episode_id)
    if step == "late_answer" and late:
        return _press("Decide", "late", late[0].pk)
    live = [offer for offer in offers if offer.status in LIVE]
    held = [offer for offer in live if offer.status in HELD]
    if held and step in {
        "daily_contact",
        "missing_between",
        "missed_return",
        "consent_ended",
        "await_return",
    }:
        return _press("Log a call", "offer-contact", held[0].pk)
    asked = [offer for offer in live if offer.asked_at]
    if asked and step == "answer_question":
        return _press("Answer", "offer", asked[0].pk)
    return _press("Open the offer", "offer", live[0].pk) if len(live) == 1 else None


def _press(label: str, name: str, pk: UUID) -> dict[str, str]:
    return {"label": label, "url": reverse(f"referrals:{name}", args=[pk])}


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

"""Finding and asking partners for one person: the match page, the need, and sending."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.queries import episodes_for
from outbox.submit import AlreadyDone
from programs.queries import detox_needed
from records.choices import Purpose
from records.queries import live_consents
from referrals.actions.offers import AT_ONCE, CARD_CATEGORIES, consent_address, send_offers
from referrals.actions.once import once
from referrals.actions.referrals import change_need, open_referral
from referrals.choices import CHIP, HELD, LIVE, WAITING, OfferStatus
from referrals.forms.staff import NeedForm, SendForm
from referrals.need import card_of, suggested_need
from referrals.queries import candidate, facilities_for, open_referral_of
from referrals.rules.links import spoken
from referrals.rules.matching import match
from referrals.rules.need import ALL, WATCH_WORDS, matching_need, seriousness
from referrals.views.common import conflicted, refuse, sent_data, take

TEMPLATE = "referrals/match.html"


@staff("referrals.offer_send")
@require_safe
def match_page(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show who can take this person and why, who cannot and why not, and who is named in a consent."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person, what="referral_match", obj=episode)
    page = page_of(request, episode)
    form = SendForm(facility_ids=page["ids"], initial={"facilities": page["preselected"]})
    return render_form(request, TEMPLATE, page, form)


def page_of(request: HttpRequest, episode: Any) -> dict[str, Any]:
    """Collect what the match page shows."""
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    need = referral.need if referral is not None else suggested_need(episode, now)
    facilities = {str(one.pk): one for one in facilities_for(request.user)}
    results = match(matching_need(need), [candidate(one) for one in facilities.values()], now)
    offers = _offers(referral)
    here = reverse("referrals:match", args=[episode.pk])
    named = live_consents(
        episode.person,
        [one.recipient for one in facilities.values()],
        Purpose.TREATMENT,
        CARD_CATEGORIES,
        now,
    )
    rows = [_row(one, facilities[one.facility_id], episode, offers, here, named) for one in results]
    fits = [row for row in rows if row["match"].fits]
    waiting = sum(offer.status in WAITING for offer in offers)
    return {
        "episode": episode,
        "person": episode.person,
        "referral": referral,
        "need": need_lines(need),
        "grade": seriousness(need),
        "card": card_of(need, ALL),
        "fits": fits,
        "misses": [row for row in rows if not row["match"].fits],
        "ids": list(facilities),
        "preselected": [],
        "held": next((offer for offer in offers if offer.status in HELD), None),
        "room": AT_ONCE - waiting,
        "determination": detox_needed(episode),
        "now": now,
    }


def _offers(referral: Any) -> list[Any]:
    if referral is None:
        return []
    return list(referral.offers.select_related("facility__recipient").order_by("made_at", "id"))


def _row(result: Any, facility: Any, episode: Any, offers: list, here: str, named: dict) -> dict[str, Any]:
    """One partner: the match, the consent, and what became of earlier offers."""
    mine = [offer for offer in offers if offer.facility_id == facility.pk]
    last = mine[-1] if mine else None
    return {
        "match": result,
        "facility": facility,
        "consent": named.get(facility.recipient_id),
        "consent_url": consent_address(episode.person, facility, here),
        "offer": last,
        "chip": CHIP[OfferStatus(last.status)] if last else "",
        "asked": last is not None and last.status in LIVE,
    }


def need_lines(need: dict) -> list[str]:
    """Put the need into short words for the top of the page."""
    form = NeedForm()
    labels = {name: dict(getattr(field, "choices", ())) for name, field in form.fields.items()}
    lines = [str(labels["level"][need["level"]])]
    lines += [str(labels["withdrawal"][code]) for code in need["withdrawal"]]
    lines += [f"goes on with {str(labels['medications'][code]).lower()}" for code in need["medications"]]
    if need["pregnant"] in {"yes", "possible"}:
        lines.append("pregnant" if need["pregnant"] == "yes" else "may be pregnant")
    lines.append(str(labels["payer"][need["payer"]]) if need["payer"] else "payment not known")
    lines.append(f"age {need['age']}" if need["age"] is not None else "age not known")
    if need["at_night"]:
        lines.append("arrives at night")
    return lines + [WATCH_WORDS[code] for code in need["watch"] if code != "supply"]


@staff("referrals.offer_send")
@require_http_methods(["GET", "HEAD", "POST"])
def need_page(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show or change what a partner must be able to do; saving opens the referral."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    before = referral.need if referral is not None else suggested_need(episode, now)
    form = NeedForm(sent_data(request), initial=before)
    record_view(by=request.user, person=episode.person, what="referral_need", obj=episode)

    def save(given: dict) -> Any:
        if referral is not None:
            return change_need(referral_id=referral.pk, need=form.need(before), by=request.user, now=now)
        return open_referral(
            episode=episode,
            need=form.need(before),
            determination=detox_needed(episode),
            by=request.user,
            now=now,
        )

    page = {"episode": episode, "person": episode.person, "now": now}
    return take(
        request,
        form=form,
        template="referrals/need.html",
        page=page,
        scope="referral.need",
        url=reverse("referrals:match", args=[episode.pk]),
        action=save,
    )


@staff("referrals.offer_send", fresh=True)
@require_http_methods(["POST"])
def send(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Send to the selected partners and show the codes to read out, once."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person, what="referral_match", obj=episode)
    page = page_of(request, episode)
    form = SendForm(request.POST, facility_ids=page["ids"])
    if not form.is_valid():
        return render_form(request, TEMPLATE, page, form)
    now = page["now"]
    chosen = facilities_for(request.user).filter(pk__in=form.cleaned_data["facilities"])
    done_at = reverse("referrals:match", args=[episode.pk])

    def act() -> Any:
        referral = page["referral"] or open_referral(
            episode=episode,
            need=suggested_need(episode, now),
            determination=page["determination"],
            by=request.user,
            now=now,
        )
        due = now + timedelta(hours=form.cleaned_data["answer_hours"])
        return send_offers(
            referral_id=referral.pk, facilities=chosen, by=request.user, now=now, answer_due_at=due
        )

    try:
        key = form.cleaned_data["submit_key"]
        sent = once(key, scope="offer.send", by=request.user, url=done_at, action=act)
    except AlreadyDone as done:
        return redirect(done.url)
    except Refused as refused:
        return refuse(request, form, refused, TEMPLATE, page)
    except Conflict as conflict:
        return conflicted(request, conflict, done_at)
    return codes_page(request, sent, now)


def codes_page(request: HttpRequest, sent: list, now: Any) -> HttpResponse:
    """Show each partner's code, once: it is stored only as a hash and can't be shown again."""
    rows = [
        {
            "offer": one.offer,
            "code": spoken(one.new.code) if one.new else "",
            "facility": one.offer.facility,
        }
        for one in sent
    ]
    page = {"rows": rows, "referral": sent[0].offer.referral, "now": now}
    return render(request, "referrals/sent.html", page)

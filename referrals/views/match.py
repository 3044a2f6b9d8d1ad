"""Finding and asking partners for one person: the match page, the need, and sending."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake.queries import episodes_for
from programs.queries import detox_needed
from records.choices import Purpose
from records.queries import live_consents
from referrals.actions.decisions import nobody_fits, store_decision
from referrals.actions.offers import AT_ONCE, CARD_CATEGORIES, consent_address, send_offers
from referrals.actions.once import once
from referrals.actions.referrals import Changed, change_need, open_referral
from referrals.choices import CHIP, HELD, LIVE, WAITING, DecisionKind, OfferStatus, PayerFrom
from referrals.forms.staff import NeedForm, NobodyForm, SendForm, contact_words
from referrals.need import card_of, suggested_need
from referrals.queries import code_contacts, facilities_for, open_referral_of
from referrals.queries_matching import Found, find_partners
from referrals.rules.confirmed import unconfirmed
from referrals.rules.criteria import criterion_label
from referrals.rules.links import spoken
from referrals.rules.marks import mark_of
from referrals.rules.matching import distance_text
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
    form = SendForm(
        facility_ids=[*page["found"].facilities],
        contacts=code_contacts(page["found"].facilities.values()),
        initial={"facilities": page["preselected"]},
    )
    return render_form(request, TEMPLATE, with_codes(page, form), form)


def with_codes(page: dict[str, Any], form: SendForm) -> dict[str, Any]:
    """Give each partner's row the field that says how it gets its code, where there is a choice."""
    for row in (*page["fits"], *page["nearest"]):
        name = form.by_mail.get(row["facility"].pk)
        row["code"] = form[name] if name else None
    return page


def page_of(request: HttpRequest, episode: Any) -> dict[str, Any]:
    """Collect what the match page shows."""
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    need = referral.need if referral is not None else suggested_need(episode, now)
    found = found_for(request.user, need, now, episode.pk)
    offers = _offers(referral)
    rows = _rows(found, episode, offers)
    misses = [row for row in rows if not row["match"].fits]
    waiting = sum(offer.status in WAITING for offer in offers)
    return {
        "episode": episode,
        "person": episode.person,
        "referral": referral,
        "need": need_lines(need),
        "grade": seriousness(need),
        "card": card_of(need, ALL),
        "found": found,
        "fits": [row for row in rows if row["match"].fits],
        "nearest": [row for row in misses if row["match"].one_short],
        "misses": [row for row in misses if not row["match"].one_short],
        "in_the_way": in_the_way(found),
        "preselected": _preselected(request, rows),
        "held": next((offer for offer in offers if offer.status in HELD), None),
        "room": AT_ONCE - waiting,
        "determination": detox_needed(episode),
        "now": now,
    }


def _preselected(request: HttpRequest, rows: list[dict[str, Any]]) -> list[str]:
    """Return the partner that the page before named, if it fits, is named in a consent and was not asked."""
    return [
        row["match"].facility_id
        for row in rows
        if row["match"].facility_id == request.GET.get("ask")
        and row["match"].fits
        and row["consent"]
        and not row["asked"]
    ]


def found_for(user: Any, need: dict, now: Any, episode: UUID | None = None) -> Found:
    """Match a stored need against the directory."""
    return find_partners(user, matching_need(need), need.get("zip", ""), now, episode=episode)


def in_the_way(found: Found) -> list[tuple[str, str]]:
    """Put each criterion that rules somebody out into words, with how many, the easiest to change first."""
    return [
        (
            criterion_label(one.criterion),
            f"Rules out {one.ruled_out}" + (f", {one.alone} by nothing else" if one.alone else ""),
        )
        for one in found.in_the_way
    ]


def _offers(referral: Any) -> list[Any]:
    if referral is None:
        return []
    return list(referral.offers.select_related("facility__recipient").order_by("made_at", "id"))


def _rows(found: Found, episode: Any, offers: list) -> list[dict[str, Any]]:
    """Every partner shown: the match, the distance, the consent, and what became of earlier offers."""
    recipients = [one.recipient for one in found.facilities.values()]
    named = live_consents(episode.person, recipients, Purpose.TREATMENT, CARD_CATEGORIES, found.now)
    last = {str(offer.facility_id): offer for offer in offers}
    here, today = reverse("referrals:match", args=[episode.pk]), center_day(found.now)
    rows = []
    for result in (*found.fits, *found.misses):
        facility, offer = found.facilities[result.facility_id], last.get(result.facility_id)
        rows.append(
            {
                "match": result,
                "distance": distance_text(result.miles, asked=found.measured),
                "facility": facility,
                "consent": named.get(facility.recipient_id),
                "consent_url": consent_address(episode.person, facility, here),
                "unconfirmed": unconfirmed(facility.checked_on, today),
                "offer": offer,
                "chip": CHIP[OfferStatus(offer.status)] if offer else "",
                "asked": offer is not None and offer.status in LIVE,
            }
        )
    return rows


def _payment(need: dict, labels: dict) -> str:
    """Who pays, and where that is known from; needs from before that was kept say only who."""
    if not need["payer"]:
        return "payment not known"
    told = need.get("payer_from")
    return f"{labels[need['payer']]} ({PayerFrom(told).label})" if told else str(labels[need["payer"]])


def need_lines(need: dict) -> list[str]:
    """Put the need into short words for the top of the page."""
    form = NeedForm()
    labels = {name: dict(getattr(field, "choices", ())) for name, field in form.fields.items()}
    lines = [str(labels["level"][need["level"]])]
    lines += [str(labels["withdrawal"][code]) for code in need["withdrawal"]]
    lines += [f"goes on with {str(labels['medications'][code]).lower()}" for code in need["medications"]]
    if need["pregnant"] in {"yes", "possible"}:
        lines.append("pregnant" if need["pregnant"] == "yes" else "may be pregnant")
    lines.append(_payment(need, labels["payer"]))
    lines.append(f"age {need['age']}" if need["age"] is not None else "age not known")
    if need["at_night"]:
        lines.append("arrives at night")
    if need.get("co_occurring"):
        lines.append("mental health care too")
    lines += [str(labels["access"][code]) for code in need.get("access", ())]
    lines += [f"would like a program for {labels['groups'][code]}" for code in need.get("groups", ())]
    if need.get("max_miles") and need.get("zip"):
        lines.append(f"within {need['max_miles']} miles")
    elif not need.get("zip"):
        lines.append("place not known: no distances")
    return lines + [WATCH_WORDS[code] for code in need["watch"] if code != "supply"]


@staff("referrals.offer_send")
@require_http_methods(["GET", "HEAD", "POST"])
def need_page(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show or change what a partner must be able to do; saving opens the referral."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    before = referral.need if referral is not None else suggested_need(episode, now)
    form = NeedForm(sent_data(request), initial={**before, "seen": mark_of(before)})
    record_view(by=request.user, person=episode.person, what="referral_need", obj=episode)

    def save(given: dict) -> Any:
        if referral is not None:
            try:
                return change_need(
                    referral_id=referral.pk,
                    need=form.need(before),
                    by=request.user,
                    now=now,
                    seen=given["seen"],
                )
            except Changed as changed:
                told = f"Somebody changed this meanwhile: {form.differing(changed.now) or 'the same as you'}"
                raise Conflict(f"{told}. Compare, then save again to keep yours", field="") from changed
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
@post_only
def send(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Send to the selected partners and show the codes to read out, once."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person, what="referral_match", obj=episode)
    page = page_of(request, episode)
    chosen = list(facilities_for(request.user).filter(pk__in=_ids(request.POST.getlist("facilities"))))
    shown = {one.pk: one for one in (*page["found"].facilities.values(), *chosen)}
    ids = [str(one.pk) for one in chosen]
    form = SendForm(request.POST, facility_ids=ids, contacts=code_contacts(shown.values()))
    page = with_codes(page, form)
    if not form.is_valid():
        return render_form(request, TEMPLATE, page, form)
    now = page["now"]
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
        sent = send_offers(
            referral_id=referral.pk,
            facilities=chosen,
            by=request.user,
            now=now,
            answer_due_at=due,
            code_to=form.code_to(),
        )
        store_decision(
            referral=referral,
            found=page["found"],
            kind=DecisionKind.SENT,
            by=request.user,
            chosen=[one.pk for one in chosen],
            because=form.cleaned_data["because"],
            note=form.cleaned_data["because_note"],
        )
        return sent

    try:
        key = form.cleaned_data["submit_key"]
        sent = once(key, scope="offer.send", by=request.user, url=done_at, action=act)
    except Refused as refused:
        return refuse(request, form, refused, TEMPLATE, page)
    except Conflict as conflict:
        return conflicted(request, conflict, done_at, form)
    return codes_page(request, sent, now)


def _ids(texts: list[str]) -> list[UUID]:
    """Return what are ids; the rest is no facility of ours."""
    found = []
    for text in texts[:50]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


@staff("referrals.offer_send")
@require_http_methods(["GET", "HEAD", "POST"])
def nobody(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Decide what happens next when no partner fits; the referral rests with a step and a due time."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person, what="referral_match", obj=episode)
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    need = referral.need if referral is not None else suggested_need(episode, now)
    found = found_for(request.user, need, now, episode.pk)

    def save(given: dict) -> Any:
        mine = referral or open_referral(
            episode=episode, need=need, determination=detox_needed(episode), by=request.user, now=now
        )
        return nobody_fits(referral_id=mine.pk, found=found, by=request.user, now=now, **given)

    back = reverse("referrals:match", args=[episode.pk])
    page = {
        "episode": episode,
        "person": episode.person,
        "in_the_way": in_the_way(found),
        "nearest": [(found.facilities[one.facility_id], one) for one in found.misses if one.one_short],
        "back": back,
        "now": now,
    }
    return take(
        request,
        form=NobodyForm(sent_data(request), now=now),
        template="referrals/nobody.html",
        page=page,
        scope="referral.nobody",
        url=back,
        action=save,
    )


def codes_page(request: HttpRequest, sent: list, now: Any) -> HttpResponse:
    """Show each partner's code, once: it is stored only as a hash and can't be shown again.

    A code that goes by mail is shown to nobody here.
    """
    rows = [_code_row(one) for one in sent]
    page = {
        "rows": rows,
        "referral": sent[0].offer.referral,
        "now": now,
        "to_read": any(row["code"] for row in rows),
    }
    return render(request, "referrals/sent.html", page)


def _code_row(one: Any) -> dict[str, Any]:
    contact = one.new.link.code_contact if one.new else None
    return {
        "offer": one.offer,
        "code": spoken(one.new.code) if one.new and contact is None else "",
        "mailed_to": contact_words(contact) if contact else "",
        "facility": one.offer.facility,
    }

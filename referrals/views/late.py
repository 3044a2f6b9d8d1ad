"""A late answer for staff: what the partner said after the time, and what we do with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from records.choices import Purpose
from records.queries import live_consent
from referrals.actions import late as actions
from referrals.actions.offers import CARD_CATEGORIES, Sent, consent_address
from referrals.actions.once import once
from referrals.actions.steps import Told
from referrals.choices import ENDED, HELD, LateKind, ReferralStatus
from referrals.forms.answers import AcceptForm, LateForm, told_form
from referrals.models import LateAnswer
from referrals.need import in_words
from referrals.queries import late_answers_for, offers_for
from referrals.views.common import conflicted, refuse, sent_data, take
from referrals.views.match import codes_page

UseForm = told_form(AcceptForm)
ToldLateForm = told_form(LateForm)


@staff("referrals.offer_send", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def late_page(request: HttpRequest, late_id: UUID) -> HttpResponse:
    """Show a late answer; take it up after a call, or tell the partner that it is not needed."""
    late = get_object_or_404(late_answers_for(request.user), pk=late_id)
    now = clock.now()
    record_view(by=request.user, person=late.offer.referral.episode.person, what="late answer", obj=late)
    form = UseForm(sent_data(request), now=now, initial=_agreed(late))
    page = _page(late, now)
    if request.method == "POST" and not late.decision:
        if "not_needed" in request.POST:
            return _end(request, late, form, page)
        if form.is_valid():
            return _use(request, late, form, page)
    return render_form(request, "referrals/late.html", page, form)


def _page(late: LateAnswer, now: datetime) -> dict[str, Any]:
    offer, referral = late.offer, late.offer.referral
    held = referral.offers.filter(status__in=HELD).select_related("facility__recipient").first()
    person, facility = referral.episode.person, offer.facility
    consent = live_consent(person, facility.recipient, Purpose.TREATMENT, CARD_CATEGORIES, now)
    here = reverse("referrals:late", args=[late.pk])
    return {
        "late": late,
        "offer": offer,
        "referral": referral,
        "person": person,
        "facility": facility,
        "said": _said(late),
        "held": held,
        "may_use": not late.decision and held is None and referral.status == ReferralStatus.OPEN,
        "consent_url": "" if consent else consent_address(person, facility, here),
        "now": now,
    }


def _said(late: LateAnswer) -> list[tuple[str, str]]:
    words = [("They said", str(LateKind(late.kind).label))]
    labels = {"name": "Who", "bed": "Bed", "note": "In their words"}
    words += [(label, late.said[key]) for key, label in labels.items() if late.said.get(key)]
    if late.said.get("arrival_from"):
        window = f"{in_words(late.said['arrival_from'])} to {in_words(late.said['arrival_until'])}"
        words.append(("Arrival", window))
    return words


def _agreed(late: LateAnswer) -> dict[str, Any]:
    """Fill the form with what they offered, so that only what changed on the phone is typed."""
    said, given = late.said, {"bed_note": late.said.get("bed", ""), "said_by": late.said.get("name", "")}
    if said.get("arrival_from"):
        given |= {key: datetime.fromisoformat(said[key]) for key in ("arrival_from", "arrival_until")}
    return {key: value for key, value in given.items() if value}


def _end(request: HttpRequest, late: LateAnswer, form: Any, page: dict[str, Any]) -> HttpResponse:
    url = reverse("referrals:referral", args=[late.offer.referral_id])
    form.is_valid()
    try:
        once(
            form.cleaned_data["submit_key"],
            scope="late.not_needed",
            by=request.user,
            url=url,
            action=lambda: actions.not_needed(late_id=late.pk, by=request.user, now=page["now"]),
        )
    except Conflict as conflict:
        return conflicted(request, conflict, url)
    return redirect(url)


def _use(request: HttpRequest, late: LateAnswer, form: Any, page: dict[str, Any]) -> HttpResponse:
    url = reverse("referrals:referral", args=[late.offer.referral_id])
    given = dict(form.cleaned_data)
    key, told = given.pop("submit_key"), Told(given.pop("told_by"), given.pop("said_by"))

    def act() -> Sent:
        return actions.use_late(late_id=late.pk, told=told, by=request.user, now=page["now"], **given)

    try:
        sent = once(key, scope="late.use", by=request.user, url=url, action=act)
    except Refused as refused:
        return refuse(request, form, refused, "referrals/late.html", page)
    except Conflict as conflict:
        return conflicted(request, conflict, url, form)
    if sent.new is None:
        return redirect("referrals:offer", sent.offer.pk)
    return codes_page(request, [sent], page["now"])


@staff("referrals.offer_record")
@require_http_methods(["GET", "HEAD", "POST"])
def late_by_phone(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Write down what a partner says by phone or fax after its offer has ended."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    url = reverse("referrals:referral", args=[offer.referral_id])
    if offer.status not in ENDED:
        return conflicted(request, Conflict("This offer is open. Enter the answer there."), url)
    person = offer.referral.episode.person
    record_view(by=request.user, person=person, what="offer_step", obj=offer, step="late")
    page = {
        "offer": offer, "referral": offer.referral, "person": person, "facility": offer.facility,
        "title": "They answered after the time", "by_phone": True,
        "says": "Nothing changes by this: it goes to the list, and one of us decides.",
        "url": reverse("referrals:offer", args=[offer.pk]), "now": clock.now(),
    }  # fmt: skip

    def act(given: dict) -> Any:
        told = Told(given["told_by"], given["said_by"])
        said = {"note": given["note"]}
        kind, now = given["kind"], page["now"]
        return actions.late_told(offer_id=offer.pk, kind=kind, said=said, told=told, by=request.user, now=now)

    form = ToldLateForm(sent_data(request))
    form.fields.pop("name", None)
    return take(
        request, form=form, template="referrals/step.html", page=page, scope="late.told", url=url, action=act
    )

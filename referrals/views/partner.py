"""Pages for a partner who holds a link: landing, code, the referral, and the answers.

A GET never changes anything and never uses up a link: mail scanners open links, some more than once.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import link
from audit.actions import record, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from referrals.actions import answers, facilities
from referrals.actions.links import open_by_code
from referrals.actions.loop import has_consent, shared_categories
from referrals.actions.once import once
from referrals.actions.steps import LinkDead
from referrals.choices import HELD, WAITING, AskKind
from referrals.forms import answers as forms
from referrals.forms.code import CodeForm
from referrals.need import card_of
from referrals.queries import newest_packet, usable_link
from referrals.queries_directory import reports_of
from referrals.rules.links import token_hash
from referrals.rules.need import seriousness
from referrals.timeline import partner_timeline
from referrals.views.calendar import calendar_file, has_arrival
from referrals.views.common import sent_data
from referrals.views.guessing import slowed, tries_left, unknown_token
from referrals.views.partner_late import closed_by_token, overtaken
from referrals.views.session import (
    Visit,
    address_given,
    dead_end,
    for_visitors,
    gone,
    landing_of,
    late_link,
    start,
)
from referrals.views.typed import or_new_code, unjudged
from referrals.workflow import available_to_partner


@link
@require_safe
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Show who wrote and ask for the code. Says nothing else, and the same page for every dead link."""
    if usable_link(token_hash(token), clock.now()) is None:
        return closed_by_token(request, token)
    page = {"form": CodeForm(initial={"token": token}), "about": token}
    return render(request, "referrals/partner/landing.html", page)


@link
@post_only
def verify(request: HttpRequest) -> HttpResponse:
    """Check the code, under a throttle and under the link's own count of tries."""
    form = CodeForm(request.POST)
    digest = token_hash(request.POST.get("token", ""))
    if slowed(request, digest):
        return render(request, "429.html", status=429)
    now = clock.now()
    found = usable_link(digest, now)
    if found is None:
        unknown_token()
        return closed_by_token(request, request.POST.get("token", ""))
    if found.offer.ended_at is None and not has_consent(found.offer, now=now):
        return gone(request)
    page = {"about": address_given(request), "switch": landing_of(request)}
    if not form.is_valid():
        return render_form(request, "referrals/partner/landing.html", page, form)
    try:
        opening = open_by_code(link_id=found.pk, code=form.cleaned_data["code"], now=now)
    except LinkDead:
        return gone(request)
    if opening.link is None:
        if not opening.tries_left:
            return gone(request)
        form.add_error("code", tries_left(opening.tries_left))
        return render_form(request, "referrals/partner/landing.html", page, form)
    return start(redirect("partner:referral", found.offer_id), opening.link)


@link
@require_safe
@for_visitors
def referral(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the card before the answer, the status afterwards. Nothing here identifies anyone."""
    offer, now = visit.offer, visit.now
    page: dict[str, Any] = {"offer": offer, "now": now, "steps": _steps(offer)}
    if offer.status in WAITING:
        record(
            "referral.card_shown",
            by=visit.by,
            obj=offer.referral,
            person=offer.referral.episode.person_id,
            offer=offer.pk,
            facility=offer.facility_id,
        )
        page |= shared_card(offer, now)
    elif offer.status in HELD:
        person = offer.referral.episode.person_id
        record_view(by=visit.by, person=person, what="referral_status", obj=offer)
    page["messages_kept"] = _conversation(offer)
    page["history"] = partner_timeline(offer)
    page["accepted"] = offer.status in HELD
    if page["accepted"]:
        page["record"] = newest_packet(offer)
    page["beds"] = reports_of(offer.facility).first()
    page["beds_key"] = uuid4()
    page["call"] = offer.asks.filter(kind=AskKind.CALL, with_code=True, outcome="").defer("number").first()
    page["calendar"] = has_arrival(offer)
    return render(request, "referrals/partner/referral.html", page)


def shared_card(offer: Any, now: Any) -> dict[str, Any]:
    """Return `card` and `grade` of an offer, cut to the live consent for its facility."""
    categories, need = shared_categories(offer, now=now), offer.referral.need
    return {"card": card_of(need, categories), "grade": seriousness(need, categories)[0]}


def _conversation(offer: Any) -> list[Any]:
    """Questions and answers of this offer, oldest first; calls and faxes are our own notes."""
    if offer.ended_at is not None:
        return []
    return list(offer.messages.filter(kind__in=["question", "answer"]).order_by("at", "id"))


def _steps(offer: Any) -> list[dict[str, str]]:
    """What this partner can do now, as links; the first is the main one."""
    return [
        {"label": _(step.label), "url": reverse(f"partner:{step.name}", args=[offer.pk])}
        for step in available_to_partner(offer.status, left=offer.left_at is not None)
        if step.name != "send_clearance"
    ]


Handler = Callable[[Visit, dict], Any]


def answer_page(
    request: HttpRequest, visit: Visit, *, name: str, form: Any, title: str, button: str, act: Handler
) -> HttpResponse:
    """Show one answer's form, or take it: the step is checked against the table by the action."""
    back = reverse("partner:referral", args=[visit.offer.pk])
    page = {"offer": visit.offer, "title": _(title), "button": _(button), "now": visit.now, "back": back}
    page |= {"grade": "", "step": name}
    if name == "accept":
        page |= shared_card(visit.offer, visit.now)
        # What was read is the same in either language.
        with translation.override("en"):
            read = shared_card(visit.offer, visit.now)
        form.read(read)
    template = "referrals/partner/answer.html"
    if request.method != "POST" or "switch" in request.POST or not form.is_valid():
        return render_form(request, template, page, form)
    cleaned = {key: value for key, value in form.cleaned_data.items() if key != "submit_key"}
    try:
        once(
            form.cleaned_data["submit_key"],
            scope=f"partner.{name}",
            by=visit.by,
            url=back,
            action=lambda: act(visit, cleaned),
        )
    except Refused as refused:
        if isinstance(refused, LinkDead):
            raise
        form.add_error(refused.field if refused.field in form.fields else None, _(refused.message))
        return render_form(request, template, page, form)
    except Conflict:
        if name == "accept" and late_link(request, visit.offer.pk) is not None:
            return overtaken(request, visit.offer.pk)
        page |= {"typed": form.typed()}
        return render(request, "referrals/partner/conflict.html", page, status=409)
    return redirect(back)


def _answer(name: str, title: str, button: str, form_class: Any, act: Handler) -> Callable[..., HttpResponse]:
    """Make the page of one answer."""

    def view(request: HttpRequest, visit: Visit) -> HttpResponse:
        extra: dict[str, Any] = {"now": visit.now} if issubclass(form_class, forms.TimedForm) else {}
        if form_class is forms.BedsForm:
            extra["initial"] = forms.last_beds(visit.offer.facility)
        form = form_class(sent_data(request), **extra)
        if "switch" in request.POST:
            unjudged(form)
        return answer_page(request, visit, name=name, form=form, title=title, button=button, act=act)

    view.__name__ = name
    view.__doc__ = f"{title}: show the form, or take the answer."
    over = or_new_code(view, overtaken if name == "accept" else dead_end)
    shown = for_visitors(view, otherwise=over)
    return link(require_http_methods(["GET", "HEAD", "POST"])(shown))


def _by(action: Callable[..., Any]) -> Handler:
    """Call an action with what the form gave."""
    return lambda visit, given: action(offer_id=visit.offer.pk, by=visit.by, now=visit.now, **given)


accept = _answer(
    "accept", noop("Accept this referral"), noop("Confirm accept"), forms.AcceptForm, _by(answers.accept)
)
decline = _answer(
    "decline", noop("Decline this referral"), noop("Send"), forms.DeclineForm, _by(answers.decline)
)
take_back = _answer(
    "take_back", noop("Take back your yes"), noop("Take it back"), forms.DeclineForm, _by(answers.decline)
)
ask = _answer("ask", noop("Ask us a question"), noop("Send question"), forms.AskForm, _by(answers.ask))
waitlist = _answer(
    "waitlist", noop("Put on your waitlist"), noop("Confirm"), forms.WaitlistForm, _by(answers.waitlist)
)
arrive = _answer(
    "arrive", noop("The person has arrived"), noop("Confirm arrival"), forms.ArrivedForm, _by(answers.arrived)
)
miss = _answer(
    "miss", noop("The person did not arrive"), noop("Confirm"), forms.NoShowForm, _by(answers.no_show)
)
reschedule = _answer(
    "reschedule", noop("New arrival time"), noop("Confirm"), forms.RescheduleForm, _by(answers.reschedule)
)
beds = _answer(
    "beds",
    noop("Your open beds"),
    noop("Save"),
    forms.BedsForm,
    lambda visit, given: facilities.report_capacity(
        facility=visit.offer.facility, by=visit.by, now=visit.now, **given
    ),
)


discharge = _answer(
    "plan_discharge",
    noop("The day you expect to discharge them"),
    noop("Save the day"),
    forms.DischargeForm,
    _by(answers.plan_discharge),
)
left = _answer(
    "left_early", noop("The person left early"), noop("Confirm"), forms.LeftForm, _by(answers.left_early)
)
back = _answer(
    "back_there",
    noop("The person is back at your facility"),
    noop("Confirm"),
    forms.BackThereForm,
    _by(answers.back_there),
)


@link
@post_only
@for_visitors
def same_beds(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep that the last number of open beds still holds, in one tap."""
    back = reverse("partner:referral", args=[visit.offer.pk])
    form = forms.SameBedsForm(request.POST)
    form.is_valid()
    once(
        form.cleaned_data["submit_key"],
        scope="partner.same_beds",
        by=visit.by,
        url=back,
        action=lambda: facilities.still_the_same(facility=visit.offer.facility, by=visit.by, now=visit.now),
    )
    return redirect(f"{back}#beds")


@link
@require_safe
@for_visitors
def calendar(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give the arrival as a calendar file that says neither who, where nor why."""
    if not has_arrival(visit.offer):
        return gone(request)
    record_view(
        by=visit.by, person=visit.offer.referral.episode.person_id, what="arrival calendar", obj=visit.offer
    )
    return calendar_file(visit.offer, visit.now)

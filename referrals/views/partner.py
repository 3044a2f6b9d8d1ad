"""Pages for a partner who holds a link: landing, code, the referral, and the answers.

A GET never changes anything and never uses up a link: mail scanners open links, some more than once.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import link
from accounts.throttle import address_of, allow
from audit.actions import record, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from outbox.submit import AlreadyDone
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, disclose
from referrals import packet
from referrals.actions import answers, facilities
from referrals.actions.links import open_by_code
from referrals.actions.loop import has_consent, shared_categories
from referrals.actions.once import once
from referrals.actions.steps import LinkDead
from referrals.choices import HELD, WAITING
from referrals.forms import answers as forms
from referrals.forms.code import CodeForm
from referrals.need import card_of
from referrals.queries import usable_link
from referrals.rules.links import token_hash
from referrals.rules.need import seriousness
from referrals.views.common import sent_data
from referrals.views.session import Visit, for_visitors, gone, start
from referrals.workflow import available_to_partner

TRIES_PER_ADDRESS, TRIES_PER_LINK, WINDOW = 30, 10, 600


@link
@require_safe
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Show who wrote and ask for the code. Says nothing else, and the same page for every dead link."""
    if usable_link(token_hash(token), clock.now()) is None:
        return gone(request)
    return render(request, "referrals/partner/landing.html", {"form": CodeForm(initial={"token": token})})


@link
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Check the code, under a throttle and under the link's own count of tries."""
    form = CodeForm(request.POST)
    digest = token_hash(request.POST.get("token", ""))
    address = address_of(request)
    if not (
        allow("partner.code.address", address, TRIES_PER_ADDRESS, WINDOW)
        and allow("partner.code.link", digest, TRIES_PER_LINK, WINDOW)
    ):
        return render(request, "429.html", status=429)
    now = clock.now()
    found = usable_link(digest, now)
    if found is None or (found.offer.ended_at is None and not has_consent(found.offer, now=now)):
        return gone(request)
    if not form.is_valid():
        return render_form(request, "referrals/partner/landing.html", {}, form)
    try:
        opening = open_by_code(link_id=found.pk, code=form.cleaned_data["code"], now=now)
    except LinkDead:
        return gone(request)
    if opening.link is None:
        if not opening.tries_left:
            return gone(request)
        form.add_error("code", _tries(opening.tries_left))
        return render_form(request, "referrals/partner/landing.html", {}, form)
    return start(redirect("partner:referral", found.offer_id), opening.link)


def _tries(left: int) -> str:
    return f"That code does not match. You can try {left} more {'time' if left == 1 else 'times'}"


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
    page["accepted"] = offer.status in HELD
    page["beds_form"] = forms.BedsForm()
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
        {"label": step.label, "url": reverse(f"partner:{step.name}", args=[offer.pk])}
        for step in available_to_partner(offer.status)
        if step.name != "send_clearance"
    ]


@link
@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def packet_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the packet after acceptance: through the door, with notice and consent copy.

    Opening it is written down, so a GET only shows the button, and says nothing about anyone.
    """
    offer = visit.offer
    if offer.status not in HELD:
        return gone(request)
    if request.method != "POST":
        return render(request, "referrals/partner/packet_closed.html", {"offer": offer, "now": visit.now})
    try:
        opened = disclose(
            person=offer.referral.episode.person,
            recipient=offer.facility.recipient,
            basis=ByConsent(),
            purpose=Purpose.TREATMENT,
            sections=packet.packet_sections(offer.referral.episode),
            medium=Medium.LINK_PAGE,
            by=visit.by,
            subject=f"offer:{offer.pk}",
        )
    except NotPermitted:
        return gone(request)
    page = {"offer": offer, "packet": opened, "now": visit.now, "parts": parts_of(opened)}
    return render(request, "referrals/partner/packet.html", page)


def parts_of(opened: Any) -> list[tuple[str, list]]:
    """Put a packet's sections into (title, rows) in the order of the categories; empty ones are left out."""
    return [(str(Category(key).label), rows) for key, rows in opened.sections.items() if rows]


Handler = Callable[[Visit, dict], Any]


def answer_page(
    request: HttpRequest, visit: Visit, *, name: str, form: Any, title: str, button: str, act: Handler
) -> HttpResponse:
    """Show one answer's form, or take it: the step is checked against the table by the action."""
    back = reverse("partner:referral", args=[visit.offer.pk])
    page = {"offer": visit.offer, "title": title, "button": button, "now": visit.now, "back": back}
    page |= {"grade": "", "step": name}
    if name == "accept":
        page |= shared_card(visit.offer, visit.now)
    template = "referrals/partner/answer.html"
    if request.method != "POST" or not form.is_valid():
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
    except AlreadyDone as done:
        return redirect(done.url)
    except LinkDead:
        return gone(request)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return render_form(request, template, page, form)
    except Conflict as conflict:
        page |= {"conflict": conflict.message}
        return render(request, "referrals/partner/conflict.html", page, status=409)
    return redirect(back)


def _answer(name: str, title: str, button: str, form_class: Any, act: Handler) -> Callable[..., HttpResponse]:
    """Make the page of one answer."""

    def view(request: HttpRequest, visit: Visit) -> HttpResponse:
        extra = {"now": visit.now} if issubclass(form_class, forms.TimedForm) else {}
        form = form_class(sent_data(request), **extra)
        return answer_page(request, visit, name=name, form=form, title=title, button=button, act=act)

    view.__name__ = name
    view.__doc__ = f"{title}: show the form, or take the answer."
    return link(require_http_methods(["GET", "HEAD", "POST"])(for_visitors(view)))


def _by(action: Callable[..., Any]) -> Handler:
    """Call an action with what the form gave."""
    return lambda visit, given: action(offer_id=visit.offer.pk, by=visit.by, now=visit.now, **given)


accept = _answer("accept", "Accept this referral", "Confirm accept", forms.AcceptForm, _by(answers.accept))
decline = _answer("decline", "Decline this referral", "Send", forms.DeclineForm, _by(answers.decline))
take_back = _answer(
    "take_back", "Take back your yes", "Take it back", forms.DeclineForm, _by(answers.decline)
)
ask = _answer("ask", "Ask us a question", "Send question", forms.AskForm, _by(answers.ask))
waitlist = _answer("waitlist", "Put on your waitlist", "Confirm", forms.WaitlistForm, _by(answers.waitlist))
arrive = _answer(
    "arrive", "The person has arrived", "Confirm arrival", forms.ArrivedForm, _by(answers.arrived)
)
miss = _answer("miss", "The person did not arrive", "Confirm", forms.NoShowForm, _by(answers.no_show))
reschedule = _answer(
    "reschedule", "New arrival time", "Confirm", forms.RescheduleForm, _by(answers.reschedule)
)
beds = _answer(
    "beds",
    "Your open beds",
    "Save",
    forms.BedsForm,
    lambda visit, given: facilities.report_capacity(
        facility=visit.offer.facility, beds_open=given["beds_open"], by=visit.by, now=visit.now
    ),
)

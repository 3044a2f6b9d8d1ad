"""One offer for staff: what was said, and every step that staff may take or enter for a partner."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import SubmitForm
from config.methods import post_only
from config.workflow import available
from referrals.actions import answers, offers
from referrals.actions.once import once
from referrals.actions.steps import Told
from referrals.choices import CHIP, ENDED, HELD, LIVE, WAITING, Channel, OfferStatus
from referrals.forms import answers as answer_forms
from referrals.forms import staff as staff_forms
from referrals.queries import offers_for
from referrals.rules.deadlines import day_out, is_quiet
from referrals.timeline import referral_timeline
from referrals.views.asks import asks_of
from referrals.views.calendar import has_arrival
from referrals.views.common import conflicted, sent_data, take
from referrals.views.links import link_form, links_of
from referrals.views.match import codes_page
from referrals.views.partner import shared_card
from referrals.workflow import OFFER, beside, is_open_for, step_named


@dataclass(frozen=True)
class StepPage:
    """How a step is asked for: its form, what it does, what the page says, and whether it is by phone."""

    form: type[SubmitForm]
    act: Callable[..., Any]
    says: str = ""
    by_phone: bool = True


STEPS: dict[str, StepPage] = {
    "accept": StepPage(answer_forms.AcceptForm, answers.accept, "Read the safety alerts aloud first."),
    "decline": StepPage(answer_forms.DeclineForm, answers.decline),
    "take_back": StepPage(answer_forms.DeclineForm, answers.decline),
    "ask": StepPage(answer_forms.AskForm, answers.ask),
    "waitlist": StepPage(answer_forms.WaitlistForm, answers.waitlist),
    "arrive": StepPage(answer_forms.ArrivedForm, answers.arrived),
    "miss": StepPage(
        answer_forms.NoShowForm, answers.no_show, "A reserved place stays reserved. Call the person now."
    ),
    "reschedule": StepPage(answer_forms.RescheduleForm, answers.reschedule),
    "plan_discharge": StepPage(answer_forms.DischargeForm, answers.plan_discharge),
    "left_early": StepPage(
        answer_forms.LeftForm, answers.left_early, "A reserved place stays reserved. Look for the person now."
    ),
    "back_there": StepPage(
        answer_forms.BackThereForm, answers.back_there, "Who had left early is at the partner's again."
    ),
    "answer": StepPage(staff_forms.ReplyForm, answers.answer, by_phone=False),
    "hold": StepPage(staff_forms.HoldForm, offers.hold, by_phone=False),
    "resume": StepPage(staff_forms.SendAgainForm, offers.resume, by_phone=False),
    "withdraw": StepPage(
        staff_forms.ConfirmForm,
        offers.withdraw,
        "The link stops working at once, and the partner is told that the message is no longer current.",
        by_phone=False,
    ),
    "person_declines": StepPage(
        staff_forms.ConfirmForm,
        offers.person_declines,
        "The person does not want to go there. The partner is told that the message is no longer current.",
        by_phone=False,
    ),
    "close": StepPage(
        staff_forms.CloseOfferForm,
        lambda outcome, **told: offers.close_offer(reason=outcome, **told),
        "The person does not come back from there. The referral stays open until you close it.",
        by_phone=False,
    ),
}
"""Steps that have a page. Sending is on the match page; a clearance from paper is on its own page."""


@staff("referrals.view")
@require_safe
def offer_page(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show one offer: status, card, conversation, history, links, and what can be done now."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    record_view(by=request.user, person=offer.referral.episode.person, what="offer", obj=offer)
    return render(request, "referrals/offer.html", offer_context(request, offer))


def offer_context(request: HttpRequest, offer: Any) -> dict[str, Any]:
    """Collect what an offer's page shows."""
    now = clock.now()
    asked, left = offer.asked_at is not None, offer.left_at is not None
    told = [one for one in beside(offer.status, left=left) if request.user.has_perm(one.permission)]
    steps = [one for one in [*available(OFFER, offer.status, request.user), *told] if one.name in STEPS]
    answer = OFFER["answer"]
    if (
        answer not in steps
        and is_open_for(answer, offer.status, asked=asked, left=left)
        and request.user.has_perm(answer.permission)
    ):
        steps.insert(0, answer)
    here = [_link(offer, step) for step in steps if not STEPS[step.name].by_phone]
    by_phone = [_link(offer, step) for step in steps if STEPS[step.name].by_phone]
    return {
        "offer": offer,
        "referral": offer.referral,
        "person": offer.referral.episode.person,
        "facility": offer.facility,
        "chip": CHIP[OfferStatus(offer.status)],
        **shared_card(offer, now),
        "steps": here,
        "by_phone": by_phone,
        "messages_kept": offer.messages.filter(kind__in=["question", "answer"]).order_by("at", "id"),
        "links": links_of(offer),
        "link_form": link_form(offer),
        "asks": asks_of(request, offer=offer),
        "history": referral_timeline([offer], with_facility=False),
        "late_answers": offer.late_answers.filter(decision="").order_by("at", "id"),
        "ended": offer.status in ENDED and offer.referral.status == "open" and offer.consent_ended_at is None,
        "calendar": has_arrival(offer),
        "may_link": offer.status in WAITING | HELD
        and offer.consent_ended_at is None
        and request.user.has_perm("referrals.offer_send"),
        "may_contact": offer.status in LIVE and request.user.has_perm("referrals.offer_record"),
        "may_print": offer.status in HELD and offer.consent_ended_at is None,
        "may_clear": offer.status in OFFER["send_clearance"].sources,
        "day": day_out(offer.arrived_at, now) if offer.arrived_at else None,
        "quiet": offer.status in HELD and is_quiet(offer.last_heard_at, now),
        "now": now,
    }


def _link(offer: Any, step: Any) -> tuple[str, str]:
    return step.label, reverse("referrals:offer-step", args=[offer.pk, step.name])


@staff("referrals.view")
@require_http_methods(["GET", "HEAD", "POST"])
def offer_step(request: HttpRequest, offer_id: UUID, step: str) -> HttpResponse:
    """Ask for what a step needs, then take it. The action checks status and permission again."""
    if step not in STEPS:
        raise Http404
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    page_of, now = STEPS[step], clock.now()
    transition = step_named(step)
    if transition is None:
        raise Http404
    url = reverse("referrals:offer", args=[offer.pk])
    extra = {"now": now} if issubclass(page_of.form, answer_forms.TimedForm) else {}
    made = answer_forms.told_form(page_of.form) if page_of.by_phone else page_of.form
    form = made(sent_data(request), **extra)
    asked, left = offer.asked_at is not None, offer.left_at is not None
    if not is_open_for(transition, offer.status, asked=asked, left=left):
        over = Conflict(f"This offer is now “{offer.get_status_display()}”.")
        return conflicted(request, over, url, form)
    record_view(
        by=request.user, person=offer.referral.episode.person, what="offer_step", obj=offer, step=step
    )
    shown = shared_card(offer, now) if step == "accept" else None
    if shown:
        form.read(shown)
    page = {
        "offer": offer,
        "referral": offer.referral,
        "person": offer.referral.episode.person,
        "facility": offer.facility,
        "step": step,
        "title": transition.label,
        "says": page_of.says,
        "by_phone": page_of.by_phone,
        "card": shown["card"] if shown else None,
        "url": url,
        "now": now,
    }
    return take(
        request,
        form=form,
        template="referrals/step.html",
        page=page,
        scope=f"offer.{step}",
        url=url,
        action=lambda given: page_of.act(offer_id=offer.pk, by=request.user, now=now, **_with_told(given)),
    )


def _with_told(given: dict[str, Any]) -> dict[str, Any]:
    """Put who said it, and how, into the one thing that the actions take."""
    if "said_by" not in given:
        return given
    rest = {name: value for name, value in given.items() if name not in {"told_by", "said_by"}}
    return {**rest, "told": Told(given["told_by"], given["said_by"])}


@staff("referrals.offer_send", fresh=True)
@post_only
def new_link(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Make a new link and code for an offer; the earlier ones stop working. Shows the code once."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    record_view(by=request.user, person=offer.referral.episode.person, what="offer", obj=offer)
    now, url = clock.now(), reverse("referrals:offer", args=[offer.pk])
    form = link_form(offer, request.POST)
    if not form.is_valid():
        page = {**offer_context(request, offer), "link_form": form}
        return render(request, "referrals/offer.html", page, status=422)
    try:
        made = once(
            form.cleaned_data["submit_key"],
            scope="offer.link",
            by=request.user,
            url=url,
            action=lambda: offers.resend_link(
                offer_id=offer.pk, by=request.user, now=now, code_to=form.code_to()
            ),
        )
    except Refused as refused:
        page = {**offer_context(request, offer), "refused": refused.message}
        return render(request, "referrals/offer.html", page, status=422)
    except Conflict as conflict:
        return conflicted(request, conflict, url, form)
    return codes_page(request, [offers.Sent(offer, made)], now)


@staff("referrals.view")
@require_safe
def sheet(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show the sheet to print and fax: the card without identifiers, and how to answer by phone."""
    offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    record_view(by=request.user, person=offer.referral.episode.person, what="referral_sheet", obj=offer)
    now = clock.now()
    page = {
        "offer": offer,
        "card": shared_card(offer, now)["card"],
        "facility": offer.facility,
        "now": now,
        "by_fax": offer.channel == Channel.FAX,
    }
    return render(request, "referrals/sheet.html", page)

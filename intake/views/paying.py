"""Pages of paying beside a plan: other ways after a no, estimates, and the prices of this center."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config import clock
from config.forms import render_form
from intake import coverage_display as display
from intake.actions import paying as actions
from intake.choices_coverage import PaidLevel, WayKind
from intake.forms.paying import EstimateForm, RateForm, WayDoneForm, WayForm
from intake.queries_paying import rate_history, rates_now, ways_for
from intake.views.common import open_record, posted
from intake.views.coverage import attempt, page_of

SHOWN = 100


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def way_new(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write down a way to pay that was offered."""
    record = open_record(request, episode_id, "way to pay")
    kind = request.GET.get("kind", "")
    form = WayForm(posted(request), initial={"kind": kind if kind in WayKind.values else None})
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            actions.offer_way(episode=record.episode, by=request.user, url=here, **form.cleaned_data)

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/way.html", request)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def way_done(request: HttpRequest, episode_id: UUID, way_id: UUID) -> HttpResponse:
    """Write down what became of a way to pay."""
    way = get_object_or_404(ways_for(request.user), pk=way_id, episode_id=episode_id)
    record = open_record(request, episode_id, "way to pay")
    form = WayDoneForm(posted(request))
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.finish_way(way=way, result=said["result"], words=said["words"], by=request.user)

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/way_done.html", request, way=way)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def estimate(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Work out what care would cost a person who pays."""
    record = open_record(request, episode_id, "estimate")
    prices = display.prices(rates_now())
    form = EstimateForm(posted(request), levels=prices)
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.make_estimate(
                episode=record.episode,
                level=said["level"],
                units=said["units"],
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/estimate.html", request, prices=prices)


@staff("intake.rates_view")
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """What care costs a person who pays, with its history; supervisors change it."""
    may_edit = request.user.has_perm("intake.rates_edit")
    now, history = rates_now(), list(rate_history()[:SHOWN])
    first = {**_first(request, now), "seen": str(history[0].pk) if history else ""}
    form = RateForm(posted(request), initial=first) if may_edit else None
    here = reverse("intake:self-pay-rates")
    if form is not None and request.method == "POST" and form.is_valid():
        done = attempt(form, here, lambda: _set(request, form.cleaned_data, here))
        if done is not None:
            messages.success(request, "The price is set. Estimates that were made stay as they are.")
            return done
    context = {
        "prices": [(label, now[level]) for level, label in PaidLevel.choices if level in now],
        "history": history,
        "may_edit": may_edit,
        "now": clock.now(),
    }
    return render_form(request, "intake/coverage/rates.html", context, form)


def _first(request: HttpRequest, now: dict[str, Any]) -> dict[str, Any]:
    """Offer the level that was chosen with what stands for it now."""
    one = now.get(request.GET.get("level", ""))
    return {"level": one.level, "unit": one.unit, "amount": one.amount} if one else {}


def _set(request: HttpRequest, said: dict[str, Any], url: str) -> None:
    try:
        seen = UUID(said["seen"])
    except ValueError:
        seen = None
    actions.set_rate(
        level=said["level"],
        unit=said["unit"],
        amount=said["amount"],
        reason=said["reason"],
        seen=seen,
        by=request.user,
        submit_key=said["submit_key"],
        url=url,
    )

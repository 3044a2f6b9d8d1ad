"""Pages of prior authorization: asking, the answer, what is used, and no longer needing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.clock import center_day
from config.errors import Conflict, Refused
from config.methods import post_only
from intake import coverage_display as display
from intake.actions import authorizations as actions
from intake.actions.asking_plans import AUTHORIZATION
from intake.forms.paying import AskForm, DecisionForm, UseForm
from intake.models import Authorization
from intake.queries_coverage import policies_of
from intake.queries_paying import authorizations_for
from intake.views.common import open_record, posted
from intake.views.coverage import attempt, page_of


def _found(request: HttpRequest, episode_id: UUID, authorization_id: UUID) -> Authorization:
    rows = authorizations_for(request.user).select_related("data_key", "policy__data_key", "policy__episode")
    return get_object_or_404(rows, pk=authorization_id, policy__episode_id=episode_id)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write down what a plan was asked to authorize."""
    record = open_record(request, episode_id, "prior authorization")
    policies = {str(one.pk): one for one in policies_of(record.episode)}
    if not policies:
        messages.info(request, "Write down the plan first.")
        return redirect("intake:policy-new", episode_id=episode_id)
    choices = [(pk, display.plan_title(one)) for pk, one in policies.items()]
    first = {"policy": next(iter(policies)), "unit": "days"}
    payers = display.may_ask(record.episode.person, record.now, AUTHORIZATION)
    form = AskForm(posted(request), policies=choices, payers=payers, initial=first)
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.ask(
                policy=policies[said["policy"]],
                what=said["what"],
                unit=said["unit"],
                units=said["units"],
                how=said["how"],
                to=form.told(),
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    more = display.telling(payers, AUTHORIZATION)
    return page_of(record, form, "intake/coverage/authorization_ask.html", request, **more)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, episode_id: UUID, authorization_id: UUID) -> HttpResponse:
    """Write down what the plan answered."""
    found = _found(request, episode_id, authorization_id)
    record = open_record(request, episode_id, "prior authorization")
    form = DecisionForm(posted(request), initial={"units": found.units_asked})
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            actions.decide(authorization=found, decision=form.decision(), by=request.user)

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/authorization_answer.html", request, found=found)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, episode_id: UUID, authorization_id: UUID) -> HttpResponse:
    """Count units that were used."""
    found = _found(request, episode_id, authorization_id)
    record = open_record(request, episode_id, "prior authorization")
    form = UseForm(posted(request), initial={"units": 1, "used_on": center_day(record.now)})
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.use(
                authorization=found,
                units=said["units"],
                used_on=said["used_on"],
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    shown = display.authorization(found)
    return page_of(record, form, "intake/coverage/authorization_use.html", request, shown=shown)


@staff("intake.coverage_write")
@post_only
def close(request: HttpRequest, episode_id: UUID, authorization_id: UUID) -> HttpResponse:
    """Say that an authorization is no longer needed."""
    found = _found(request, episode_id, authorization_id)
    try:
        actions.close(authorization=found, by=request.user)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Closed. Today does not warn of it any more.")
    return redirect("intake:coverage", episode_id=episode_id)

"""Who pays for an episode: the page of all of it, plans, what they said, and waivers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.clock import center_day
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake import coverage_display as display
from intake import hooks
from intake.actions import coverage as actions
from intake.actions.asking_plans import BENEFITS
from intake.forms.coverage import AnswerForm, PolicyForm, WaiveForm, now_typed
from intake.queries_coverage import checks_of, coverage, policies_for
from intake.queries_paying import authorizations_of, estimate_of, ways_of
from intake.views.common import OpenRecord, open_record, posted


def page_of(record: OpenRecord, form: Any, template: str, request: HttpRequest, **more: Any) -> HttpResponse:
    """Show a form of an open episode; 409 when somebody was faster."""
    back = reverse("intake:coverage", args=[record.episode.pk])
    context = {**record.context(), "back": back, **more}
    return render_form(request, template, context, form)


def attempt(form: Any, back: str, act: Any) -> HttpResponse | None:
    """Run an action for a valid form; None when the form has to be shown again."""
    try:
        act()
    except Refused as refused:
        form.add_refusal(refused)
        return None
    except Conflict as conflict:
        form.add_conflict(conflict)
        return None
    return redirect(back)


@staff("intake.coverage_view")
@require_safe
def overview(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """How the episode stands with who pays, its plans, what they said, and what to do next."""
    record = open_record(request, episode_id, "coverage")
    covered = coverage(record.episode, record.now)
    beside = [note for hook in hooks.beside_coverage for note in hook(episode=record.episode, now=record.now)]
    made = estimate_of(record.episode)
    context = {
        **record.context(),
        "covered": covered,
        "today": center_day(record.now),
        "family": display.FAMILY[covered.state],
        "status": display.WORDS[covered.state],
        "plans": display.plans(covered),
        "history": display.history(checks_of(record.episode)),
        "authorizations": [display.authorization(one) for one in authorizations_of(record.episode)],
        "ways": [display.way(one) for one in ways_of(record.episode)],
        "estimate": display.estimate_words(made) if made else "",
        "beside": beside if covered.state == "denied" else [],
    }
    return render_form(request, "intake/coverage/overview.html", context)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def policy_new(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write down a plan."""
    record = open_record(request, episode_id, "coverage plan")
    taken = {one.position for one in coverage(record.episode, record.now).policies}
    free = next((place for place in (1, 2, 3) if place not in taken), None)
    form = PolicyForm(posted(request), initial={"position": free})
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.add_policy(
                episode=record.episode,
                position=said["position"],
                details=form.details(),
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/policy.html", request)


@staff("intake.coverage_write")
@post_only
def policy_end(request: HttpRequest, episode_id: UUID, policy_id: UUID) -> HttpResponse:
    """End a plan that no longer holds."""
    policy = get_object_or_404(policies_for(request.user), pk=policy_id, episode_id=episode_id)
    try:
        actions.end_policy(policy=policy, by=request.user)
    except (Refused, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The plan is ended. What it said stays in the history.")
    return redirect("intake:coverage", episode_id=episode_id)


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write down what a plan said when it was asked."""
    record = open_record(request, episode_id, "coverage call")
    policies = {str(one.pk): one for one in coverage(record.episode, record.now).policies}
    if not policies:
        messages.info(request, "Write down the plan first.")
        return redirect("intake:policy-new", episode_id=episode_id)
    chosen = request.GET.get("plan", "")
    first = chosen if chosen in policies else next(iter(policies))
    choices = [(pk, display.plan_title(one)) for pk, one in policies.items()]
    payers = display.may_ask(record.episode.person, record.now, BENEFITS)
    form = AnswerForm(
        posted(request),
        policies=choices,
        payers=payers,
        initial={"policy": first, "asked_at": now_typed(record.now)},
    )
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            actions.record_answer(
                policy=policies[form.cleaned_data["policy"]],
                answer=form.answer(),
                by=request.user,
                submit_key=form.cleaned_data["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/check.html", request, **display.telling(payers, BENEFITS))


@staff("intake.coverage_write")
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Go on without verified benefits, with the reason."""
    record = open_record(request, episode_id, "coverage waiver")
    form = WaiveForm(posted(request))
    here = reverse("intake:coverage", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            actions.waive(
                episode=record.episode,
                reason=said["reason"],
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(form, here, act)
        if done is not None:
            return done
    return page_of(record, form, "intake/coverage/waive.html", request)

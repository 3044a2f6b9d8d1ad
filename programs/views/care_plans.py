"""A person's care plan: writing a version of it, and printing it for the person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.models import Episode
from intake.picture import facts_of
from intake.queries import current_assessment
from programs.actions.care_plans import write_plan
from programs.choices_care_plan import Domain, Habit, Way
from programs.forms.care_plan import CarePlanForm
from programs.models import CarePlan
from programs.queries_care_plan import care_plan_of, content_of_version
from programs.rules.care_plan import to_answer, ways_to_offer
from programs.views.common import open_episode


@staff("programs.care_plan")
@require_http_methods(["GET", "POST"])
def care_plan(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Answer each need that the answers point to, with the person, and keep it as the next version."""
    opened = open_episode(request, episode_id, "care plan")
    assessment = current_assessment(opened.episode)
    if assessment is not None:
        assessment.episode = opened.episode
    facts = facts_of(assessment) if assessment else None
    latest = care_plan_of(opened.episode)
    form = CarePlanForm(
        request.POST or None,
        needs=to_answer(facts) if facts else (),
        content=latest.content if latest else {},
        initial={"after": latest.number if latest else 0},
    )
    here = reverse("programs:care-plan", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        try:
            write_plan(
                episode=opened.episode, content=form.content(), after=form.cleaned_data["after"],
                by=request.user, submit_key=form.cleaned_data["submit_key"], url=here,
            )  # fmt: skip
        except Conflict:
            latest = met(form, opened.episode)
        except Refused as refused:
            _say(form, refused)
        else:
            messages.success(request, "The plan is saved.")
            return redirect(here)
    names = dict(Way.choices)
    context = opened.context(
        form=form, latest=latest, offered=[names[one] for one in ways_to_offer(facts)] if facts else [],
        back=reverse("desk:person", args=[opened.episode.person_id]),
    )  # fmt: skip
    return render_form(request, "programs/care_plan.html", context, form)


def met(form: CarePlanForm, episode: Episode) -> CarePlan | None:
    """Bring what was typed together with the version that was saved meanwhile, and return that."""
    latest = care_plan_of(episode)
    if latest is not None:
        before = content_of_version(episode, form.cleaned_data["after"])
        form.meet(before, latest.content, latest.number, latest.made_by.display_name)
    return latest


def _say(form: CarePlanForm, refused: Refused) -> None:
    """Put each gap on its field, or the refusal on the form."""
    names = dict(Domain.choices)
    for gap in refused.reasons:
        domain = names.get(gap.field.removesuffix("_plan"))
        form.add_error(gap.field, f"{domain}: {gap.words}" if domain else gap.words)
    if not refused.reasons:
        form.add_refusal(refused)


@staff("programs.care_plan_read")
@require_safe
def care_plan_print(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show the plan as the person gets it, to print. A print inside the program is audited."""
    opened = open_episode(request, episode_id, "care plan to print")
    plan = care_plan_of(opened.episode)
    back = reverse("desk:person", args=[opened.episode.person_id])
    if plan is None:
        return render(request, "programs/care_plan_print.html", opened.context(plan=None, back=back))
    record("care_plan.printed", by=request.user, obj=plan, person=opened.episode.person_id)
    said: dict[str, Any] = plan.content
    context = opened.context(
        plan=plan,
        domains=[(label, said["domains"][code]["plan"]) for code, label in Domain.choices
                 if said["domains"].get(code, {}).get("plan")],
        ways=[label for code, label in Way.choices if code in said["ways"]],
        habits=[(label, said["habits"][code]) for code, label in Habit.choices if said["habits"].get(code)],
        back=back,
    )  # fmt: skip
    return render(request, "programs/care_plan_print.html", context)

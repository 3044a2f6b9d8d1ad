"""The clinician's review: the page with the suggestion, rating, deciding, signing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.review_questions import Asked
from programs.actions import determinations, recommendations
from programs.choices import ClearanceSource, Outcome
from programs.display import plan_words, refer_words, suggestion_words
from programs.forms.decision import ASK, DecisionForm, RatingForm, SignForm
from programs.forms.levels import level_choices
from programs.queries import recommendation_of
from programs.queries_levels import level_before
from programs.views.common import Opened, assessment_of, attempt, conflict_page, open_episode
from programs.views.known import review_context
from programs.views.review_state import state_context

PAGE = "programs/review.html"


def _page(request: HttpRequest, opened: Opened, **forms: Any) -> HttpResponse:
    """Show the review page with whichever form was sent."""
    sent = forms.get("decision") or forms.get("rating")
    context = review_context(request.user, opened)
    made = context["recommendation"]
    context |= state_context(request.user, context["assessment"], context["determination"], opened.now)
    context["rating_form"] = forms.get("rating") or RatingForm(initial=_earlier(made, request.user))
    if made is not None:
        signed = context["determination"]
        first = {"recommendation": made.pk, "seen": signed.pk if signed else ""}
        context["decision_form"] = forms.get("decision") or _decision_form(opened, initial=first)
    return render_form(request, PAGE, context, sent)


def _decision_form(opened: Opened, *sent: Any, **more: Any) -> DecisionForm:
    """Return the form with the levels that may follow the care that the person has now."""
    return DecisionForm(*sent, levels=level_choices(level_before(opened.episode)), **more)


def _earlier(made: Any, user: Any) -> dict[str, Any]:
    """Return a clinician's own last ratings; nobody sees another's preselected."""
    if made is None or made.made_by_id != user.pk:
        return {}
    return {name: value for name, value in made.snapshot["loc"].items() if name != "detox"}


@staff("programs.review_read")
@require_safe
def review(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """What is known, what the rules suggest and why, and the decision."""
    return _page(request, open_episode(request, episode_id, "review"))


@staff("programs.recommend")
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Keep the ratings and run the rules."""
    back = reverse("programs:review", args=[episode_id])
    if request.method == "GET":
        return redirect(back)
    opened = open_episode(request, episode_id, "review")
    form = RatingForm(request.POST)
    if form.is_valid():
        answer = attempt(
            request,
            opened,
            form,
            f"{back}#suggestion",
            lambda: recommendations.recommend(
                assessment=assessment_of(opened),
                ratings=form.ratings(),
                by=request.user,
                submit_key=form.cleaned_data["submit_key"],
                url=f"{back}#suggestion",
            ),
        )
        if answer is not None:
            return answer
    return _page(request, opened, rating=form)


@staff("programs.decide")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Check the decision, show what it does, then sign it."""
    back = reverse("programs:review", args=[episode_id])
    if request.method == "GET":
        return redirect(back)
    opened = open_episode(request, episode_id, "review")
    form = _decision_form(opened, request.POST)
    if not form.is_valid():
        return _page(request, opened, decision=form)
    if form.cleaned_data["outcome"] == ASK:
        return _ask(request, opened, form)
    made = recommendation_of(opened.episode)
    if made is None or made.pk != form.cleaned_data["recommendation"]:
        conflict = Conflict("There is a newer suggestion. Read it, then decide.")
        return conflict_page(request, opened, conflict, back, form)
    try:
        settled = determinations.settle(form.choice(), made, level_before(opened.episode))
    except Refused as refused:
        form.add_refusal(refused)
        return _page(request, opened, decision=form)
    return _sign(request, opened, form, settled, made)


def _ask(request: HttpRequest, opened: Opened, form: DecisionForm) -> HttpResponse:
    back = reverse("programs:review-list")
    answer = attempt(
        request,
        opened,
        form,
        back,
        lambda: determinations.ask(
            assessment=assessment_of(opened),
            questions=[Asked(form.cleaned_data["question"])],
            by=request.user,
        ),
    )
    if answer is None:
        return _page(request, opened, decision=form)
    if answer.status_code == 302:
        messages.success(request, "Sent back with your question. It comes here again when it is answered.")
    return answer


def _sign(
    request: HttpRequest, opened: Opened, form: DecisionForm, settled: determinations.Choice, made: Any
) -> HttpResponse:
    """The confirm page; signing happens on its own button."""
    back = reverse("programs:review", args=[opened.episode.pk])
    signing = "sign" in request.POST
    signature = SignForm(request.POST if signing else None)
    if signing and signature.is_valid():
        answer = attempt(
            request,
            opened,
            signature,
            f"{back}#decision",
            lambda: determinations.sign(
                recommendation=made,
                choice=form.choice(),
                typed_name=signature.cleaned_data["typed_name"],
                seen=form.cleaned_data["seen"],
                by=request.user,
                submit_key=signature.cleaned_data["submit_key"],
                url=f"{back}#decision",
            ),
        )
        if answer is not None:
            return answer
    refers = settled.outcome == Outcome.REFER
    context = opened.context(
        carried=form.carried(),
        settled=settled,
        decided=refer_words(settled.detox_first)
        if refers
        else plan_words(settled.level, bool(settled.detox_first)),
        suggestion=suggestion_words(made),
        clearance_from=ClearanceSource(settled.clearance_from).label if settled.clearance_from else "",
        needs_second=determinations.lowers(settled, made),
        back=back,
    )
    return render_form(request, "programs/decide.html", context, signature)

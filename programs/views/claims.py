"""Beginning a review, taking one over, and the second view on a decision below the rules."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict
from config.forms import SubmitForm, render_form
from config.methods import post_only
from programs.actions import claims, second_views
from programs.display import determination_words, suggestion_words
from programs.forms.review import SecondViewForm
from programs.queries import claim_of, determination_of
from programs.views.common import Opened, assessment_of, attempt, conflict_page, open_episode


@staff("programs.decide")
@post_only
def start(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Begin a review, or go on with one's own."""
    opened = open_episode(request, episode_id, "review")
    back = reverse("programs:review", args=[episode_id])
    try:
        claims.claim(assessment=assessment_of(opened), by=request.user)
    except Conflict as conflict:
        return conflict_page(request, opened, conflict, back)
    return redirect(back)


@staff("programs.decide")
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask once more, then take a review over from whoever has it."""
    opened = open_episode(request, episode_id, "review")
    back = reverse("programs:review", args=[episode_id])
    assessment = assessment_of(opened)
    form = SubmitForm(request.POST or None)
    if request.method == "POST":
        answer = attempt(
            request,
            opened,
            form,
            back,
            lambda: claims.take_over(assessment=assessment, by=request.user),
        )
        if answer is not None:
            return answer
    context = opened.context(held=claim_of(assessment), back=back)
    return render_form(request, "programs/take_over.html", context, form)


@staff("programs.decide")
@require_http_methods(["GET", "POST"])
def second_view(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Read a decision that goes below the rules, and agree with it or decline it."""
    opened = open_episode(request, episode_id, "review")
    signed = determination_of(opened.episode)
    back = reverse("programs:review", args=[episode_id])
    if signed is None or not signed.awaits_second:
        over = Conflict("No decision of this person waits for a second view.")
        return conflict_page(request, opened, over, back)
    form = SecondViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = attempt(
            request, opened, form, f"{back}#decision", lambda: _give(request, form, signed, back)
        )
        if answer is not None:
            return answer
    return _second_page(request, opened, form, signed)


def _give(request: HttpRequest, form: SecondViewForm, signed: second_views.Determination, back: str) -> None:
    said = form.cleaned_data
    given = {"determination": signed, "by": request.user, "submit_key": said["submit_key"], "url": back}
    if said["says"] == "agree":
        second_views.agree(**given)
        messages.success(request, "You agreed. The decision is in force.")
    else:
        second_views.decline(words=said["words"], **given)
        messages.success(request, "You declined. The decision is over; it has to be decided again.")


def _second_page(
    request: HttpRequest, opened: Opened, form: SecondViewForm, signed: second_views.Determination
) -> HttpResponse:
    context = opened.context(
        signed=signed,
        decided=determination_words(signed),
        suggestion=suggestion_words(signed.recommendation),
        own=signed.signed_by_id == request.user.pk,
        back=reverse("programs:review", args=[opened.episode.pk]),
    )
    return render_form(request, "programs/second_view.html", context, form)

"""A pause: what was said, and the call that the person wanted."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.pauses import call
from intake.choices_pause import Naloxone, PauseResult
from intake.forms.pauses import PauseCallForm
from intake.queries_pause import pauses_for
from intake.rules.resume import may_resume


@staff("intake.episode_start")
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Show the latest pause of an episode with its calls; note how today's call went."""
    found = pauses_for(request.user).filter(episode_id=episode_id).order_by("-made_at").first()
    if found is None:
        raise Http404
    episode = found.episode
    record_view(by=request.user, person=episode.person_id, what="pause", obj=episode)
    form = PauseCallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            call(
                by=request.user,
                pause=found,
                result=said["result"],
                words=said["words"],
                next_day=said["follow_up_on"],
                submit_key=said["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            back = reverse("desk:person", args=[episode.person_id])
            page = {"message": conflict.message, "back_url": back, "typed": form.typed()}
            return render(request, "409.html", page, status=409)
        else:
            return _after(request, said["result"], episode.person_id)
    context = {
        "pause": found,
        "episode": episode,
        "naloxone": Naloxone(found.said["naloxone"]).label,
        "calls": found.calls.select_related("data_key", "by").order_by("at"),
        "resumable": may_resume(reason=episode.close_reason, closed_at=episode.closed_at, now=clock.now()),
    }
    return render_form(request, "intake/pause.html", context, form)


def _after(request: HttpRequest, result: str, person_id: UUID) -> HttpResponse:
    """Lead to where the person goes on, or back to their page."""
    if result == PauseResult.GOES_ON:
        return redirect("intake:episode-again", person_id=person_id)
    messages.success(request, "The call is noted.")
    return redirect("desk:person", person_id=person_id)

"""Calls after a stay with nights: a person's list of them, and one call."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.forms import render_form
from intake.queries import newest_episode
from programs.actions.follow_ups import log_call
from programs.choices_follow_up import Naloxone
from programs.follow_up_rows import FAMILIES, rows_for
from programs.forms.follow_up import FollowUpCallForm
from programs.models import FollowUp
from programs.queries_follow_up import follow_ups_due, follow_ups_for, follow_ups_of
from programs.rules.follow_up import SHOWN_BEFORE
from programs.views.common import Opened, attempt, open_episode, opened_by
from records.queries import people_for

NALOXONE = dict(Naloxone.choices)


@staff("programs.follow_up")
@require_safe
def follow_up(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Every call after a person's stays: what is due, what is to come, and how each went."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    episode = newest_episode(person)
    record_view(by=request.user, person=person, what="follow-up", obj=episode)
    now = clock.now()
    rows = list(follow_ups_of(request.user, person))
    context: dict[str, Any] = {"now": now, "person": person, "episode": episode}
    if episode is not None:
        context = opened_by(request.user, episode).context(**context)
    due = follow_ups_due(request.user, now).filter(pk__in=[one.pk for one in rows]).first()
    stays = [
        (stay, [(one, FAMILIES.get(one.outcome, "")) for one in calls])
        for stay, calls in groupby(rows, key=lambda one: one.admission)
    ]
    return render(request, "programs/follow_up.html", context | {"due": due, "stays": stays})


@staff("programs.follow_up")
@require_http_methods(["GET", "POST"])
def follow_up_call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """How to call, what may be said, and how it went."""
    call = get_object_or_404(follow_ups_for(request.user), pk=call_id)
    opened = open_episode(request, call.admission.episode_id, "follow-up call")
    back = reverse("programs:follow-up", args=[opened.episode.person_id])
    form = FollowUpCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            log_call(
                follow_up=call, result=said["result"], naloxone=said["naloxone"], note=said["note"],
                by=request.user, submit_key=said["submit_key"], url=back,
            )  # fmt: skip

        done = attempt(request, opened, form, back, act)
        if done is not None:
            return done
    return _call_page(request, opened, call, form, back)


def _call_page(
    request: HttpRequest, opened: Opened, call: FollowUp, form: FollowUpCallForm, back: str
) -> HttpResponse:
    context = opened.context(
        form=form,
        call=call,
        row=rows_for([call], request.user, opened.now)[0],
        family=FAMILIES.get(call.outcome, ""),
        naloxone=NALOXONE.get((call.said or {}).get("naloxone", ""), ""),
        too_early=call.due_at - opened.now > SHOWN_BEFORE,
        tries=call.tries.select_related("by").order_by("-at", "id"),
        back=back,
    )
    return render_form(request, "programs/follow_up_call.html", context, form)

"""A safety follow-up: what it is about, what is still to ask, who does it, and its end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake.actions import follow_ups
from intake.forms.instruments import CloseFollowUpForm
from intake.instrument_display import form_of, result_of
from intake.models import SafetyFollowUp
from intake.readings import readings_of, records_of
from intake.rules.catalogue import BY_ID
from intake.rules.follow_up import SUICIDE, still_to_ask
from intake.rules.instrument_flags import flag_words
from intake.views.common import OpenRecord, open_record

WHAT = "safety follow-up"
PAGE = "intake/instruments/follow_up.html"


@staff("intake.follow_up_view")
@require_safe
def follow_up(request: HttpRequest, episode_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """Show a follow-up: what opened it, what to say, what is still to ask."""
    record = open_record(request, episode_id, WHAT)
    shown = _follow_up(record, follow_up_id)
    return render_form(request, PAGE, _about(request, record, shown), CloseFollowUpForm())


@staff("intake.follow_up_work")
@post_only
def take(request: HttpRequest, episode_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """Become its owner."""
    record = open_record(request, episode_id, WHAT)
    shown = _follow_up(record, follow_up_id)
    try:
        follow_ups.take(by=request.user, follow_up=shown)
    except Conflict as conflict:
        messages.error(request, conflict.message)
    else:
        messages.success(request, "It is yours now.")
    return redirect("intake:safety-follow-up", episode_id=episode_id, follow_up_id=shown.pk)


@staff("intake.follow_up_work")
@post_only
def close(request: HttpRequest, episode_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """End it with what was done; refused while a question is open."""
    record = open_record(request, episode_id, WHAT)
    shown = _follow_up(record, follow_up_id)
    form = CloseFollowUpForm(request.POST)
    if form.is_valid():
        try:
            follow_ups.close(by=request.user, follow_up=shown, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "The follow-up is closed.")
            return redirect("intake:safety-follow-up", episode_id=episode_id, follow_up_id=shown.pk)
    return render_form(request, PAGE, _about(request, record, shown), form)


def _follow_up(record: OpenRecord, follow_up_id: UUID) -> SafetyFollowUp:
    found = record.episode.safety_follow_ups.select_related("data_key", "owner", "opened_by", "closed_by")
    return get_object_or_404(found, pk=follow_up_id)


def _about(request: HttpRequest, record: OpenRecord, shown: SafetyFollowUp) -> dict[str, Any]:
    """What opened it, with the results it came from, and what is still to ask."""
    records = {str(one.pk): one for one in record.episode.instrument_records.select_related("data_key")}
    reasons = []
    for reason in shown.details["reasons"]:
        source = records[reason["record"]]
        reasons.append(
            {
                "words": flag_words(reason["code"]),
                "record": source,
                "form": form_of(source),
                "result": result_of(source),
            }
        )
    codes = {reason["code"] for reason in shown.details["reasons"]}
    open_questions = still_to_ask(readings_of(records_of(record.episode)))
    return {
        **record.context(),
        "shown": shown,
        "works": request.user.has_perm("intake.follow_up_work"),
        "reasons": reasons,
        "suicide": bool(codes & SUICIDE),
        "unsafe": "UNSAFE" in codes,
        "to_ask": [(one.id, words) for one, words in open_questions] if not shown.closed_at else [],
        "screens": [BY_ID["asq"], BY_ID["cssrs_screener"]],
    }

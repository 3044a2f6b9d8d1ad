"""Standard instruments of an episode: the list, giving one, a result from elsewhere, and one result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.instruments import Given, record_instrument
from intake.forms.instruments import ItemsForm, OutsideForm, first_values
from intake.instrument_display import (
    NOT_A_DIAGNOSIS,
    about_words,
    form_of,
    given_by,
    language_words,
    parts_of,
    result_of,
    trend_of,
)
from intake.instrument_wording import Wording, wording_of
from intake.models import InstrumentRecord
from intake.picture import center_zone
from intake.readings import records_of
from intake.rules.catalogue import BY_ID, BY_NUMBER, FORMS, GIVE, Form
from intake.rules.follow_up import SUICIDE
from intake.rules.instruments import INSTRUMENTS
from intake.views.common import OpenRecord, open_record, posted, stop_first

WHAT = "instruments"
# What a positive short screen leads on to, and which answers are the same questions there.
_SAME = {"audit": ("audit_c", {f"auditc_{n}": f"audit_{n}" for n in (1, 2, 3)})}


@staff(GIVE)
@require_safe
def overview(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Every instrument with its latest result, and what can be given."""
    record = open_record(request, episode_id, WHAT)
    if stop := stop_first(record):
        return stop
    newest: dict[str, InstrumentRecord] = {}
    counts: dict[str, int] = {}
    for one in records_of(record.episode):
        name = one.details["instrument"]
        newest.setdefault(name, one)
        counts[name] = counts.get(name, 0) + 1
    groups: dict[str, list[dict[str, Any]]] = {}
    language = record.episode.person.language
    for form in FORMS:
        latest = newest.get(form.id)
        gives = request.user.has_perm(form.permission) and wording_of(form, language) is not None
        groups.setdefault(form.group, []).append(
            {
                "form": form,
                "gives": gives,
                "latest": latest,
                "result": result_of(latest) if latest else None,
                "by": given_by(latest) if latest else "",
                "count": counts.get(form.id, 0),
            }
        )
    context = {
        **record.context(),
        "groups": groups.items(),
        "screening": NOT_A_DIAGNOSIS,
        "follow_up": open_follow_up(record),
        "open": record.episode.status == "open",
    }
    return render(request, "intake/instruments/list.html", context)


@staff(GIVE)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, episode_id: UUID, form_number: int) -> HttpResponse:
    """Fill in the items of one instrument; without wording or role for it, lead to the outside form."""
    record = open_record(request, episode_id, WHAT)
    kind = _kind(form_number)
    wording = wording_of(kind, record.episode.person.language)
    if wording is None or not request.user.has_perm(kind.permission):
        return redirect("intake:instrument-outside", episode_id=episode_id, form_number=form_number)
    initial, from_before = _from_short_form(kind, record)
    form = ItemsForm(
        posted(request), form=kind, wording=wording, now=record.now, correcting=False, initial=initial
    )
    return _page(request, record, kind, form, wording=wording, from_before=from_before)


@staff(GIVE)
@require_http_methods(["GET", "POST"])
def outside(request: HttpRequest, episode_id: UUID, form_number: int) -> HttpResponse:
    """Record a result that was measured elsewhere, with by whom and where."""
    record = open_record(request, episode_id, WHAT)
    kind = _kind(form_number)
    form = OutsideForm(posted(request), form=kind, now=record.now, correcting=False)
    return _page(request, record, kind, form)


@staff(GIVE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, episode_id: UUID, record_id: UUID) -> HttpResponse:
    """Correct a record: a new one takes its place, with the reason; the earlier one stays."""
    record = open_record(request, episode_id, WHAT)
    earlier = _record(record, record_id)
    kind, details = form_of(earlier), earlier.details
    local = earlier.observed_at.astimezone(center_zone()).replace(tzinfo=None)
    initial = {**first_values(details), "observed_at": local}
    if details["given"] == "outside":
        form: Any = OutsideForm(posted(request), form=kind, now=record.now, correcting=True, initial=initial)
        return _page(request, record, kind, form, corrects=earlier)
    wording = wording_of(kind, details["language"])
    if wording is None or not request.user.has_perm(kind.permission):
        messages.error(request, "A clinician corrects this one.")
        return redirect("intake:instrument-record", episode_id=episode_id, record_id=record_id)
    form = ItemsForm(
        posted(request), form=kind, wording=wording, now=record.now, correcting=True, initial=initial
    )
    return _page(request, record, kind, form, wording=wording, corrects=earlier)


@staff(GIVE)
@require_safe
def one(request: HttpRequest, episode_id: UUID, record_id: UUID) -> HttpResponse:
    """One result with its parts, its meaning, how it changed, and what it asks for."""
    record = open_record(request, episode_id, WHAT)
    shown = _record(record, record_id)
    if stop := stop_first(record):
        return stop
    kind, details = form_of(shown), shown.details
    alike = [
        other
        for other in reversed(records_of(record.episode))
        if other.details["instrument"] == kind.id and other.details["about"] == details["about"]
    ]
    wording = wording_of(kind, details["language"]) if kind.instrument and kind.instrument.items else None
    newer = record.episode.instrument_records.filter(supersedes=shown).first()
    context = {
        **record.context(),
        "form": kind,
        "shown": shown,
        "details": details,
        "about": about_words(details["about"]),
        "outside": details["given"] == "outside",
        "result": result_of(shown),
        "screening": NOT_A_DIAGNOSIS,
        "by": given_by(shown),
        "language": language_words(shown),
        "parts": parts_of(shown, wording),
        "repeats": [(other, result_of(other), given_by(other)) for other in alike],
        "trend": trend_of(alike),
        "newer": newer,
        "suicide": bool(SUICIDE & set(details["score"]["flags"])),
        "follow_up": open_follow_up(record),
        "next_forms": _next(kind, details["score"]["flags"]),
        "open": record.episode.status == "open",
        "gives": request.user.has_perm(kind.permission) and wording is not None,
        "notes": kind.instrument.notes if kind.instrument else "",
    }
    return render(request, "intake/instruments/record.html", context)


def open_follow_up(record: OpenRecord) -> Any:
    """The open follow-up of the episode, if there is one."""
    return record.episode.safety_follow_ups.filter(closed_at__isnull=True).select_related("owner").first()


def _next(kind: Form, flags: list[str]) -> list[Form]:
    """The instruments that a result leads on to."""
    found = []
    if set(flags) & SUICIDE or "SUICIDE_ITEM_UNANSWERED" in flags:
        found += [BY_ID[name] for name in ("asq", "cssrs_screener") if name != kind.id]
    if kind.id == "audit_c" and "ALCOHOL_POSITIVE" in flags:
        found.append(BY_ID["audit"])
    if kind.id == "sasq_alcohol" and "ALCOHOL_POSITIVE" in flags:
        found.append(BY_ID["audit_c"])
    return found


def _kind(number: int) -> Form:
    if number not in BY_NUMBER:
        raise Http404
    return BY_NUMBER[number]


def _record(record: OpenRecord, record_id: UUID) -> InstrumentRecord:
    found = record.episode.instrument_records.select_related(
        "data_key", "recorded_by", "administered_by", "supersedes__data_key"
    )
    return get_object_or_404(found, pk=record_id)


def _from_short_form(kind: Form, record: OpenRecord) -> tuple[dict[str, Any], InstrumentRecord | None]:
    """The answers that a shorter form already asked, to be confirmed, and which record they are from."""
    if kind.id not in _SAME:
        return {}, None
    short, same = _SAME[kind.id]
    for before in records_of(record.episode):
        if before.details["instrument"] == short and before.details["given"] == "items":
            answers = before.details["answers"]
            return {same[key]: f"{value:g}" for key, value in answers.items() if key in same}, before
    return {}, None


def _given(kind: Form, form: Any, wording: Wording | None, corrects: InstrumentRecord | None) -> Given:
    said = form.cleaned_data
    observed = said["observed_at"]
    if corrects is not None and observed == corrects.observed_at.replace(second=0, microsecond=0):
        observed = corrects.observed_at  # the form shows minutes; an unchanged time stays exact
    common = {
        "instrument": kind.id,
        "observed_at": observed,
        "note": said["note"],
        "about": said.get("about", ""),
    }
    if wording is not None:
        return Given(
            **common,
            answers=form.answers(),
            missing=form.missing(),
            language=wording.language,
            wording=wording.source,
        )
    return Given(
        **common,
        outside=True,
        answers=form.parts(),
        total=form.total(),
        band=form.band(),
        measured_by=said["measured_by"],
        where=said["where"],
    )


def _page(
    request: HttpRequest,
    record: OpenRecord,
    kind: Form,
    form: Any,
    *,
    wording: Wording | None = None,
    corrects: InstrumentRecord | None = None,
    from_before: InstrumentRecord | None = None,
) -> HttpResponse:
    """Show a form, or keep what was sent and lead to the result; an open emergency comes first."""
    stop = stop_first(record)
    if stop and request.method == "GET":
        return stop
    if request.method == "POST" and form.is_valid():
        try:
            made = record_instrument(
                by=request.user,
                episode=record.episode,
                given=_given(kind, form, wording, corrects),
                corrects=corrects,
                reason=form.cleaned_data.get("reason", ""),
                submit_key=form.cleaned_data["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "Saved.")
            return stop or redirect(
                "intake:instrument-record", episode_id=record.episode.pk, record_id=made.pk
            )
    asked_language = record.episode.person.get_language_display()
    context = {
        **record.context(),
        "kind": kind,
        "instrument": INSTRUMENTS.get(kind.id),
        "wording": wording,
        "other_language": asked_language
        if wording and wording.language != record.episode.person.language
        else "",
        "corrects": corrects,
        "from_before": from_before,
        "back": reverse("intake:instruments", args=[record.episode.pk]),
        "may_give": wording is None
        and request.user.has_perm(kind.permission)
        and wording_of(kind, record.episode.person.language) is not None,
        "screening": NOT_A_DIAGNOSIS,
    }
    template = "intake/instruments/items.html" if wording else "intake/instruments/outside.html"
    return render_form(request, template, context, form)

"""Two records, one person or two: what speaks for it, the merge with its preview, and undoing it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from config.templatetags.ui import day, phone_display
from records.actions import merging
from records.choices import Language, Sex
from records.forms.same import MergeForm, ReasonForm
from records.models import Person, PersonMerge
from records.queries import people_for
from records.queries.duplicates import known_of, merges_of, possible_same
from records.rules.duplicates import compare as compare_known
from records.views.ways import sent

CHOOSE = "Choose from the list again."
LABELS = {
    "name": "Name", "preferred_name": "Likes to be called", "date_of_birth": "Date of birth",
    "phone": "Phone number", "email": "E-mail", "sex": "Sex", "language": "Language",
}  # fmt: skip


def shown_value(field: str, value: Any) -> str:
    """Return a field of a person in words."""
    if not value:
        return "Not known"
    words = {
        "date_of_birth": lambda: day(date.fromisoformat(value)),
        "phone": lambda: phone_display(value),
        "sex": lambda: str(Sex(value).label),
        "language": lambda: str(Language(value).label),
    }
    return words.get(field, lambda: str(value))()


def _person(request: HttpRequest, person_id: UUID) -> Person:
    return get_object_or_404(people_for(request.user), pk=person_id)


@staff("records.person_merge_ask")
@require_http_methods(["GET"])
def same(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show who may be the same person, and every merge of this record."""
    return _page(request, _person(request, person_id), ReasonForm(), 200)


def _page(request: HttpRequest, person: Person, form: Any, status: int) -> HttpResponse:
    record_view(by=request.user, person=person, what="possible duplicates", obj=person)
    found = possible_same(request.user, known_of(person), person) if not person.merged_into_id else []
    merges = list(merges_of(request.user, person))
    others = [one.merged if one.survivor_id == person.pk else one.survivor for one in merges]
    shown = dict.fromkeys([*(one.person for one in found), *others])
    record_list(by=request.user, what="possible same people", shown=list(shown))
    context = {
        "person": person,
        "found": [(one, shown_value("date_of_birth", one.person.date_of_birth)) for one in found],
        "merges": [_shown(one, request.user) for one in merges],
        "now": clock.now(),
        "form": form,
    }
    return render(request, "records/same.html", context, status=status)


def _shown(merge: PersonMerge, user: Any) -> dict[str, Any]:
    waits = merge.at is None and merge.undone_at is None
    second = merge.asked_by_id != user.pk or user.has_perm(merging.MERGE)
    return {
        "merge": merge,
        "waits": waits,
        "may_confirm": waits and second,
        "may_undo": merge.undone_at is None and (waits or user.has_perm(merging.MERGE)),
        "fields": [
            (LABELS[name], shown_value(name, one["survivor"]), shown_value(name, one["merged"]), one["taken"])
            for name, one in merge.fields["values"].items()
        ],
    }


def _other(request: HttpRequest, person: Person) -> Person:
    """Return the other record that the address or the form names; it must be in reach, too."""
    text = request.POST.get("with") or request.GET.get("with", "")
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(people_for(request.user).exclude(pk=person.pk), pk=wanted)


@staff("records.person_merge_ask")
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Preview: every field that differs with a choice, and what has to be resolved first; then merge."""
    person = _person(request, person_id)
    if not (request.POST.get("with") or request.GET.get("with")):
        return redirect("records:same", person_id=person_id)
    other = _other(request, person)
    for one in (person, other):
        record_view(by=request.user, person=one, what="comparison of two records", obj=one)
    differing = [
        (name, LABELS[name], shown_value(name, mine), shown_value(name, theirs))
        for name, (mine, theirs) in merging.differences(person, other).items()
    ]
    form = MergeForm(sent(request), differing=differing)
    if request.method == "POST" and form.is_valid():
        answer = _merge(request, person, other, form)
        if answer is not None:
            return answer
    match = compare_known(known_of(person), known_of(other))
    context = {
        "person": person,
        "other": other,
        "rows": [
            (label, shown_value(name, getattr(person, name)), shown_value(name, getattr(other, name)))
            for name, label in LABELS.items()
        ],
        "match": match,
        "obstacles": merging.obstacles(person, other),
        "may_merge": request.user.has_perm(merging.MERGE),
    }
    return render_form(request, "records/same_compare.html", context, form)


def _merge(request: HttpRequest, person: Person, other: Person, form: MergeForm) -> HttpResponse | None:
    try:
        row = merging.merge_people(
            by=request.user, survivor=person, merged=other, reason=form.cleaned_data["reason"],
            taken=form.taken(), submit_key=form.cleaned_data["submit_key"],
        )  # fmt: skip
    except Refused as refused:
        form.add_refusal(refused)
        return None
    except Conflict as conflict:
        return _conflict(request, conflict.message, person)
    done = "One record now stands for both." if row.at else "Asked for. A second colleague confirms it."
    messages.success(request, done)
    return redirect("records:same", person_id=person.pk)


@staff("records.person_merge_ask")
@post_only
def different(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Remember that two records are of two people."""
    person = _person(request, person_id)
    if not request.POST.get("with"):
        return _conflict(request, CHOOSE, person)
    other = _other(request, person)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, 422)
    merging.say_different(by=request.user, person=person, other=other, reason=form.cleaned_data["reason"])
    messages.success(request, "Remembered: these are two people.")
    return redirect("records:same", person_id=person_id)


def _row(request: HttpRequest, person: Person) -> PersonMerge:
    try:
        wanted = UUID(request.POST.get("merge", ""))
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(merges_of(request.user, person), pk=wanted)


@staff("records.person_merge_ask")
@post_only
def confirm(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make a merge that a colleague asked for."""
    person = _person(request, person_id)
    if not request.POST.get("merge"):
        return _conflict(request, CHOOSE, person)
    try:
        merging.confirm_merge(by=request.user, merge=_row(request, person))
    except (Refused, Conflict) as error:
        return _conflict(request, _words(error), person)
    messages.success(request, "One record now stands for both.")
    return redirect("records:same", person_id=person_id)


@staff("records.person_merge_ask")
@post_only
def undo(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Undo a merge, or set aside one that was asked for."""
    person = _person(request, person_id)
    if not request.POST.get("merge"):
        return _conflict(request, CHOOSE, person)
    row = _row(request, person)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, 422)
    try:
        merging.undo_merge(by=request.user, merge=row, reason=form.cleaned_data["reason"])
    except Refused as refused:
        form.add_error("reason" if refused.field else None, refused.message)
        return _page(request, person, form, 422)
    except Conflict as conflict:
        return _conflict(request, conflict.message, person)
    messages.success(request, "Both records are again what they were.")
    if not people_for(request.user).filter(pk=person_id).exists():
        return redirect("desk:people")
    return redirect("records:same", person_id=person_id)


def _words(error: Refused | Conflict) -> str:
    reasons = getattr(error, "reasons", ())
    return " ".join([error.message, *(f"{reason}." for reason in reasons)])


def _conflict(request: HttpRequest, message: str, person: Person) -> HttpResponse:
    page = {"message": message, "back_url": reverse("records:same", args=[person.pk])}
    return render(request, "409.html", page, status=409)

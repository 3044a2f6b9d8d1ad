"""Pages around an admission: checklist, arrival, contacts, what was left open, and taking it back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict
from config.forms import render_form
from config.methods import post_only
from intake.queries import episodes_for
from programs.actions import open_items, preparing, undo
from programs.forms.preparing import ArrivalForm, ChecklistForm, ContactForm, ShareForm, UndoForm
from programs.queries import admissions_for
from programs.queries_prescriber import rows_of_person
from programs.should_have import (
    arrival_of,
    checklist_of,
    contact_rows,
    contacts_of,
    helpers_to_share,
    open_items_for,
    recipients_of,
)
from programs.views.common import Opened, attempt, open_episode, told


def _page(request: HttpRequest, template: str, opened: Opened, form: Any, **more: Any) -> HttpResponse:
    back = reverse("programs:readiness", args=[opened.episode.pk])
    return render_form(request, template, opened.context(form=form, back=back, **more), form)


@staff("programs.prepare")
@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The seven things to prepare before care begins."""
    opened = open_episode(request, episode_id, "checklist")
    form = ChecklistForm(request.POST or None, rows=checklist_of(opened.episode))
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            try:
                preparing.write_checklist(episode=opened.episode, written=form.written(), by=request.user)
            except Conflict as conflict:
                if item := conflict.details.get("item"):
                    form.show_thing(item, checklist_of(opened.episode)[item].said)
                raise

        done = attempt(request, opened, form, reverse("programs:readiness", args=[episode_id]), act)
        if done is not None:
            return done
    helpers = [(str(one.pk), one.called) for one in helpers_to_share(opened.episode, opened.now)]
    share = ShareForm(helpers=helpers, initial={"language": opened.episode.person.language})
    return _page(request, "programs/checklist.html", opened, form, helpers=helpers, share=share)


@staff("programs.prepare")
@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """When the person is expected, and who brings them."""
    opened = open_episode(request, episode_id, "arrival")
    plan = arrival_of(opened.episode)
    first = {"expected_at": plan.expected_at, "after": str(plan.pk), **plan.details} if plan else {}
    form = ArrivalForm(request.POST or None, initial=first)
    back = reverse("programs:readiness", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            try:
                preparing.plan_arrival(
                    episode=opened.episode,
                    expected_at=said["expected_at"],
                    details={key: said[key].strip() for key in ("ride", "with_whom", "needs")},
                    by=request.user,
                    after=said["after"],
                    submit_key=said["submit_key"],
                    url=back,
                )
            except Conflict:
                form.show(after=plan.pk if plan else "")
                raise

        done = attempt(request, opened, form, back, act)
        if done is not None:
            return done
    return _page(request, "programs/arrival.html", opened, form, plan=plan)


@staff("programs.prepare")
@require_http_methods(["GET", "POST"])
def care_contacts(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Who else cares for the person, whom to call in an emergency, and what a consent lets be told."""
    opened = open_episode(request, episode_id, "contacts")
    known = {str(one.pk): one for one in recipients_of(opened.episode)}
    form = ContactForm(request.POST or None, recipients=[(pk, one.called) for pk, one in known.items()])
    here = reverse("programs:care-contacts", args=[episode_id])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> None:
            preparing.add_contact(
                episode=opened.episode,
                kind=said["kind"],
                details=form.details(),
                recipient=known.get(said["recipient"]),
                by=request.user,
                submit_key=said["submit_key"],
                url=here,
            )

        done = attempt(request, opened, form, here, act)
        if done is not None:
            return done
    rows = contact_rows(opened.episode, opened.now)
    calls = rows_of_person(request.user, opened.episode.person, opened.now)
    return _page(request, "programs/care_contacts.html", opened, form, rows=rows, calls=calls)


@staff("programs.prepare")
@post_only
def end_contact(request: HttpRequest, episode_id: UUID, care_contact_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    contact = get_object_or_404(contacts_of(episode), pk=care_contact_id)
    told(request, "Taken off the list.", preparing.end_contact, episode=episode, contact=contact)
    return redirect("programs:care-contacts", episode_id=episode_id)


@staff("programs.prepare")
@post_only
def finish_open_item(request: HttpRequest, open_item_id: UUID) -> HttpResponse:
    """Say that something left open at the admission is finished."""
    item = get_object_or_404(open_items_for(request.user), pk=open_item_id)
    told(request, "Noted as finished.", open_items.finish, item=item)
    return redirect("programs:readiness", episode_id=item.admission.episode_id)


@staff("programs.admit", fresh=True)
@require_http_methods(["GET", "POST"])
def undo_admission(request: HttpRequest, admission_id: UUID) -> HttpResponse:
    """Take an admission back that was a mistake, with the reason."""
    admission = get_object_or_404(admissions_for(request.user), pk=admission_id)
    opened = open_episode(request, admission.episode_id, "admission")
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            undo.undo(admission=admission, reason=form.cleaned_data["reason"], by=request.user)

        back = reverse("programs:readiness", args=[admission.episode_id])
        done = attempt(request, opened, form, back, act)
        if done is not None:
            return done
    until = undo.undo_until(admission)
    return _page(request, "programs/undo.html", opened, form, admission=admission, until=until)

"""Care team: who works with a person, and handing people to a colleague."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from records.actions import care_team
from records.forms.care_team import AddColleagueForm, HandListOverForm, HandOverForm
from records.models import Person
from records.queries import people_for
from records.queries.care_team import colleagues_of, colleagues_to_add, members_for, my_people, team_of
from records.views.ways import sent

SHIFT = timedelta(hours=12)


@staff("records.team_change")
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show who works with a person and who did, and add a colleague."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = AddColleagueForm(sent(request), colleagues=colleagues_to_add(request.user, person))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            care_team.add_colleague(person=person, user=given["user"], until=given["until"], by=request.user)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, f"{given['user']} is on the care team.")
            return redirect("records:team", person_id=person_id)
    record_view(by=request.user, person=person, what="care team")
    return _team_page(request, person, form)


def _team_page(request: HttpRequest, person: Person, form: Any) -> HttpResponse:
    present, past = team_of(request.user, person)
    context = {
        "person": person,
        "present": present,
        "past": past,
        "may_change": care_team.may_change_team(request.user, person),
        "is_member": any(row.user_id == request.user.pk for row in present),
        "now": clock.now(),
    }
    return render_form(request, "records/team.html", context, form)


def _conflict(request: HttpRequest, error: Refused | Conflict, person_id: UUID) -> HttpResponse:
    page = {"message": error.message, "back_url": reverse("records:team", args=[person_id])}
    return render(request, "409.html", page, status=409)


@staff("records.team_change")
@post_only
def end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Take a member off the team."""
    member = get_object_or_404(members_for(request.user), pk=member_id)
    try:
        care_team.end_membership(member=member, by=request.user)
    except (Refused, Conflict) as error:
        return _conflict(request, error, member.person_id)
    messages.success(request, f"{member.who} left the care team.")
    if member.user_id == request.user.pk and not request.user.has_perm("records.team_manage"):
        return redirect("desk:people")
    return redirect("records:team", person_id=member.person_id)


@staff("records.team_change")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give one person to a colleague and leave the team."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = HandOverForm(sent(request), colleagues=colleagues_of(request.user))
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        try:
            care_team.hand_over_person(person=person, user=user, by=request.user)
        except Conflict as conflict:
            return _conflict(request, conflict, person_id)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, f"{user} took over. The record is off your list.")
            return redirect("desk:people")
    record_view(by=request.user, person=person, what="care team")
    return render_form(request, "records/team_hand_over.html", {"person": person}, form)


@staff("records.team_change")
@require_http_methods(["GET", "POST"])
def hand_list_over(request: HttpRequest) -> HttpResponse:
    """Let a colleague work with all of one's people until a time, at a change of shift."""
    now = clock.now()
    form = HandListOverForm(sent(request), colleagues=colleagues_of(request.user), until=now + SHIFT)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            count = care_team.hand_list_over(user=given["user"], until=given["until"], by=request.user)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            people = "1 person is" if count == 1 else f"{count} people are"
            messages.success(request, f"{people} on {given['user']}'s list, too.")
            return redirect("desk:people")
    return render_form(request, "records/list_hand_over.html", {"count": my_people(request.user)}, form)

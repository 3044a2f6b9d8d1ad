"""Accounts of colleagues: who has one, with which role, since when and by whom; and changing that."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries
from accounts.access import staff
from accounts.actions import recovery, sessions
from accounts.actions import staff as actions
from accounts.choices import RecoveryKind, Role
from accounts.models import User
from audit.actions import record_list
from config import clock
from config.errors import Conflict, Refused
from config.forms import ClearwayForm, render_form
from config.methods import post_only

ONE = "accounts:staff-detail"


class InviteForm(ClearwayForm):
    """Who gets an account."""

    email = forms.EmailField(label="Work email", help_text="It is their sign-in, and can't be changed later")
    name = forms.CharField(label="Name that colleagues see", max_length=80)
    role = forms.ChoiceField(label="Role", choices=Role.choices, widget=forms.RadioSelect)


class ReasonForm(ClearwayForm):
    """Why an account is switched off."""

    reason = forms.CharField(
        label="Why?", max_length=200, help_text="Kept with the account for good. Nothing about patients"
    )


class RoleForm(ReasonForm):
    """Another role, and why."""

    role = forms.ChoiceField(label="New role", choices=Role.choices, widget=forms.RadioSelect)
    field_order = ("role", "reason")


class RecoveryForm(ClearwayForm):
    """What was lost."""

    kind = forms.ChoiceField(label="What is lost?", choices=RecoveryKind.choices, widget=forms.RadioSelect)


class VouchForm(ClearwayForm):
    """How one knows who it is."""

    how = forms.CharField(
        label="How do you know that it is them?",
        max_length=200,
        help_text="For example: stood before me with their badge. A voice on the phone is not enough",
    )


@staff("accounts.staff_read")
@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    """List all accounts."""
    found = list(queries.staff_list_for(request.user))
    record_list(by=request.user, what="staff accounts", shown=found)
    return render(request, "accounts/staff_list.html", {"accounts": found, "now": clock.now()})


@staff("accounts.staff_read")
@require_safe
def staff_detail(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Show one account: its history, its sign-ins, and what can be done."""
    return _detail(request, _account(request, user_id))


def _account(request: HttpRequest, user_id: UUID) -> User:
    return get_object_or_404(queries.staff_for(request.user), pk=user_id)


def _detail(request: HttpRequest, account: User, status: int = 200, **more: Any) -> HttpResponse:
    page = {
        "account": account,
        "changes": queries.changes_of(account),
        "sessions": queries.sessions_of(account),
        "recovery": queries.open_recovery_of(account),
        "link": queries.live_link_of(account),
        "own": account.pk == request.user.pk,
        "now": clock.now(),
        **more,
    }
    return render(request, "accounts/staff_detail.html", page, status=status)


@staff("accounts.staff_manage", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_new(request: HttpRequest) -> HttpResponse:
    """Invite somebody: they choose their own password by a link that works once, for an hour."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            user, _token = actions.invite(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, "The invitation is on its way by mail. It works for an hour.")
            return redirect(ONE, user_id=user.pk)
    return render_form(request, "accounts/staff_new.html", {}, form)


def _form_page(
    request: HttpRequest, user_id: UUID, form: ClearwayForm, what: str, act: Callable[..., Any], done: str
) -> HttpResponse:
    """Show a form about one account and do what it asks; refusals and conflicts are explained on it."""
    account = _account(request, user_id)
    page = {"account": account, "what": what}
    if form.is_bound and form.is_valid():
        try:
            act(by=request.user, user=account, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            return _detail(request, account, 409, refused=conflict.message)
        else:
            messages.success(request, done)
            return redirect(ONE, user_id=account.pk)
    return render_form(request, "accounts/staff_form.html", page, form)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@staff("accounts.staff_manage", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_role(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Change the role of a colleague."""
    done = "The role is changed, from their next page on."
    return _form_page(request, user_id, RoleForm(_sent(request)), "role", actions.change_role, done)


@staff("accounts.staff_manage", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_off(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Switch an account off."""
    done = "The account is switched off, and every sign-in has ended."
    return _form_page(request, user_id, ReasonForm(_sent(request)), "off", actions.switch_off, done)


@staff("accounts.staff_manage", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_start(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Say that a colleague lost their second factor or password."""
    done = "Started. A supervisor or the privacy officer must now confirm who it is."
    return _form_page(request, user_id, RecoveryForm(_sent(request)), "recovery", recovery.start, done)


@staff("accounts.recovery_confirm", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_confirm(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Vouch for who a colleague is; the link is sent."""
    done = "Confirmed. The link is on its way to them by mail, and works for an hour."
    return _form_page(request, user_id, VouchForm(_sent(request)), "confirm", recovery.confirm, done)


def _press(request: HttpRequest, user_id: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    """Do what one button asks."""
    account = _account(request, user_id)
    try:
        act(by=request.user, user=account)
    except Refused as refused:
        return _detail(request, account, 422, refused=refused.message)
    except Conflict as conflict:
        return _detail(request, account, 409, refused=conflict.message)
    messages.success(request, done)
    return redirect(ONE, user_id=account.pk)


@staff("accounts.staff_manage", fresh=True)
@post_only
def staff_on(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Switch an account on again."""
    return _press(request, user_id, actions.switch_on, "The account is switched on again.")


@staff("accounts.staff_manage", fresh=True)
@post_only
def invite_again(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Send a new invitation."""
    return _press(request, user_id, actions.invite_again, "A new invitation is on its way.")


@staff("accounts.staff_manage")
@post_only
def recovery_drop(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """End a recovery that nobody needs."""
    return _press(request, user_id, recovery.drop, "The recovery has ended.")


@staff("accounts.sessions_end")
@post_only
def end_sessions(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """End every sign-in of a colleague."""
    return _press(request, user_id, sessions.end_all_sessions, "Every sign-in of theirs has ended.")

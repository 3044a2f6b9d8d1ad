"""Asking again, before something that can't be taken back, whether it is still the person who signed in.

The page that asks posts to the address that was asked for, with everything that was typed. So a right
answer and the original request are one request: nothing is stored on the way, and nothing typed is lost.
"""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import factors, sessions
from accounts.access import Access
from accounts.throttle import allow
from audit.actions import record
from config import clock
from config.forms import ClearwayForm

PREFIX = "step_up_"
_CONFIRMED = "confirmed_at"
_TRIES, _TRIES_SECONDS = 10, 300
_TOO_MANY = "That was tried too often. Wait five minutes and try again; what you typed stays on this page."


class StepUpForm(ClearwayForm):
    """One of the ways to show that it is still you. Names begin with `step_up_`, apart from all others."""

    mark_optional = False

    step_up_password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    step_up_code = forms.CharField(
        label="Or the 6 digits of your authenticator app",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    step_up_passkey = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20000)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = factors.kinds_of(user)
        if factors.passkey_only(user):
            del self.fields["step_up_password"]
        if "totp" not in self.kinds or factors.passkey_only(user):
            del self.fields["step_up_code"]
        if "webauthn" not in self.kinds:
            del self.fields["step_up_passkey"]


def since(request: HttpRequest) -> float:
    """Return when this session last proved who it is: at sign-in or at the last confirmation (epoch)."""
    session = request.session
    return max(float(session.get(sessions.STARTED, 0)), float(session.get(_CONFIRMED, 0)))


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the last proof is at most STEP_UP_MINUTES old, by the wall clock."""
    age = clock.real_now().timestamp() - since(request)
    return age <= timedelta(minutes=settings.STEP_UP_MINUTES).total_seconds()


def answer(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Return None when the view may run, or the page that asks first.

    Called for every request to a view that wants a fresh sign-in, after CSRF and permission were checked.
    """
    if request.method != "POST":
        return None if not access.export or is_fresh(request) else _ask(request)
    if any(name.startswith(PREFIX) for name in request.POST):
        return _judge(request, access)
    return None if is_fresh(request) else _ask(request)


def _judge(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Check what was given; go on with the original request when it is right."""
    form = StepUpForm(request.user, request.POST)
    form.is_valid()
    method = _method(form)
    if not method:
        return None if is_fresh(request) and not _asked_for_get(request) else _again(request, form, "")
    scope = "step_up_passkey" if method == "passkey" else "step_up"
    if not allow(scope, str(request.user.pk), _TRIES, _TRIES_SECONDS):
        return _again(request, form, _TOO_MANY, status=429)
    if not _right(request, form, method):
        record("account.confirm_failed", by=request.user, obj=request.user, method=method)
        return _again(request, form, _WRONG[method])
    _confirm(request, method)
    if access.export and _asked_for_get(request):
        return HttpResponseRedirect(request.get_full_path(), status=303)
    request.POST = _without_ours(request)  # type: ignore[assignment]
    return None


_WRONG = {
    "password": "That is not your password. Type it again",
    "code": "That code is not right, or was used before. Type the one that the app shows now",
    "passkey": "The passkey did not answer as expected. Try it again, or use another way",
}


def _method(form: StepUpForm) -> str:
    given = {name: form.cleaned_data.get(PREFIX + name) for name in ("passkey", "code", "password")}
    return next((name for name, value in given.items() if value), "")


def _right(request: HttpRequest, form: StepUpForm, method: str) -> bool:
    value = form.cleaned_data[PREFIX + method]
    if method == "passkey":
        return factors.right_passkey(request.user, value)
    if method == "code":
        return factors.right_code(request.user, value)
    return request.user.check_password(value)


def _confirm(request: HttpRequest, method: str) -> None:
    """Note the proof, in a session with a new key, so that a key overheard before is worth nothing."""
    sessions.rotate(request)
    request.session[_CONFIRMED] = clock.real_now().timestamp()
    record_authentication(request, request.user, "password" if method == "password" else "mfa")
    record("account.confirmed", by=request.user, obj=request.user, method=method)


def _asked_for_get(request: HttpRequest) -> bool:
    return request.POST.get(f"{PREFIX}get") == "1"


def _is_typed(name: str) -> bool:
    return not name.startswith(PREFIX) and name != "csrfmiddlewaretoken"


def _without_ours(request: HttpRequest) -> Any:
    """Return the original form's fields alone."""
    fields = request.POST.copy()
    for name in [name for name in fields if name.startswith(PREFIX)]:
        del fields[name]
    fields._mutable = False
    return fields


def _again(request: HttpRequest, form: StepUpForm, message: str, *, status: int = 422) -> HttpResponse:
    first = next((field.name for field in form.visible_fields()), None)
    form.add_error(first, message or "Give one of these")
    return _ask(request, form, status)


def _ask(request: HttpRequest, form: StepUpForm | None = None, status: int = 200) -> HttpResponse:
    """Show the page that asks, with all that was typed as hidden fields; files must be chosen again."""
    form = form or StepUpForm(request.user)
    typed = [(n, value) for n, values in request.POST.lists() if _is_typed(n) for value in values]
    files = [(name, len(request.FILES.getlist(name)) > 1) for name in request.FILES]
    page = {
        "form": form,
        "has_errors": status != 200,
        "typed": typed,
        "files": files or [(name, False) for name in request.POST.getlist(f"{PREFIX}file")],
        "of_get": request.method == "GET" or _asked_for_get(request),
        "address": request.get_full_path(),
        "back": _way_back(request),
        "minutes": settings.STEP_UP_MINUTES,
        "question": factors.passkey_question(request.user) if "webauthn" in form.kinds else None,
    }
    response = render(request, "accounts/step_up.html", page, status=status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def _way_back(request: HttpRequest) -> str:
    """Return the page that the form stood on, if it is ours."""
    back = request.POST.get(f"{PREFIX}back") or request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if ours else "/staff/"

"""One's own account: how one signs in, where one is signed in, and what changed."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts import factors, queries
from accounts.access import signed_in
from accounts.actions import notices, sessions
from accounts.sessions import seconds_left
from config import clock
from config.errors import Conflict
from config.methods import post_only


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show one's account."""
    kinds = factors.kinds_of(request.user)
    page = {
        "sessions": queries.sessions_of(request.user, request.session.session_key),
        "notices": queries.notices_of(request.user),
        "kinds": kinds,
        "advised_passkey": request.user.role in factors.ADVISED and "webauthn" not in kinds,
        "now": clock.real_now(),
    }
    return render(request, "accounts/home.html", page)


@signed_in
@post_only
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions."""
    try:
        sessions.end_own_session(by=request.user, session_id=session_id)
        messages.success(request, "That sign-in has ended.")
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    return redirect("account_home")


@signed_in
@post_only
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    sessions.end_other_sessions(by=request.user, here=request.session.session_key or "")
    messages.success(request, "You are signed in here only.")
    return redirect("account_home")


@signed_in
@post_only
def seen(request: HttpRequest) -> HttpResponse:
    """Note that the notices were read."""
    notices.mark_seen(by=request.user)
    return redirect("account_home")


@signed_in
def stay(request: HttpRequest) -> HttpResponse:
    """Stay signed in: a POST counts as use. A script may ask by GET how many seconds are left."""
    if request.method == "POST":
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=204)
        return render(request, "accounts/stay.html")
    return HttpResponse(str(seconds_left(request)), content_type="text/plain")


@signed_in
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Tell a page that is about to send a form who is signed in, with a token for the form."""
    return JsonResponse({"token": get_token(request), "me": str(request.user.pk)})


@signed_in
@require_safe
def unsaved(request: HttpRequest) -> HttpResponse:
    """Say that a form came after the sign-in had ended and nothing was saved; lead to where it stood."""
    return render(request, "accounts/unsaved.html", {"back": _back_to(request, request.GET.get("next", ""))})


def _back_to(request: HttpRequest, address: str) -> str:
    """An address of ours that opens by GET: this one, else its episode, else Today."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    try:
        match = resolve(urlsplit(address).path) if ours else None
    except Resolver404:
        match = None
    if match is None:
        return "/staff/"
    return _episode_of(match) if getattr(match.func, "post_only", False) else address


def _episode_of(match: ResolverMatch) -> str:
    episode = match.kwargs.get("episode_id")
    return reverse("intake:assessment", args=[episode]) if episode else "/staff/"

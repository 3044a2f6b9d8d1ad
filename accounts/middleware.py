"""Who gets in: deny by default, the second factor, and the two clocks of a session."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import factors, step_up
from accounts.sessions import SEEN, STARTED, note
from accounts.urls import ALLAUTH_ACCESS
from config import clock

GetResponse = Callable[[HttpRequest], HttpResponse]

# A session's last-seen time is written at most this often, so that reading pages stays cheap.
_WRITE_EVERY = 30


def _refreshes_itself(request: HttpRequest) -> bool:
    """Say whether the page asked, not a person: a list that polls must not keep a session alive."""
    return request.headers.get("X-Refresh") == "1"


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that idles too long or lasts too long (wall clock); keep the address to return to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            stamp = clock.real_now().timestamp()
            begins = STARTED not in request.session
            started = request.session.setdefault(STARTED, stamp)
            seen = request.session.setdefault(SEEN, stamp)
            too_long = stamp - started > settings.SESSION_ABSOLUTE_SECONDS
            if too_long or stamp - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
                request.session_expired = True  # type: ignore[attr-defined]
            elif begins or (stamp - seen > _WRITE_EVERY and not _refreshes_itself(request)):
                request.session[SEEN] = stamp
                note(request)
        return get_response(request)

    return middleware


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back; a part that refreshes itself takes the whole page there.

    What was sent is gone: the page after signing in says so, and opens what can be opened.
    """
    back = request.get_full_path()
    if request.method == "POST":
        back = reverse("account_unsaved", query={"next": back})
    answer = redirect_to_login(back)
    if request.headers.get("HX-Request") != "true":
        return answer
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url})


class DenyByDefault:
    """Refuses every view that does not say who may open it, and everyone whom it does not name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision is taken once the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Return None to let the view run; a redirect, 403 or 404 otherwise."""
        access = getattr(view, "access", None)
        if access is None and request.resolver_match:
            access = ALLAUTH_ACCESS.get(request.resolver_match.view_name)
        if access is None:
            raise Http404
        if access.kind in ("public", "link"):
            return None
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        if not request.path.startswith("/accounts/") and not factors.enough_for(request.user):
            return redirect("mfa_index")
        if access.permission and not request.user.has_perm(access.permission):
            raise PermissionDenied
        return step_up.answer(request, access) if access.fresh else None

"""Headers that every answer carries, and the check that a form came from one of our own pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponse]

CLEAR_BROWSER = '"cache", "storage"'
LONGEST_COOKIE = 4096
_STATIC_ANSWERS = (200, 206, 304)


def _is_static_file(request: HttpRequest, response: HttpResponse) -> bool:
    return request.path.startswith("/static/") and response.status_code in _STATIC_ANSWERS


def _is_public_page(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    return response.status_code == 200 and match is not None and match.namespace == "public"


def confidential_responses(get_response: GetResponse) -> GetResponse:
    """Forbid storing, indexing and embedding any answer, errors and redirects too; clear up after sign-out.

    Static files may be stored, and public pages may be found by a search engine if they say so themselves.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_static_file(request, response):
            return response
        response.headers["Cache-Control"] = "no-store, private"
        if not _is_public_page(request, response):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if request.path == "/accounts/logout/" and request.method == "POST":
            response.headers["Clear-Site-Data"] = CLEAR_BROWSER
        return response

    return middleware


def pages_for_buttons(get_response: GetResponse) -> GetResponse:
    """Give who opens an address that only takes what a button sends a page with a way back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "GET" or response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def readable_cookies(get_response: GetResponse) -> GetResponse:
    """Drop cookies that none of ours can be: PostgreSQL takes no NUL, and a crash is no answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        for name, value in [*request.COOKIES.items()]:
            if "\x00" in value or len(value) > LONGEST_COOKIE:
                del request.COOKIES[name]
        return get_response(request)

    return middleware


class FormProtection(CsrfViewMiddleware):
    """Django's protection of forms, for pages that tell nobody where a visitor came from.

    With `Referrer-Policy: no-referrer` a browser posts even our own forms with `Origin: null`. It says in
    `Sec-Fetch-Site`, which no page can write, whether the form was ours; a browser too old to say so is
    judged by the token alone, which another site can neither read nor plant (`__Host-` cookie).
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"
        return super()._origin_verified(request)

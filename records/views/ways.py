"""Where to go on: the address that a task was begun for; and what was sent."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def next_of(request: HttpRequest) -> str:
    """Return the address in `next` when it is one of ours, else an empty text."""
    wanted = request.GET.get("next", "")
    ours = wanted.startswith("/staff/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""


def way(request: HttpRequest, name: str, *args: object) -> str:
    """Return the address of a page, carrying `next` along."""
    wanted = next_of(request)
    return reverse(name, args=args) + (f"?{urlencode({'next': wanted})}" if wanted else "")


def go(request: HttpRequest, name: str, *args: object) -> HttpResponseRedirect:
    """Redirect to a page, carrying `next` along."""
    return HttpResponseRedirect(way(request, name, *args))


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, also when it is empty, or None for a page that is only opened."""
    return request.POST if request.method == "POST" else None

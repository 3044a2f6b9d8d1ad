"""Today: what needs me now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import signed_in
from config import clock


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for this user, most urgent first."""
    return render(request, "desk/today.html", {"now": clock.now()})

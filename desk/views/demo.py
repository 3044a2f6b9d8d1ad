"""The demo clock. Its address exists in demo mode only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import signed_in
from config.methods import post_only
from desk.demo.clock import move
from desk.forms import DemoClockForm


@signed_in
@post_only
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the clock for everybody and go back to the page it was moved from."""
    form = DemoClockForm(request.POST)
    if form.is_valid():
        move(by=request.user, step=form.cleaned_data["step"])
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/staff/")
    return redirect(back if safe else "desk:today")

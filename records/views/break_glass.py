"""Closing a record that was opened in an emergency."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import staff
from config.methods import post_only
from records.actions.break_glass import close_emergency
from records.break_glass import SESSION_KEY


@staff("records.break_glass")
@post_only
def close(request: HttpRequest) -> HttpResponse:
    """Close it now."""
    close_emergency(by=request.user)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, "The record is closed.")
    return redirect("desk:today")

"""Someone asks about a person: the one sentence, and a message. No search, for there is nothing to say."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.forms import render_form
from intake.actions.inquiries import log_inquiry
from intake.forms.inquiries import InquiryForm
from intake.views.common import posted


@staff("intake.request_call")
@require_http_methods(["GET", "POST"])
def inquiry(request: HttpRequest) -> HttpResponse:
    """Show what to say to everybody, log the call, and keep a message."""
    form = InquiryForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        log_inquiry(
            by=request.user, message=given["message"], language=given["language"],
            submit_key=given["submit_key"],
        )  # fmt: skip
        kept = "The call is logged, and the message is kept." if given["message"] else "The call is logged."
        messages.success(request, kept)
        return redirect("intake:request-list")
    return render_form(request, "intake/inquiry.html", {}, form)

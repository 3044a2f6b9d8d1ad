"""Messages that could not be delivered: whom they were for, why, and one more try."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import staff
from config import clock
from config.methods import post_only
from outbox.actions import try_again
from outbox.queries import failed_messages_for

PAGE = 100
WORDS = {
    "intake.request_received": "A new request is waiting",
    "intake.request_urgent": "Call now: a request is urgent",
    "intake.request_amended": "A request was changed by its sender",
    "intake.request_overdue": "A promised call is overdue",
    "accounts.link": "A colleague's link to their account",
    "accounts.told": "A colleague's account changed",
    "records.incident_opened": "An incident was reported",
    "records.incident_due": "A deadline after an incident comes near",
    "records.complaint_received": "A complaint about privacy waits",
    "programs.ends_soon": "A medical clearance ends soon",
    "records.withdrawal_notice": "A receiver learns that a consent ended",
    "partner.link_sent": "A link for a partner",
    "partner.code_sent": "A code for a partner, to another address than the link",
    "referrals.directory_import": "A part of a partner directory is loaded",
    "partner.offer_ended": "An offer to a partner ended",
    "partner.news": "Something new waits for a partner",
    "partner.newer_packet": "A newer version of a packet waits for a partner",
    "referrals.partner_answered": "A partner did something about a referral",
    "referrals.overdue": "A referral is overdue",
}


@staff("desk.messages_handle")
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """List what was given up, newest first. Shows ids and mailboxes of staff and partners, no names."""
    found = list(failed_messages_for(request.user)[: PAGE + 1])
    page = {
        "rows": [(one, WORDS.get(one.kind, one.kind), sorted(one.ids.items())) for one in found[:PAGE]],
        "more": len(found) > PAGE,
        "now": clock.now(),
    }
    return render(request, "desk/messages.html", page)


@staff("desk.messages_handle")
@post_only
def retry(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Put one message back in line."""
    message = get_object_or_404(failed_messages_for(request.user), pk=message_id)
    try_again(message=message, by=request.user)
    messages.success(request, "The message is in line again. If it fails again, it comes back to this list.")
    return redirect("desk:messages")

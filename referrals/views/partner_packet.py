"""The packet for a partner that accepted: as page, PDF or FHIR. Each opening is by POST and written down."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from accounts.access import link
from config.errors import Conflict
from config.methods import post_only
from records.choices import Medium
from records.disclose import NotPermitted
from referrals.actions.packets import open_packet
from referrals.choices import HELD
from referrals.packet_papers import page_of
from referrals.queries import newest_packet
from referrals.views.packet_files import file_of
from referrals.views.session import Visit, for_visitors, gone


@link
@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def packet_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the packet after acceptance: through the door, with notice and consent copy.

    Opening it is written down, so a GET only shows the button, and says nothing about anyone.
    """
    offer = visit.offer
    if offer.status not in HELD:
        return gone(request)
    if request.method != "POST":
        return render(
            request,
            "referrals/partner/packet_closed.html",
            {"offer": offer, "now": visit.now, "record": newest_packet(offer)},
        )
    try:
        packet = open_packet(
            offer_id=offer.pk, medium=Medium.LINK_PAGE, shape="page", by=visit.by, now=visit.now
        )
    except (NotPermitted, Conflict):
        return gone(request)
    return render(
        request, "referrals/partner/packet.html", {"offer": offer, "now": visit.now} | page_of(packet)
    )


def _file(shape: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, visit: Visit) -> HttpResponse:
        try:
            packet = open_packet(
                offer_id=visit.offer.pk, medium=Medium.LINK_PAGE, shape=shape, by=visit.by, now=visit.now
            )
        except (NotPermitted, Conflict):
            return gone(request)
        return file_of(packet, shape, translation.get_language() or "en")

    view.__name__ = f"packet_{shape}"
    view.__doc__ = f"Give the packet as an attachment ({shape}), through the door."
    return link(post_only(for_visitors(view)))


packet_pdf, packet_fhir = _file("pdf"), _file("fhir")

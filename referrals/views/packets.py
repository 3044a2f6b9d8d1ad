"""The packet of an offer for staff: its versions, to print, to fax, as FHIR, and what went by fax."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.methods import post_only
from config.templatetags.ui import phone_display
from records.choices import Medium
from records.disclose import NotPermitted
from referrals.actions import packets
from referrals.choices import HELD, LIVE
from referrals.forms.packets import FaxForm
from referrals.models import Offer
from referrals.packet_papers import page_of
from referrals.queries import faxes_of, offers_for
from referrals.views.common import conflicted, take
from referrals.views.packet_files import file_of


def _offer(request: HttpRequest, offer_id: UUID) -> Offer:
    offer: Offer = get_object_or_404(offers_for(request.user), pk=offer_id)
    record_view(by=request.user, person=offer.referral.episode.person, what="packets", obj=offer)
    return offer


def _page(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    versions = list(offer.packets.defer("content").order_by("-version"))
    return {
        "offer": offer,
        "referral": offer.referral,
        "person": offer.referral.episode.person,
        "facility": offer.facility,
        "versions": versions,
        "faxes": faxes_of(offer),
        "fax_form": FaxForm(initial={"number": phone_display(offer.facility.fax)}) if versions else None,
        "may_open": offer.status in HELD
        and offer.consent_ended_at is None
        and request.user.has_perm("referrals.offer_send"),
        "may_log": offer.status in LIVE and request.user.has_perm("referrals.offer_record"),
        "now": clock.now(),
    }


@staff("referrals.view")
@require_safe
def packet_list(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show which versions left and what was faxed, and the ways to open one; nothing of the content."""
    return render(request, "referrals/packets.html", _page(request, _offer(request, offer_id)))


def _opened(
    request: HttpRequest, offer_id: UUID, shape: str, show: Callable[[Offer, Any], HttpResponse], **more: Any
) -> HttpResponse:
    offer = _offer(request, offer_id)
    try:
        packet = packets.open_packet(
            offer_id=offer.pk, medium=Medium.FAX, shape=shape, by=request.user, now=clock.now(), **more
        )
    except Conflict as conflict:
        return conflicted(request, conflict, reverse("referrals:offer", args=[offer.pk]))
    except (NotPermitted, Refused) as refused:
        page = {**_page(request, offer), "refused": refused.message}
        return render(request, "referrals/packets.html", page, status=422)
    return show(offer, packet)


@staff("referrals.offer_send", fresh=True)
@post_only
def print_packet(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Open the door for a packet on paper, for a partner that accepted by phone or fax."""
    return _opened(
        request, offer_id, "page",
        lambda offer, packet: render(
            request, "referrals/packet_print.html", {"offer": offer, "now": clock.now()} | page_of(packet)
        ),
    )  # fmt: skip


@staff("referrals.offer_send", fresh=True)
@post_only
def packet_pdf(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Give staff the packet as a PDF with its cover sheet, to fax."""
    return _opened(request, offer_id, "pdf", lambda _offer, packet: file_of(packet, "pdf"))


@staff("referrals.offer_send", fresh=True)
@post_only
def packet_fhir(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Give staff the packet as FHIR, for a partner whose system reads it."""
    return _opened(request, offer_id, "fhir", lambda _offer, packet: file_of(packet, "fhir"))


@staff("referrals.offer_send", fresh=True)
@post_only
def packet_newer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Make the next version from what is known now. The partner sees it in place of the one before."""
    url = reverse("referrals:offer-packets", args=[offer_id])
    return _opened(request, offer_id, "newer", lambda _offer, _packet: redirect(url), newer=True)


@staff("referrals.offer_record")
@post_only
def log_fax(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Write down that the newest version went by fax, and how that went."""
    offer = _offer(request, offer_id)
    newest = offer.packets.defer("content").order_by("-version").first()
    url = reverse("referrals:offer-packets", args=[offer.pk])
    if newest is None:
        return conflicted(request, Conflict("Nothing was made for this partner yet."), url)
    form = FaxForm(request.POST)
    return take(
        request, form=form, template="referrals/packets.html",
        page={**_page(request, offer), "fax_form": form}, scope="packet.fax", url=url,
        action=lambda given: packets.log_fax(
            packet_id=newest.pk, by=request.user, now=clock.now(), **given
        ),
    )  # fmt: skip

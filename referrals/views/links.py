"""A new link for an offer: its form, which stands on several pages, and what became of each link."""

from typing import Any

from referrals.forms.staff import NewLinkForm, contact_words
from referrals.models import PartnerLink
from referrals.queries import code_contacts


def links_of(offer: Any) -> list[PartnerLink]:
    """Return the links of an offer, the newest first, each with the words for where its code went."""
    links = list(offer.links.select_related("code_contact").order_by("-made_at"))
    for link in links:
        link.code_went_to = contact_words(link.code_contact) if link.code_contact else ""
    return links


def link_form(offer: Any, data: Any = None) -> NewLinkForm:
    """Return the form for a new link of an offer."""
    contacts = code_contacts([offer.facility]).get(offer.facility_id, [])
    return NewLinkForm(data, contacts=contacts)

"""A kept packet as a file. The name says nothing; no cache keeps it."""

import json

from django.http import HttpResponse
from django.utils import translation

from config.pdf import pdf_response
from config.spreadsheet import attachment
from referrals.fhir.bundle import bundle
from referrals.models import Packet
from referrals.packet_papers import pdf_of

FHIR_JSON = "application/fhir+json"


def json_of(packet: Packet) -> bytes:
    """Return a packet as FHIR JSON, in English whatever the page around it is in."""
    with translation.override("en"):
        made = bundle(packet.content, str(packet.pk))
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def file_of(packet: Packet, shape: str, language: str = "en") -> HttpResponse:
    """Return a packet as a "pdf" (its own words in `language`) or "fhir" attachment."""
    if shape == "pdf":
        return pdf_response(pdf_of(packet, language), "packet")
    return attachment(json_of(packet), FHIR_JSON, "packet.json")

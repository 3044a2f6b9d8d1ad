"""The consent, its copy, and who made the packet."""

import base64
import hashlib
from typing import Any

from referrals.fhir.base import Doc, Resource, lines_of, readable
from referrals.fhir.people import CENTER, PARTNER
from referrals.fhir.terms import (
    ACT_CODE,
    ACT_REASON,
    LOINC,
    OURS,
    PURPOSES,
    THO,
    URN,
    US_CORE_CODES,
    coding,
    concept,
)
from referrals.packet_papers import consent_pdf

PART2 = "https://www.ecfr.gov/current/title-42/part-2"
PATIENT_CONSENT = (LOINC, "59284-0", "Patient Consent")


def consent_copy(doc: Doc) -> Resource:
    """Return the copy of the consent that goes along (42 CFR 2.32(b)), as a PDF within the document."""
    data = consent_pdf(doc.content)
    signed_at = doc.content["consent"]["signed_at"]
    kind = (f"{US_CORE_CODES}us-core-documentreference-category", "clinical-note", "Clinical Note")
    return doc.resource(
        "DocumentReference", told=["Copy of the written consent"], profile="documentreference",
        identifier=[{"system": URN, "value": f"urn:uuid:{doc.id('DocumentReference')}"}],
        status="current", docStatus="final", type=concept("Consent", PATIENT_CONSENT),
        category=[concept("Clinical Note", kind)],
        subject=doc.ref("Patient"), date=signed_at, author=[doc.ref("Organization", CENTER)],
        custodian=doc.ref("Organization", CENTER),
        content=[{
            "attachment": {
                "contentType": "application/pdf", "language": doc.content["consent"]["language"],
                "data": base64.b64encode(data).decode(), "size": len(data),
                "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
                "title": "Consent", "creation": signed_at,
            },
        }],
    )  # fmt: skip


def _agreed(doc: Doc) -> dict[str, Any]:
    """Return the patient as who agreed, where the patient signed.

    Whoever signed for the patient, or a minor's parent beside them, is named by the copy alone: we hold
    nothing about them that a resource of their own would need.
    """
    told = doc.content["consent"]
    confirmed = {"verified": True, "verificationDate": told["signed_at"]}
    if told.get("signer", "person") != "person":
        return {"verification": [confirmed]}
    patient = doc.ref("Patient")
    return {"performer": [patient], "verification": [{**confirmed, "verifiedWith": patient}]}


def consent(doc: Doc) -> Resource:
    """Return the consent as data: who may give what to whom, why and until when (42 CFR 2.31)."""
    told = doc.content["consent"]
    purposes = [coding(ACT_REASON, *PURPOSES[one]) for one in told["purposes"] if one in PURPOSES]
    until = {"end": told["until"]} if told["until"] else {}
    return doc.resource(
        "Consent", told=[told["scope"]],
        identifier=[{"system": f"{OURS}consent", "value": told["id"]}],
        status="active",
        scope=concept("Privacy", (f"{THO}consentscope", "patient-privacy", "Privacy Consent")),
        category=[
            concept("Consent", PATIENT_CONSENT),
            concept("Disclosure", (ACT_CODE, "IDSCL", "information disclosure")),
        ],
        patient=doc.ref("Patient"), dateTime=told["signed_at"],
        organization=[doc.ref("Organization", CENTER)], sourceReference=doc.ref("DocumentReference"),
        policy=[{"authority": "https://www.hhs.gov", "uri": PART2}],
        policyRule=concept("42 CFR part 2, written consent", (ACT_CODE, "42CFRPart2", "42 CFR Part2")),
        **_agreed(doc),
        provision={
            "type": "permit", "period": {"start": told["signed_at"], **until},
            "actor": [
                _actor(doc, "CST", "custodian", CENTER),
                _actor(doc, "IRCP", "information recipient", PARTNER),
            ],
            "action": [concept("Disclose", (f"{THO}consentaction", "disclose", "Disclose"))],
            "securityLabel": [
                coding(f"{THO}v3-Confidentiality", "R", "restricted"),
                coding(ACT_CODE, "SUD", "substance use disorder information sensitivity"),
            ],
            **({"purpose": purposes} if purposes else {}),
            "data": [{"meaning": "dependents", "reference": doc.ref("ServiceRequest")}],
        },
    )  # fmt: skip


def _actor(doc: Doc, code: str, display: str, which: str) -> dict:
    role = concept(display, (f"{THO}v3-ParticipationType", code, display))
    return {"role": role, "reference": doc.ref("Organization", which)}


def notice_lines(doc: Doc) -> list[str]:
    """Return what has to be read before anything else: the notice of 42 CFR 2.32, then what was agreed to."""
    told = doc.content
    return [
        *lines_of(told["notice"]), readable(told["short_notice"]), readable(told["redisclosure"]),
        *map(readable, told["notices"]), readable(told["consent"]["scope"]),
    ]  # fmt: skip


def provenance(doc: Doc) -> Resource:
    """Return who made the packet and who sent it."""
    return doc.resource(
        "Provenance", told=[f"Made and sent by {doc.content['center']['name']}"], profile="provenance",
        target=[doc.ref(one) for one in ("Composition", "ServiceRequest", "Consent")],
        recorded=doc.made_at,
        activity=concept("Made", (f"{THO}v3-DataOperation", "CREATE", "create")),
        agent=[
            {
                "type": concept("Author", (f"{THO}provenance-participant-type", "author", "Author")),
                "who": doc.ref("Practitioner"), "onBehalfOf": doc.ref("Organization", CENTER),
            },
            {
                "type": concept(
                    "Transmitter",
                    (f"{US_CORE_CODES}us-core-provenance-participant-type", "transmitter", "Transmitter"),
                ),
                "who": doc.ref("Organization", CENTER),
            },
        ],
    )  # fmt: skip

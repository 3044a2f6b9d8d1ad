"""The document: a Composition first, then everything that it leads to. Equal content gives equal bytes."""

from typing import Any
from uuid import UUID

from records.choices import Category
from referrals.fhir import clinical, legal, loop, people
from referrals.fhir.base import Content, Doc, Resource, document_labels, narrative, readable
from referrals.fhir.terms import LOINC, OURS, THO, URN, concept

TITLE = "Referral packet"


def bundle(content: Content, packet_id: str) -> Resource:
    """Return the packet's content as a FHIR R4 document Bundle (US Core 6.1.0 where it has a profile)."""
    doc = Doc(content, UUID(packet_id))
    body, sections = _body(doc)
    entries = [_composition(doc, sections), *body]
    return {
        "resourceType": "Bundle",
        "id": packet_id,
        "meta": {"security": document_labels(content)},
        "identifier": {"system": URN, "value": f"urn:uuid:{packet_id}"},
        "type": "document",
        "timestamp": doc.made_at,
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in entries],
    }


def _body(doc: Doc) -> tuple[list[Resource], list[Content]]:
    """Return all resources but the Composition, and its sections."""
    problems, answers = clinical.conditions(doc), clinical.answers(doc)
    scores, vitals = clinical.scores(doc), clinical.vitals(doc)
    medicines, allergies = clinical.medicines(doc), clinical.allergies(doc)
    pregnancy, plans = clinical.pregnancy(doc), clinical.coverage(doc)
    known = [*answers, *scores, *vitals, *medicines, *allergies, *pregnancy]
    need = loop.service_request(doc, problems, plans, known)
    task = loop.task(doc, answers)
    consent, copy = legal.consent(doc), legal.consent_copy(doc)
    body = [
        people.patient(doc), *people.organizations(doc), *people.staff(doc), *people.encounter(doc),
        *problems, *known, *plans, copy, consent, need, task, legal.provenance(doc),
    ]  # fmt: skip
    sections = [
        _section(
            doc, "Notice and consent", "59284-0", "Patient Consent", legal.notice_lines(doc), [consent, copy]
        ),
        _section(
            doc, "Reason for referral", "42349-1", "Reason for referral (narrative)", _glance(doc),
            [need, task],
        ),
        *_of(doc, ["identity", "contact", "presence"], "Person", "", "", []),
        *_of(doc, ["substance_use"], "Substance use", "11450-4", "Problem list - Reported", problems),
        *_of(doc, ["mental_health"], "Mental health", "", "", _named(scores, doc, "mental_health")),
        *_of(doc, ["health"], "Physical health", "8716-3", "Vital signs", vitals),
        *_of(doc, ["medications"], "Medicines", "10160-0", "History of Medication use Narrative", medicines),
        *_allergy_section(doc, allergies),
        *_of(doc, ["pregnancy"], "Pregnancy", "10162-6", "History of pregnancies Narrative", pregnancy),
        *_of(
            doc, ["social"], "Home, family and work", "29762-2", "Social history Narrative",
            _named(scores, doc, "social"),
        ),
        *_of(doc, ["insurance"], "Payment", "48768-6", "Payment sources Document", plans),
        *([_section(doc, "Answers", "", "", ["Every answer that was shared"], answers)] if answers else []),
    ]  # fmt: skip
    rest = _named(scores, doc, "substance_use")
    if rest:
        sections.append(
            _section(
                doc,
                "Screening",
                "29762-2",
                "Social history Narrative",
                ["Results of screening instruments"],
                rest,
            )
        )
    return body, sections


def _named(scores: list[Resource], doc: Doc, category: str) -> list[Resource]:
    wanted = {
        doc.id("Observation", category, readable(one["label"]))
        for one in (doc.part(category) or {}).get("scores", [])
    }
    return [one for one in scores if one["id"] in wanted]


def _glance(doc: Doc) -> list[str]:
    told = doc.content["referral"]
    return [
        f"Referral {told['reference']}",
        *(f"{heading}: {'; '.join(lines)}" for heading, lines in told["card"]),
    ]


def _of(
    doc: Doc, categories: list[str], title: str, code: str, display: str, entries: list[Resource]
) -> list[Content]:  # fmt: skip
    """A section with all that left of these categories in words; none when none of them left."""
    parts = [part for one in Category if one in categories and (part := doc.part(one)) is not None]
    lines = [f"{label}: {text}" for part in parts for label, text in part["rows"]]
    if not parts:
        return []
    return [_section(doc, title, code, display, lines or ["Nothing was asked"], entries)]


def _allergy_section(doc: Doc, allergies: list[Resource]) -> list[Content]:
    if doc.part("medications") is None:
        return []
    code = ("48765-2", "Allergies and adverse reactions Document")
    if allergies:
        lines = [one["code"]["text"] for one in allergies]
        return [_section(doc, "Allergies", *code, lines, allergies)]
    unasked = concept("Not known", (f"{THO}list-empty-reason", "unavailable", "Unavailable"))
    return [_section(doc, "Allergies", *code, ["Not known"], []) | {"emptyReason": unasked}]


def _section(
    doc: Doc, title: str, code: str, display: str, lines: list[str], entries: list[Resource]
) -> Content:  # fmt: skip
    made: dict[str, Any] = {
        "title": title,
        "code": concept(title, (LOINC, code, display)) if code else {},
        "text": narrative(lines),
        "entry": clinical.refs(doc, entries),
    }
    return {name: value for name, value in made.items() if value}


def _composition(doc: Doc, sections: list[Content]) -> Resource:
    told, version = doc.content["referral"], doc.content["version"]
    packet = {"system": f"{OURS}packet", "value": f"{told['reference']}/packet/{version}"}
    earlier = {"system": f"{OURS}packet", "value": f"{told['reference']}/packet/{version - 1}"}
    made = doc.resource(
        "Composition", told=[TITLE, doc.content["short_notice"]], language="en",
        identifier=packet, status="final",
        type=concept("Referral note", (LOINC, "57133-1", "Referral note")),
        subject=doc.ref("Patient"),
        encounter=doc.ref("Encounter") if doc.part("presence") is not None else {},
        date=doc.made_at, author=[doc.ref("PractitionerRole")], title=TITLE, confidentiality="R",
        attester=[{"mode": "official", "time": doc.made_at, "party": doc.ref("Organization", people.CENTER)}],
        custodian=doc.ref("Organization", people.CENTER),
        relatesTo=[{"code": "replaces", "targetIdentifier": earlier}] if version > 1 else [],
        section=sections,
    )  # fmt: skip
    made["meta"]["security"] = document_labels(doc.content)
    return made

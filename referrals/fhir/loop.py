"""The need and its loop: one ServiceRequest for the referral, one Task for this partner's offer."""

from intake.choices_contact import MessageRule
from referrals.choices import Level, OfferStatus
from referrals.fhir.base import Content, Doc, Resource, readable
from referrals.fhir.clinical import refs
from referrals.fhir.people import CENTER, PARTNER
from referrals.fhir.terms import (
    BSER_STATUS,
    BSER_WORDS,
    GRAVITY,
    OUR_STATUS,
    OURS,
    SNOMED,
    TASK_CODE,
    TASK_STATUS,
    THO,
    concept,
)

PLACER = (f"{THO}v2-0203", "PLAC", "Placer Identifier")
FILLER = (f"{THO}v2-0203", "FILL", "Filler Identifier")
NOT_SEEN = "The person had not arrived when this was made."
DETOX = (SNOMED, "182969009", "Dependent drug detoxification (regime/therapy)")
REFERRAL = (SNOMED, "3457005", "Patient referral (procedure)")


def _placer(doc: Doc, system: str, value: str) -> dict:
    return {
        "type": concept("Placer", PLACER),
        "system": OURS + system,
        "value": value,
        "assigner": doc.ref("Organization", CENTER),
    }


def _filler(doc: Doc) -> list[dict]:
    """Return the partner's own number for this person, where it gave one."""
    value = doc.content["referral"].get("filler", "")
    if not value:
        return []
    given = {
        "type": concept("Filler", FILLER),
        "system": f"{OURS}partner-reference",
        "value": readable(value),
    }
    return [given | {"assigner": doc.ref("Organization", PARTNER)}]


def service_request(
    doc: Doc, problems: list[Resource], plans: list[Resource], known: list[Resource]
) -> Resource:  # fmt: skip
    """Return what is asked for; without a consent to the substances, only that somebody is referred."""
    told = doc.content["referral"]
    level = str(Level(told["level"]).label) if told["level"] else "Referral"
    code = concept(level, *([DETOX] if told["level"] == "detox" else [REFERRAL] if not told["level"] else []))
    window = {
        name: told[key] for name, key in (("start", "arrival_from"), ("end", "arrival_until")) if told[key]
    }
    return doc.resource(
        "ServiceRequest", told=[f"Referral {told['reference']}: {level}"], profile="servicerequest",
        identifier=[_placer(doc, "referral", told["reference"])], status="active", intent="order",
        category=[concept("Referral", REFERRAL)], priority="urgent" if told["urgent"] else "routine",
        code=code, subject=doc.ref("Patient"), encounter=_encounter(doc), occurrencePeriod=window,
        authoredOn=told["sent_at"] or doc.made_at, requester=doc.ref("PractitionerRole"),
        performer=[doc.ref("Organization", PARTNER)],
        reasonCode=[] if problems else [concept("See the sections of this document")], note=_notes(doc),
        reasonReference=refs(doc, problems), insurance=refs(doc, plans),
        supportingInfo=[doc.ref("Consent"), *refs(doc, known)],
    )  # fmt: skip


def _notes(doc: Doc) -> list[Content]:
    """Return what has to be known before anybody calls the person."""
    rule = (doc.part("contact") or {}).get("messages", "")
    return [{"text": str(MessageRule(rule).label)}] if rule else []


def _encounter(doc: Doc) -> dict:
    return doc.ref("Encounter") if doc.part("presence") is not None else {}


def task(doc: Doc, known: list[Resource]) -> Resource:
    """Return where the offer to this partner stood when the packet was made."""
    told = doc.content["referral"]
    status, bser, ours = TASK_STATUS.get(told["status"], ("in-progress", "", told["status"]))
    words = str(OfferStatus(told["status"]).label)
    codes = [(BSER_STATUS, bser, BSER_WORDS[bser])] if bser else []
    missed = status == "in-progress" and told["status"] == OfferStatus.NO_SHOW
    wanted = {"repetitions": 1, "period": {"end": told["answer_by"]}} if told["answer_by"] else {}
    more = concept("More", (GRAVITY, "additional-content", "Additional Content"))
    return doc.resource(
        "Task", told=[f"Referral {told['reference']}: {words}"],
        identifier=[_placer(doc, "offer", told["offer"]), *_filler(doc)],
        groupIdentifier={"system": f"{OURS}referral", "value": told["reference"]},
        status=status, businessStatus=concept(words, *codes, (OUR_STATUS, ours, words)), intent="order",
        statusReason={"text": NOT_SEEN} if missed else {},
        priority="urgent" if told["urgent"] else "routine",
        code=concept("Fulfill", (TASK_CODE, "fulfill", "Fulfill the focal request")),
        description=readable(f"Referral {told['reference']}"), focus=doc.ref("ServiceRequest"),
        encounter=_encounter(doc), authoredOn=told["sent_at"] or doc.made_at, lastModified=doc.made_at,
        executionPeriod={"start": told["sent_at"]} if told["sent_at"] else {},
        requester=doc.ref("PractitionerRole"), owner=doc.ref("Organization", PARTNER), restriction=wanted,
        input=[{"type": more, "valueReference": one} for one in refs(doc, known)],
        **{"for": doc.ref("Patient")},
    )  # fmt: skip

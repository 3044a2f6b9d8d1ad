"""For every rule that a packet touches, a change that breaks it: what HL7's invariants must notice.

A change works on one resource (of US Core's profile) or on the whole document (R4's own rules).
"""

from collections.abc import Callable
from typing import Any

from tests.referrals.fhir.checks import of_kind

Change = Callable[[dict[str, Any]], Any]
NPI = "http://hl7.org/fhir/sid/us-npi"
NOBODY = {"reference": "urn:uuid:nobody"}


def drop(*path: Any) -> Change:
    """Take what stands at a path away."""
    return lambda one: _at(one, path[:-1]).pop(path[-1])


def put(value: Any, *path: Any) -> Change:
    """Put a value where something else stands, or nothing."""

    def change(one: dict[str, Any]) -> None:
        _at(one, path[:-1])[path[-1]] = value

    return change


def add(value: Any, *path: Any) -> Change:
    """Put one more into a list."""
    return lambda one: _at(one, path).append(value)


def both(*changes: Change) -> Change:
    """Make several changes."""
    return lambda one: [change(one) for change in changes]


def of(kind: str, change: Change, which: int = 0) -> Change:
    """Change one resource of a document."""
    return lambda bundle: change(of_kind(bundle, kind)[which])


def _at(one: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        one = one[step]
    return one


_HELD = {"resourceType": "Organization", "id": "held", "name": "Held"}
_VERIFIED = "http://terminology.hl7.org/CodeSystem/"
_WRONG = {"coding": [{"system": f"{_VERIFIED}condition-ver-status", "code": "entered-in-error"}]}
_ALLERGY_WRONG = {
    "coding": [{"system": f"{_VERIFIED}allergyintolerance-verification", "code": "entered-in-error"}]
}


def _held(**more: Any) -> Change:
    return of("Patient", put([_HELD | more], "contained"))


def _unheld(code: str) -> Change:
    scope = {"coding": [{"system": "something", "code": code}]}
    return of("Consent", both(drop("patient"), put(scope, "scope")))


R4: dict[str, Change] = {
    "ait-1": of("AllergyIntolerance", drop("clinicalStatus")),
    "ait-2": of("AllergyIntolerance", put(_ALLERGY_WRONG, "verificationStatus")),
    "att-1": of("DocumentReference", drop("content", 0, "attachment", "contentType")),
    "bdl-1": put(3, "total"),
    "bdl-2": put({"mode": "match"}, "entry", 0, "search"),
    "bdl-3": put({"method": "PUT", "url": "Patient"}, "entry", 0, "request"),
    "bdl-4": put({"status": "200"}, "entry", 0, "response"),
    "bdl-5": drop("entry", 0, "resource"),
    "bdl-7": lambda bundle: bundle["entry"].append(bundle["entry"][-1]),
    "bdl-8": put("http://center.example/Patient/1/_history/2", "entry", 1, "fullUrl"),
    "bdl-9": drop("identifier", "value"),
    "bdl-10": drop("timestamp"),
    "bdl-11": lambda bundle: bundle["entry"].reverse(),
    "bdl-12": put("message", "type"),
    "cmp-1": of("Composition", put({"title": "Nothing"}, "section", 0)),
    "cmp-2": of("Composition", put({"text": "None"}, "section", 0, "emptyReason")),
    "con-4": of("Condition", put("2026-01-01", "abatementDateTime")),
    "con-5": of("Condition", put(_WRONG, "verificationStatus")),
    "cpt-2": of("PractitionerRole", drop("telecom", 0, "system")),
    "dom-2": _held(contained=[_HELD]),
    "dom-3": _held(),
    "dom-4": _held(meta={"versionId": "2"}),
    "dom-5": _held(meta={"security": [{"code": "R"}]}),
    "dom-6": of("Task", drop("text")),
    "ele-1": of("Patient", put({}, "maritalStatus")),
    "ext-1": of("Patient", put([{"url": "http://center.example/nothing"}], "extension")),
    "inv-1": of("Task", put("2020-01-01", "lastModified")),
    "obs-6": lambda bundle: next(
        one for one in of_kind(bundle, "Observation") if "valueQuantity" in one
    ).update(dataAbsentReason={"text": "Unknown"}),
    "obs-7": lambda bundle: _pressure_again(next(
        one for one in of_kind(bundle, "Observation") if "component" in one
    )),
    "org-1": of("Organization", both(drop("name"), put([], "identifier"))),
    "org-3": of("Organization", put("home", "telecom", 0, "use")),
    "per-1": of("Consent", put("2020-01-01", "provision", "period", "end")),
    "ppc-1": of("Consent", both(drop("policy"), drop("policyRule"))),
    "ppc-2": _unheld("patient-privacy"),
    "ppc-3": _unheld("research"),
    "ppc-4": _unheld("adr"),
    "ppc-5": _unheld("treatment"),
    "prr-1": of("ServiceRequest", both(drop("code"), put([{"text": "More"}], "orderDetail"))),
    "qrs-1": of("QuestionnaireResponse", put([{"valueString": "x"}], "item", 0, "answer")),
    "qty-3": lambda bundle: next(
        one for one in of_kind(bundle, "Observation") if "valueQuantity" in one
    )["valueQuantity"].pop("system"),
    "ref-1": of("Task", put("#nobody", "owner", "reference")),
    "txt-1": of("Task", put('<div xmlns="http://www.w3.org/1999/xhtml"><script/>x</div>', "text", "div")),
    "txt-2": of("Task", put('<div xmlns="http://www.w3.org/1999/xhtml"> </div>', "text", "div")),
    "vs-1": lambda bundle: _vital(bundle, "heart-rate").update(effectiveDateTime="2026-07"),
    "vs-2": lambda bundle: _vital(bundle, "heart-rate").pop("valueQuantity"),
    "vs-3": lambda bundle: _vital(bundle, "blood-pressure")["component"][0].pop("valueQuantity"),
}  # fmt: skip


def _pressure_again(one: dict[str, Any]) -> None:
    """Give a blood pressure a value, and a part that is coded as the whole."""
    one["valueString"] = "120/80"
    one["component"][0]["code"] = one["code"]


def _vital(bundle: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in of_kind(bundle, "Observation") if one["meta"]["profile"][0].endswith(name))


_SUBJECT = put(NOBODY, "subject")
_NPI_LENGTH = put([{"system": NPI, "value": "12345"}], "identifier")
_NPI_DIGIT = put([{"system": NPI, "value": "1234567890"}], "identifier")
_CODE = put("0-0", "code", "coding", 0, "code")
_VITAL: dict[str, Change] = {
    "us-core-vital-signs": put("survey", "category", 0, "coding", 0, "code"),
    "us-core-vital-signs-subject": _SUBJECT,
    "code": _CODE,
}
_MEASURED = _VITAL | {"value": drop("valueQuantity", "unit")}

US: dict[str, dict[str, Change]] = {
    "patient": {
        "identifier": drop("identifier", 0, "value"),
        "name": put([], "name"),
        "us-core-6": put([{"text": "Jordan"}], "name"),
        "telecom": drop("telecom", 0, "value"),
        "gender": drop("gender"),
        "communication": put([{"preferred": True}], "communication"),
    },
    "organization": {
        "us-core-16": _NPI_LENGTH,
        "us-core-17": _NPI_DIGIT,
        "active": drop("active"),
        "name": drop("name"),
        "address": put([{"line": ["1", "2", "3", "4", "5"]}], "address"),
    },
    "practitioner": {
        "identifier": put([], "identifier"),
        "us-core-16": _NPI_LENGTH,
        "us-core-17": _NPI_DIGIT,
        "name": put([], "name"),
        "family": drop("name", 0, "family"),
        "address": put([{"line": ["1", "2", "3", "4", "5"]}], "address"),
    },
    "practitionerrole": {
        "pd-1": drop("telecom"),
        "us-core-13": both(drop("practitioner"), drop("organization")),
        "practitioner": put(NOBODY, "practitioner"),
        "organization": put(NOBODY, "organization"),
        "telecom": drop("telecom", 0, "system"),
    },
    "encounter": {
        "identifier": drop("identifier", 0, "system"),
        "type": drop("type"),
        "subject": drop("subject"),
        "participant": put(NOBODY, "participant", 0, "individual"),
        "serviceProvider": put(NOBODY, "serviceProvider"),
    },
    "condition-problems-health-concerns": {
        "category": put([{"text": "Other"}], "category"),
        "code": drop("code"),
        "subject": _SUBJECT,
    },
    "observation-screening-assessment": {
        "us-core-1": put("2026-07", "effectiveDateTime"),
        "us-core-2": drop("valueQuantity"),
        "us-core-3": put("http://units.example", "valueQuantity", "system"),
        "survey": put("exam", "category", 0, "coding", 0, "code"),
        "subject": drop("subject"),
    },
    "observation-pregnancystatus": {
        "category": lambda one: one["category"].append(one["category"][0]),
        "code": _CODE,
        "subject": drop("subject"),
        "effective": drop("effectiveDateTime"),
        "value": both(drop("valueCodeableConcept"), put("yes", "valueString")),
    },
    "questionnaireresponse": {
        "questionnaire": drop("questionnaire"),
        "subject": drop("subject"),
        "authored": drop("authored"),
    },
    "medicationrequest": {
        "us-core-21": both(put("order", "intent"), drop("requester")),
        "subject": _SUBJECT,
        "requester": put(NOBODY, "requester"),
        "category": put(
            [{"coding": [{"system": f"{_VERIFIED}medicationrequest-category", "code": "home"}]}], "category"
        ),
    },
    "allergyintolerance": {"code": drop("code"), "patient": put(NOBODY, "patient")},
    "coverage": {
        "us-core-15": drop("subscriberId"),
        "relationship": drop("relationship"),
        "beneficiary": put(NOBODY, "beneficiary"),
        "payor": lambda one: one["payor"].append(one["payor"][0]),
    },
    "documentreference": {
        "us-core-6": drop("content", 0, "attachment", "data"),
        "type": put({"text": "Consent"}, "type"),
        "category": drop("category"),
        "category-slice": put("consent", "category", 0, "coding", 0, "code"),
        "subject": drop("subject"),
        "author": put([NOBODY], "author"),
    },
    "servicerequest": {
        "code": drop("code"),
        "category": put([{"text": "Referral"}], "category"),
        "subject": _SUBJECT,
        "requester": drop("requester"),
    },
    "provenance": {
        "provenance-1": drop("agent", 0, "onBehalfOf"),
        "who": put(NOBODY, "agent", 0, "who"),
        "onBehalfOf": put(NOBODY, "agent", 0, "onBehalfOf"),
        "author": drop("agent", 0, "type"),
        "transmitter": lambda one: one["agent"].append(one["agent"][1]),
    },
    "heart-rate": _MEASURED,
    "respiratory-rate": _MEASURED,
    "body-temperature": _MEASURED,
    "blood-pressure": _VITAL
    | {
        "component": drop("component", 0),
        "systolic": put("kPa", "component", 0, "valueQuantity", "code"),
        "diastolic": put("kPa", "component", 1, "valueQuantity", "code"),
    },
    "pulse-oximetry": _MEASURED
    | {
        "PulseOx": lambda one: one["code"]["coding"].append(one["code"]["coding"][0]),
        "O2Sat": drop("code", "coding", 1),
    },
}

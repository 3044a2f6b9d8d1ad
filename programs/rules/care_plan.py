"""What a care plan has to answer, from what the person said. Pure.

Each domain that the answers point to is planned for, or the plan says why not (seed 003 line 98). What a
point says, with its source, is in `intake/rules/derived.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.answers import value_of
from intake.rules.derived import points
from intake.rules.facts import Facts

OF_POINT: Mapping[str, str] = {
    "W4": "use", "tolerance": "use", "cannot_stop": "use",
    "psychiatric": "mental", "pain": "pain", "dbt": "feelings", "met": "change",
    "opioid_history": "opioid", "T4": "medical", "supply": "medical",
}  # fmt: skip
WAYS = ("cbt", "dbt", "met")
PREFERRED = ("twelve_step", "smart", "kratom_groups", "peer", "clinician_led")
LASTS = "Cravings and habits of the mind last longer than withdrawal"


@dataclass(frozen=True)
class ToAnswer:
    """One domain that a plan has to answer, and what the answers say about it."""

    domain: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Something that a plan lacks: the name of its field, and the words for it."""

    field: str
    words: str


def to_answer(facts: Facts) -> tuple[ToAnswer, ...]:
    """Return every domain that the answers point to, in the order of the page."""
    found: dict[str, list[str]] = {}
    for point in points(facts):
        if point.code in OF_POINT:
            found.setdefault(OF_POINT[point.code], []).append(point.sentence)
    if "use" in found:
        found["use"].append(LASTS)
    if value_of(facts.sections.get("substances", {}), "reasons"):
        found["reasons"] = ["The person named reasons for the use"]
    order = ("use", "reasons", "mental", "feelings", "pain", "medical", "opioid", "change")
    return tuple(ToAnswer(domain, tuple(found[domain])) for domain in order if domain in found)


def ways_to_offer(facts: Facts) -> tuple[str, ...]:
    """Return the ways of care that the answers point to, then the groups that the person wishes for."""
    known = {point.code for point in points(facts)}
    wished = value_of(facts.sections.get("goals", {}), "preferences") or ()
    return (*(one for one in WAYS if one in known), *(one for one in PREFERRED if one in wished))


def gaps_in(content: Mapping, wanted: Collection[str]) -> tuple[Gap, ...]:
    """Return what a plan lacks: a domain without plan and reason, or a trigger and its answer apart."""
    domains = content.get("domains", {})
    found = [
        Gap(f"{domain}_plan", "write the plan, or below why there is none")
        for domain in wanted
        if not any(domains.get(domain, {}).get(part) for part in ("plan", "why_not"))
    ]
    for number, (trigger, answer) in enumerate(content.get("triggers", ()), start=1):
        if trigger and not answer:
            found.append(Gap(f"answer_{number}", "Write what the person does then"))
        if answer and not trigger:
            found.append(Gap(f"trigger_{number}", "Write what brings it on"))
    return tuple(found)

"""The criteria of matching: what each says about one partner, in words.

A hard criterion rules out, and only when the partner is known not to meet it. What is not known becomes
something to check by phone, never a no. A wish never rules out: it is met, not met, or to be checked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from referrals.choices import PRIVATE_PLANS, Access, Level, Medication, Payer, Unit, Withdrawal
from referrals.rules.capacity import Capacity
from referrals.rules.samhsa import GROUP_LABELS


@dataclass(frozen=True)
class Need:
    """What the person needs. None or "unknown" means not known, which excludes nobody.

    `max_miles` is how far the person would go, in straight-line miles. `co_occurring` and `access` are
    wishes; `groups` are service codes of programs for certain people that the person would like.
    """

    level: str = "detox"
    withdrawal: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()
    payer: str | None = None
    pregnant: str = "unknown"
    age: int | None = None
    sex: str = "unknown"
    language: str = "en"
    at_night: bool = False
    max_miles: int | None = None
    co_occurring: bool = False
    access: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """What is known about a partner. Empty `payers`, `medications` or `languages` mean not known.

    With `lists_complete` false, what is not in `payers` and `medications` is not known either. `hours` is
    when they admit, in words, empty when not known; `miles` is the distance from the person, None when not
    known.
    """

    id: str
    name: str
    levels: frozenset[str]
    withdrawal_yes: frozenset[str] = frozenset()
    withdrawal_no: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()
    medications_no: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()
    lists_complete: bool = True
    pregnancy: str = "unknown"
    co_occurring: str = "unknown"
    unit: str = "any"
    age_min: int | None = 18
    age_max: int | None = None
    languages: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    hours_24: bool = False
    hours: str = ""
    caution: str = ""
    miles: int | None = None
    capacity: Capacity | None = None


Finding = tuple[str, str, str]
"""(kind, criterion, sentence) where kind is "why", "check", "less" (a wish not met) or "why_not"."""


def findings(need: Need, facility: Candidate) -> list[Finding]:
    """Judge one partner by every criterion, the hard ones first."""
    found = [*_level(need, facility), *_withdrawal(need, facility), *_pregnancy(need, facility)]
    found += [*_age(need, facility), *_unit(need, facility), *_payer(need, facility)]
    found += [*_medications(need, facility), *_distance(need, facility)]
    found += [*_hours(need, facility), *_language(need, facility), *_co_occurring(need, facility)]
    found += [*_access(need, facility), *_groups(need, facility)]
    if facility.caution:
        found.append(("check", "caution", facility.caution))
    return found


def _level(need: Need, facility: Candidate) -> list[Finding]:
    label = lower(label_of(Level, need.level))
    if need.level in facility.levels:
        return [("why", "level", f"Offers {label}")]
    return [("why_not", "level", f"Does not offer {label}")]


def _withdrawal(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    asked = [code for code in Withdrawal.values if code in need.withdrawal]
    able = [lower(label_of(Withdrawal, code)) for code in asked if code in facility.withdrawal_yes]
    if able:
        found.append(("why", "withdrawal", "Manages withdrawal from " + joined(able)))
    for code in asked:
        if code in facility.withdrawal_yes:
            continue
        name = lower(label_of(Withdrawal, code))
        if code in facility.withdrawal_no:
            found.append(("why_not", f"withdrawal_{code}", f"Does not take withdrawal from {name}"))
        else:
            found.append(("check", "withdrawal", f"Withdrawal from {name} is not listed"))
    return found


def _pregnancy(need: Need, facility: Candidate) -> list[Finding]:
    if need.pregnant in {"yes", "possible"}:
        return {
            "yes": [("why", "pregnancy", "Takes pregnant people")],
            "no": [("why_not", "pregnancy", "Does not take pregnant people")],
        }.get(facility.pregnancy, [("check", "pregnancy", "Not known if they take pregnant people")])
    if need.pregnant != "no" and need.sex != "male" and facility.pregnancy == "no":
        return [("check", "pregnancy", "Pregnancy is not known, and they do not take pregnant people")]
    return []


def _age(need: Need, facility: Candidate) -> list[Finding]:
    youngest, oldest = facility.age_min, facility.age_max
    if need.age is None:
        return [("check", "age", "Age is not known")]
    if youngest is None and oldest is None:
        return [("check", "age", "Not known which ages they take")]
    if (youngest is None or need.age >= youngest) and (oldest is None or need.age <= oldest):
        return []
    if youngest is None:
        return [("why_not", "age", f"Takes ages up to {oldest}")]
    upper = f" to {oldest}" if oldest is not None else " and older"
    return [("why_not", "age", f"Takes ages {youngest}{upper}")]


def _unit(need: Need, facility: Candidate) -> list[Finding]:
    if facility.unit == "any":
        return []
    unit = lower(label_of(Unit, facility.unit))
    if need.sex == facility.unit:
        return [("why", "unit", f"Has a unit for {unit}")]
    if need.sex in {"female", "male"}:
        return [("why_not", "unit", f"Takes {unit} only")]
    return [("check", "unit", f"Takes {unit} only")]


def _payer(need: Need, facility: Candidate) -> list[Finding]:
    if need.payer is None:
        return [("check", "payer", "How care will be paid is not known")]
    label = label_of(Payer, need.payer)
    if need.payer in facility.payers:
        return [("why", "payer", f"Takes {label}")]
    if not facility.payers or not facility.lists_complete or _maybe_private(need.payer, facility.payers):
        return [("check", "payer", f"Call to confirm that they take {label}")]
    takes = joined([label_of(Payer, code) for code in Payer.values if code in facility.payers])
    return [("why_not", "payer", f"Does not take {label} (takes {takes})")]


def _maybe_private(payer: str, payers: frozenset[str]) -> bool:
    """Private insurance without a plan's name may mean any plan, and the other way round."""
    if payer == Payer.PRIVATE:
        return bool(payers & PRIVATE_PLANS)
    return payer in PRIVATE_PLANS and Payer.PRIVATE in payers


def _medications(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    for code in Medication.values:
        if code not in need.medications:
            continue
        name = lower(label_of(Medication, code))
        if code in facility.medications:
            found.append(("why", "medication", f"Can go on with {name}"))
        elif code in facility.medications_no or (facility.medications and facility.lists_complete):
            found.append(("why_not", f"medication_{code}", f"Cannot go on with {name}"))
        else:
            found.append(("check", "medication", f"Ask if they can go on with {name}"))
    return found


def _distance(need: Need, facility: Candidate) -> list[Finding]:
    if need.max_miles is None:
        return []
    if facility.miles is None:
        return [("check", "distance", "The distance is not known")]
    if facility.miles > need.max_miles:
        far = f"About {facility.miles} miles away, more than the {need.max_miles} asked for"
        return [("why_not", "distance", far)]
    return [("why", "distance", f"Within {need.max_miles} miles")]


def _hours(need: Need, facility: Candidate) -> list[Finding]:
    if facility.hours_24:
        return [("why", "hours", "Takes people day and night")]
    if not need.at_night:
        return []
    if facility.hours:
        return [("less", "hours", f"Admits {lower(facility.hours)}: ask about the night")]
    return [("check", "hours", "Ask if they take people at night")]


def _language(need: Need, facility: Candidate) -> list[Finding]:
    if need.language == "en":
        return []
    if need.language in facility.languages:
        return [("why", "language", "Has staff who speak the person's language")]
    if facility.languages:
        return [("less", "language", "Nobody is listed for this language: ask for an interpreter")]
    return [("check", "language", "Ask for an interpreter")]


def _co_occurring(need: Need, facility: Candidate) -> list[Finding]:
    if not need.co_occurring:
        return []
    return {
        "yes": [("why", "co_occurring", "Treats mental health conditions too")],
        "no": [("less", "co_occurring", "Does not treat mental health conditions")],
    }.get(facility.co_occurring, [("check", "co_occurring", "Ask if they treat mental health conditions")])


def _access(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    for code in Access.values:
        if code not in need.access:
            continue
        name = lower(label_of(Access, code))
        if code in facility.access:
            found.append(("why", "access", f"Has {name}"))
        else:
            found.append(("check", "access", f"Ask about {name}"))
    return found


def _groups(need: Need, facility: Candidate) -> list[Finding]:
    """A program for certain people is told and ranks nobody: whoever wishes for it decides what it weighs."""
    both = [lower(GROUP_LABELS[code]) for code in GROUP_LABELS if code in need.groups & facility.groups]
    return [("why", "groups", f"Has a program for {joined(both)}")] if both else []


CRITERIA = {
    "level": "What they offer",
    "pregnancy": "Pregnancy",
    "age": "Age",
    "unit": "Whom they take",
    "payer": "Payment",
    "distance": "Distance",
}


def criterion_label(criterion: str) -> str:
    """Return the words of a hard criterion; one for a substance or a medicine names it."""
    if criterion in CRITERIA:
        return CRITERIA[criterion]
    kind, _, code = criterion.partition("_")
    if kind == "withdrawal":
        return f"Withdrawal from {lower(label_of(Withdrawal, code))}"
    return f"Going on with {lower(label_of(Medication, code))}"


def label_of(choices: type, code: str) -> str:
    """Return the label of a code, or the code in words when it is none of ours."""
    return str(choices(code).label) if code in choices.values else code.replace("_", " ")  # type: ignore[attr-defined]


def lower(label: str) -> str:
    """Put a label into the middle of a sentence; abbreviations stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def joined(words: Iterable[str]) -> str:
    """Write words one after the other, the last after "and"."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last

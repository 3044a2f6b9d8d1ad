"""Medicines as they were written down, checked against those that kratom is known or thought to act on.

Decision support only. A name that isn't on the list is never "no interaction": it goes to a clinician. Names
are ingredients; brand names are not on the list. A near miss is only a question ("did you mean"), never a
match. Nothing here advises anyone to stop a medicine.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from intake.answers import value_of
from intake.rules.facts import Facts
from intake.substances import KRATOM

QUESTIONS = (("health", "medicines"), ("mental", "psychiatric_medicines"))
"""Where medicines are written down: section and question."""

SEVERITIES = ("watch", "moderate", "major")
EVIDENCE = MappingProxyType(
    {
        "A": "study with people",
        "B": "case report",
        "C": "laboratory or model",
        "D": "reasoning only",
    }
)
_FILE = Path(__file__).parent / "medicines.json"
_DOSE = re.compile(
    r"\b(?:x\s*)?\d+(?:[.,/x-]\d+)*\s*(?:mg|mcg|ug|µg|g|ml|iu|units?|%|milligrams?|micrograms?|grams?|tablets?|tabs?|"
    r"capsules?|caps?|puffs?|drops?|patch(?:es)?|times?|x|am|pm|hours?|hrs?|h|days?|weeks?|months?|years?)?\b"
)
_REST = re.compile(
    r"\b(?:for|by|from|dr|doctor|prescriber|prescribed|since|because|when|if|last|until|as needed|prn)\b.*"
)
_NAMES = re.compile(r"[,;/+&()]|\band\b|\bwith\b|\bplus\b|(?<=\w)-(?=[a-z]{4})")


@dataclass(frozen=True)
class Medicine:
    """One ingredient on the list: how severe together with kratom, on what evidence (A to D), and why."""

    name: str
    classes: tuple[str, ...]
    severity: str
    evidence: str
    why: str

    @property
    def evidence_words(self) -> str:
        """Return the grade of evidence in words."""
        return EVIDENCE[self.evidence]


@dataclass(frozen=True)
class Unrecognised:
    """A name that isn't on the list, and names on the list that look like it."""

    name: str
    did_you_mean: tuple[str, ...]


@dataclass(frozen=True)
class MedicineCheck:
    """Every medicine found on the list, most severe first, and every name that isn't on it.

    `whole`: every question about medicines has an answer in words.
    """

    found: tuple[Medicine, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    whole: bool = False

    @property
    def major(self) -> bool:
        """Say whether a major one is among them."""
        return any(medicine.severity == "major" for medicine in self.found)


@dataclass(frozen=True)
class MedicineList:
    """The list as it was loaded: who signed it ("" while nobody has), its source, its medicines by name.

    `not_names`: words beside a name, such as salts and forms. `nothing`: words that say there is no medicine.
    """

    id: str
    source: str
    sign_off: str
    medicines: Mapping[str, Medicine]
    not_names: frozenset[str]
    nothing: frozenset[str]


def load_medicines(path: Path = _FILE) -> MedicineList:
    """Return the list of a file; raise ValueError when an entry isn't whole or the list has no source."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("format") != "clearway-medicines/1" or not str(document.get("source", "")).strip():
        raise ValueError(f"{path.name}: not a list of medicines with a source")
    found = {}
    for entry in document["drugs"]:
        medicine = Medicine(
            entry["drug"], tuple(entry["classes"]), entry["severity"], entry["evidence"], entry["why"]
        )
        whole = medicine.severity in SEVERITIES and medicine.evidence in EVIDENCE and medicine.why.strip()
        if not whole or medicine.name in found or medicine.name != _plain(medicine.name):
            raise ValueError(f"{path.name}: {medicine.name} is not whole, or there twice")
        found[medicine.name] = medicine
    return MedicineList(
        id=document["id"],
        source=document["source"],
        sign_off=document["sign_off"] or "",
        medicines=MappingProxyType(found),
        not_names=frozenset(document["not_names"]),
        nothing=frozenset(document["nothing"]),
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


LIST = load_medicines()


def check_lines(texts: Iterable[str], listed: MedicineList = LIST) -> MedicineCheck:
    """Return what the lines of these texts hold. `whole` stays False: only the answers can say so."""
    found: dict[str, Medicine] = {}
    unknown: dict[str, Unrecognised] = {}
    for line in (line for text in texts for line in text.splitlines()):
        for name in _names(line, listed):
            if name in listed.medicines:
                found[name] = listed.medicines[name]
            else:
                near = difflib.get_close_matches(name, listed.medicines, n=3, cutoff=0.8)
                unknown[name] = Unrecognised(name, tuple(near))
    ordered = sorted(found.values(), key=lambda one: (-SEVERITIES.index(one.severity), one.name))
    return MedicineCheck(tuple(ordered), tuple(unknown.values()))


def _names(line: str, listed: MedicineList) -> list[str]:
    """Return the names in one line: everything that isn't a dose, a form, a time or a prescriber.

    A listed name counts wherever it stands, also behind "for" or "from".
    """
    plain = _plain(line)
    names = [word for word in re.findall(r"[a-z]+", plain) if word in listed.medicines]
    for part in _NAMES.split(plain):
        kept = _DOSE.sub(" ", _REST.sub(" ", part))
        words = [word for word in re.findall(r"[^\W\d_]+", kept) if word not in listed.not_names]
        words = [word for word in words if word not in listed.medicines]
        if any(len(word) > 1 or not word.isascii() for word in words) and not set(words) <= listed.nothing:
            names.append(" ".join(words))
    return names


def medicines_listed(facts: Facts) -> bool:
    """Tell whether an assessment says anything about medicines."""
    return any(_told(facts))


def check_medicines(facts: Facts) -> MedicineCheck:
    """Return the check of everything that an assessment says about medicines."""
    told = _told(facts)
    check = check_lines([text for text in told if text])
    return MedicineCheck(check.found, check.unrecognised, all(text for text in told))


def _told(facts: Facts) -> list[str | None]:
    return [value_of(facts.sections.get(section, {}), name) for section, name in QUESTIONS]


def major_interaction(check: MedicineCheck, picture: Mapping[str, Any]) -> str | None:
    """Return what the rules are told about a major interaction of kratom: "yes", "no", or None for not known.

    A major match with kratom reported is yes, whatever people answered. Else the answer of the human check
    in `picture` stands. Without one it is no only when both questions were answered, names were given, and
    each is on the list and none of them major: silence is no answer.
    """
    if check.major and KRATOM & set(picture.get("substances", {})):
        return "yes"
    answered: str | None = picture.get("major_interaction")
    if answered is not None:
        return answered
    named = check.whole and check.found and not check.unrecognised
    return "no" if named and not check.major else None

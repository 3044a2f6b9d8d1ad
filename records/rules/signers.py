"""Who may sign a consent (42 CFR 2.14, 2.15): the person, and whom the law puts beside or in place of them.

State law decides whether a minor may consent to this care alone. Then only the minor may consent to sharing
(§2.14(a)). Where it demands a parent's consent to the care, both must consent to sharing (§2.14(b)(1)). Being
a husband, a wife or a relative is never a right to sign.
"""

from dataclasses import dataclass
from datetime import date

PERSON, PARENT, GUARDIAN = "person", "parent", "guardian"
REPRESENTATIVE, COURT = "representative", "court"
ALONE, WITH_PARENT = "minor_alone", "minor_and_parent"
MINOR_RULES = (ALONE, WITH_PARENT)


@dataclass(frozen=True)
class MinorRule:
    """The center's rule: "minor_alone", "minor_and_parent" or empty; its state; below which age it holds."""

    rule: str = ""
    state: str = ""
    age: int = 18

    @property
    def known(self) -> bool:
        """Say whether the center has set a rule that we know, and the state it is the law of."""
        return self.rule in MINOR_RULES and bool(self.state)

    @property
    def version(self) -> str:
        """Return the rule as it is recorded with a consent."""
        return f"{self.rule}, {self.state}, under {self.age}"


@dataclass(frozen=True)
class Signers:
    """Who must sign: the first, and with a minor perhaps a second."""

    first: str
    second: str = ""


def age_on(born: date | None, day: date) -> int | None:
    """Return somebody's age in years on a day; None when the birthday is not known."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_minor(born: date | None, day: date, rule: MinorRule) -> bool | None:
    """Say whether somebody is a minor on a day; None when the date of birth is not known."""
    age = age_on(born, day)
    return None if age is None else age < rule.age


def allowed(minor: bool | None, rule: MinorRule) -> tuple[Signers, ...]:
    """Return who may sign, each choice in full; nobody for a minor while no rule is set."""
    if not minor:
        return (Signers(PERSON), Signers(REPRESENTATIVE), Signers(COURT))
    if not rule.known:
        return ()
    if rule.rule == ALONE:
        return (Signers(PERSON),)
    return (Signers(PERSON, PARENT), Signers(PERSON, GUARDIAN))


def refusal(signers: Signers, minor: bool | None, rule: MinorRule) -> tuple[str, str] | None:
    """Return the code and the sentence with which these signers are refused, or None when they may sign."""
    choices = allowed(minor, rule)
    if signers in choices:
        return None
    if not choices:
        return (
            "minor_rule_unset",
            "This person is a minor. Until the center has set its state's rule for minors, no consent can be "
            "taken. Ask the privacy officer.",
        )
    if minor and rule.rule == ALONE:
        return (
            "minor_alone",
            "Where this center works, a minor consents alone. Nobody else may sign for them.",
        )
    if minor:
        return "minor_and_parent", "The minor and a parent or guardian must both sign."
    return "signer_unknown", "Select who signs"

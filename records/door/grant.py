"""The vocabulary of the door: what a basis grants, what leaves, and the refusal."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from config.errors import Refused
from records.choices import Category
from records.models import Consent, Person, Recipient

Sections = Mapping[Category, Callable[[], Any]]
Content = Mapping[Category, Any]

# A category that only a consent of its own kind, or an order that says so, may open (42 CFR 2.31(b)).
COUNSELING_NOTES = "counseling_notes"


class NotPermitted(Refused):
    """Nothing may leave. `code` names the rule, `message` says it to the user, with what to do next."""


@dataclass(frozen=True)
class ConsentCopy:
    """The consent as it goes along: its scope in a sentence, its text, and its signature."""

    consent_id: UUID
    scope: str
    text: str
    signed_text: str
    language: str
    signature: str
    signed_at: datetime
    sha256: str


@dataclass(frozen=True)
class Grant:
    """What a basis allows: the categories, and what has to go along.

    `proof` maps columns of the accounting row to the rows that justify it. `facts`, when set, is the whole
    content: no section of the chart is built. `to_name` and `to_address` stand for a receiver that is not in
    the directory. `at` is when it was told, when that was earlier. `notices` go with the packet.
    `redisclosure` replaces the rule of 2.33(b), which is about consent. `binds` says whether a limit that the
    person asked for holds; `overridden` is the request that goes along when one is overridden.
    """

    categories: frozenset[str]
    consent: Consent | None = None
    copy: ConsentCopy | None = None
    proof: Mapping[str, Any] = field(default_factory=dict)
    facts: Content | None = None
    to_name: str = ""
    to_address: str = ""
    at: datetime | None = None
    notices: tuple[str, ...] = ()
    redisclosure: str | None = None
    binds: bool = True
    overridden: str = ""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to let out: whose, to whom, why, which categories, how, by whom, and when."""

    person: Person
    recipient: Recipient | None
    purpose: str
    categories: Collection[str]
    now: datetime
    by: Any
    medium: str

    @property
    def recipient_id(self) -> str:
        """Return the receiver's id as the rules compare it; empty for one that is not in the directory."""
        return str(self.recipient.pk) if self.recipient else ""

    def may(self, permission: str) -> bool:
        """Say whether a member of staff with this permission asks; never a link or a task."""
        return hasattr(self.by, "has_perm") and self.by.has_perm(permission)


class Basis(Protocol):
    """A lawful basis. `code` goes into the accounting; `grant` decides, under the person's lock.

    A basis from whose `from_chart` no section may go brings its own facts.
    """

    @property
    def code(self) -> str:
        """Return the code for the accounting (`records.choices_door.BasisCode`)."""
        ...

    @property
    def from_chart(self) -> bool:
        """Say whether sections of the chart may go."""
        ...

    def grant(self, asked: Asked) -> Grant:
        """Return what may leave; may write the record that the basis rests on. Raises NotPermitted."""
        ...


@dataclass(frozen=True)
class Packet:
    """What may leave. Whoever shows it shows `notice`, `notices`, `redisclosure` and `consent_copy` with it.

    `withheld` are the categories that were asked for and cut. `id` is the row of the accounting; `version`
    counts packets of different content for the same recipient and subject.
    """

    id: UUID
    version: int
    person_id: UUID
    recipient_id: UUID | None
    notice: str
    short_notice: str
    notice_version: str
    redisclosure: str
    consent_copy: ConsentCopy | None
    sections: dict[Category, Any]
    withheld: tuple[Category, ...] = field(default=())
    made_at: datetime | None = None
    notices: tuple[str, ...] = ()


def without_counseling_notes(categories: Collection[str]) -> frozenset[str]:
    """Return the categories that a basis may open that says nothing about counseling notes."""
    return frozenset(str(one) for one in categories) - {COUNSELING_NOTES}

"""Who did it, when it was not a signed-in member of staff."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from audit.choices import ActorKind


@dataclass(frozen=True)
class Actor:
    """A kind of actor and, where there is one, the id by which it can be traced."""

    kind: ActorKind
    id: UUID | None = None

    @classmethod
    def public(cls) -> Self:
        """Somebody on the public pages; nothing identifies them."""
        return cls(ActorKind.PUBLIC)

    @classmethod
    def system(cls) -> Self:
        """A task or command of ours, acting by a rule."""
        return cls(ActorKind.SYSTEM)

    @classmethod
    def partner(cls, link_id: UUID) -> Self:
        """A partner coordinator, through the link with this id."""
        return cls(ActorKind.PARTNER, link_id)

    @classmethod
    def signer(cls, invitation_id: UUID) -> Self:
        """A person signing on their own device, through the invitation with this id."""
        return cls(ActorKind.SIGNER, invitation_id)

    @classmethod
    def of(cls, by: Any) -> Self:
        """Accept an Actor or a user (anything with a primary key and `is_authenticated`)."""
        return by if isinstance(by, cls) else cls(ActorKind.STAFF, by.pk)

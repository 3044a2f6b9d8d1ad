"""One row of Today, as every module of rows makes it."""

from dataclasses import dataclass
from datetime import datetime

# Each kind of work is read with a limit; whoever has more opens the list itself.
LIMIT = 50


@dataclass(frozen=True)
class Item:
    """One row of Today: when it is due (None: no promise), about whom, why, and the one thing to do."""

    due_at: datetime | None
    who: str
    reference: str
    why: str
    action: str
    url: str
    kind: str
    urgent: bool = False
    rules: tuple[str, ...] = ()

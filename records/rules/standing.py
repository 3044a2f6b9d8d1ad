"""What a recipient is under the law, and how well that is shown: by a paper that holds until a day."""

from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=30)
"""How long before its end a paper is warned about. A starting value of ours."""
UNKNOWN, UNSHOWN, SHOWN, ENDS_SOON, ENDED = "unknown", "unshown", "shown", "ends_soon", "ended"
WORDS = {
    UNKNOWN: "Legal status not known: nothing can be sent",
    UNSHOWN: "No paper shows it yet",
    SHOWN: "Shown by a paper",
    ENDS_SOON: "The paper ends soon",
    ENDED: "The paper has ended",
}


@dataclass(frozen=True)
class Standing:
    """A legal status and how it is shown. `sure` is false when the paper that showed it has ended."""

    status: str
    grade: str

    @property
    def sure(self) -> bool:
        """Tell whether the rule of this status can be given to the recipient as its own."""
        return self.grade not in {UNKNOWN, ENDED}

    @property
    def words(self) -> str:
        """Return the grade in words."""
        return WORDS[self.grade]


def standing(status: str, shown: str | None, valid_until: date | None, today: date) -> Standing:
    """Judge a status. `shown` is what the paper in force shows, None without one; it holds on its last day.

    A paper that shows another status shows nothing of this one.
    """
    if not status:
        return Standing(status, UNKNOWN)
    if shown != status:
        return Standing(status, UNSHOWN)
    if valid_until is None or valid_until - today > SOON:
        return Standing(status, SHOWN)
    return Standing(status, ENDED if valid_until < today else ENDS_SOON)

"""How an episode stands with who pays for it. Pure: what was said goes in, one standing comes out.

Nothing here is clinical, and nothing clinical asks here: an emergency, detox and the level of care are
decided without knowing who pays (seed 003 line 139).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

VERIFY_AGAIN_DAYS = 30
"""A verified plan is asked again after so many days, unless another day is written."""
ANSWER_DAYS = 1
"""A plan that was asked is called again after so many days, unless another day is written."""
WARN_DAYS = 3
"""An authorization that ends within so many days stands on Today."""
WARN_UNITS = 3
"""So does one with so few units left."""
_NO = ("denied", "not_covered", "out_of_network")


@dataclass(frozen=True)
class Said:
    """The newest that is known from one plan, or the newest waiver.

    `authorized`: the plan gave a prior authorization that still runs.
    """

    state: str
    at: datetime
    again_on: date | None = None
    authorized: bool = False


@dataclass(frozen=True)
class Standing:
    """`state` is verified, waived, denied or open; `why` the code behind it; `said` what decided it."""

    state: str
    why: str
    said: Said | None = None

    @property
    def settled(self) -> bool:
        """Whether an admission has what it should have."""
        return self.state in ("verified", "waived")


def standing(said: Sequence[Said], *, plans: int, waived: Said | None, today: date) -> Standing:
    """Return how an episode stands, from the newest of each plan that is not ended, in their order.

    A waiver stands until a plan says something later. One plan that pays is enough; otherwise a no is a no,
    whatever is still being asked.
    """
    if waived is not None and all(one.at < waived.at for one in said):
        return Standing("waived", "waived", waived)
    paying = [one for one in said if _pays(one)]
    for one in paying:
        if one.again_on is None or today <= one.again_on:
            return Standing("verified", "authorized" if one.state == "prior_auth" else "verified", one)
    if paying:
        return Standing("open", "again", paying[0])
    for one in said:
        if one.state in _NO:
            return Standing("denied", one.state, one)
    for one in said:
        return Standing("open", one.state, one)
    return Standing("open", "not_asked" if plans else "nothing")


def _pays(one: Said) -> bool:
    return one.state == "verified" or (one.state == "prior_auth" and one.authorized)


def dollars(amount: str | Decimal | int) -> str:
    """Return an amount as it is read: $1,250, or $40.50 when there are cents."""
    exact = Decimal(amount)
    return f"${exact:,.0f}" if exact == exact.to_integral_value() else f"${exact:,.2f}"

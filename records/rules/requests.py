"""By when a person's request has to be answered."""

from datetime import date, timedelta

from records.choices_rights import RequestKind

# Days to answer: 45 CFR 164.524(b)(2)(i) for access, 164.526(b)(2)(i) for an amendment, 164.528(c)(1)(i)
# for an accounting. These are the law's, so no setting moves them.
DAYS: dict[str, int] = {RequestKind.ACCESS: 30, RequestKind.AMENDMENT: 60, RequestKind.ACCOUNTING: 60}
# Once, for a stated reason, told to the person before the first time is over: 45 CFR 164.524(b)(2)(ii),
# 164.526(b)(2)(ii), 164.528(c)(1)(ii).
EXTENSION = 30
# An accounting can't be denied: 45 CFR 164.528 gives the right without a ground to refuse.
NEVER_DENIED = (RequestKind.ACCOUNTING,)
# What is fulfilled by something that leaves, and so by the door alone.
BY_THE_DOOR = (RequestKind.ACCESS, RequestKind.ACCOUNTING)


def due_on(kind: str, received_on: date, *, extended: bool = False) -> date:
    """Return the last day on which a request of this kind may be answered."""
    return received_on + timedelta(days=DAYS[kind] + (EXTENSION if extended else 0))

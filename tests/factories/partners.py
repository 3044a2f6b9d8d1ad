"""The five partners of the demo world as candidates for matching (no database)."""

from datetime import UTC, datetime, timedelta

from referrals.choices import Withdrawal
from referrals.rules.matching import Candidate, Capacity

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
EVERYTHING = frozenset(Withdrawal.values)


def beds(count: int, **age: float) -> Capacity:
    """Beds reported some time before NOW."""
    return Capacity(beds_open=count, reported_at=NOW - timedelta(**age))


HARBOR = Candidate(
    id="harbor",
    name="Harbor Detox",
    levels=frozenset({"detox"}),
    withdrawal_yes=frozenset({"alcohol", "benzo", "opioid", "kratom"}),
    medications=frozenset({"buprenorphine", "methadone"}),
    payers=frozenset({"aetna", "medicaid"}),
    pregnancy="no",
    capacity=beds(2, minutes=35),
)
ST_BRIGID = Candidate(
    id="brigid",
    name="St. Brigid Hospital",
    levels=frozenset({"detox", "evaluation", "medication"}),
    withdrawal_yes=EVERYTHING,
    medications=frozenset({"buprenorphine", "methadone", "naltrexone"}),
    payers=frozenset({"aetna", "anthem", "cigna", "united", "medicare", "self_pay"}),
    pregnancy="yes",
    hours_24=True,
    capacity=beds(1, hours=9),
)
CEDAR = Candidate(
    id="cedar",
    name="Cedar House",
    levels=frozenset({"detox"}),
    withdrawal_yes=frozenset({"alcohol", "opioid", "kratom"}),
    withdrawal_no=frozenset({"benzo"}),
    medications=frozenset({"buprenorphine"}),
    payers=frozenset({"self_pay"}),
    pregnancy="no",
    capacity=beds(3, hours=2),
)
NORTHGATE = Candidate(
    id="northgate",
    name="Northgate",
    levels=frozenset({"detox"}),
    withdrawal_yes=frozenset({"alcohol", "benzo", "opioid"}),
    payers=frozenset({"aetna", "medicaid"}),
    pregnancy="no",
    capacity=beds(4, days=9),
)
ELM = Candidate(
    id="elm",
    name="Elm",
    levels=frozenset({"detox"}),
    withdrawal_yes=frozenset({"alcohol", "benzo", "opioid"}),
    payers=frozenset({"aetna", "self_pay"}),
    pregnancy="no",
    capacity=None,
)
D0 = (HARBOR, ST_BRIGID, CEDAR, NORTHGATE, ELM)

"""How an offer moves: one table, read by buttons, forms, partner pages and actions.

A step's `permission` says which staff may take it. Steps of `PARTNER` are also open to a partner with a live
link; staff take them for a partner who answers by phone or fax. `BY_LINK` and `BY_SYSTEM` belong to no staff.
"""

from config.workflow import Table, Transition, table
from referrals.choices import ENDED, HELD, WAITING, OfferStatus

S = OfferStatus
SEND, RECORD = "referrals.offer_send", "referrals.offer_record"
BY_LINK, BY_SYSTEM = "referrals.by_link", "referrals.by_system"
_UNDECIDED = WAITING


def _step(
    name: str, label: str, sources: set | frozenset, target: str, permission: str, *needs: str
) -> Transition:
    return Transition(name, label, frozenset(map(str, sources)), str(target), permission, needs)


OFFER: Table = table(
    _step("send", "Send", {S.DRAFT}, S.SENT, SEND, "answer_due_at"),
    _step("open", "Open with the code", {S.SENT}, S.OPENED, BY_LINK, "code"),
    _step("ask", "Ask a question", {S.SENT, S.OPENED}, S.QUESTION, RECORD, "text"),
    _step("answer", "Answer the question", {S.QUESTION}, S.OPENED, SEND, "text"),
    _step("accept", "Accept", _UNDECIDED, S.ACCEPTED, RECORD, "arrival_from", "arrival_until", "read_back"),
    _step("waitlist", "Put on the waitlist", _UNDECIDED - {S.WAITLISTED}, S.WAITLISTED, RECORD, "review_at"),
    _step("hold", "Put on hold", _UNDECIDED - {S.ON_HOLD}, S.ON_HOLD, SEND, "review_at"),
    _step("resume", "Ask again", {S.ON_HOLD, S.WAITLISTED}, S.SENT, SEND, "answer_due_at"),
    _step("decline", "Decline", _UNDECIDED, S.DECLINED, RECORD, "decline_reason"),
    _step("take_back", "Take back the yes", {S.ACCEPTED}, S.DECLINED, RECORD, "decline_reason"),
    _step("person_declines", "The person says no", _UNDECIDED | {S.ACCEPTED}, S.DECLINED_BY_PERSON, SEND),
    _step("arrive", "Arrived", {S.ACCEPTED, S.NO_SHOW}, S.ARRIVED, RECORD, "arrived_at"),
    _step("miss", "Did not arrive", {S.ACCEPTED, S.ARRIVED}, S.NO_SHOW, RECORD),
    _step("reschedule", "New arrival time", {S.NO_SHOW}, S.ACCEPTED, RECORD, "arrival_from", "arrival_until"),
    _step(
        "send_clearance",
        "Send clearance",
        {S.ARRIVED, S.CLEARANCE_SENT},
        S.CLEARANCE_SENT,
        RECORD,
        "clearance",
    ),
    _step("withdraw", "Withdraw", {S.DRAFT, S.ACCEPTED, S.NO_SHOW} | WAITING, S.WITHDRAWN, SEND),
    _step("close", "Close", HELD, S.CLOSED, SEND, "outcome"),
    _step("come_back", "Came back to us", HELD, S.RETURNED, BY_SYSTEM),
    _step("expire", "Time is over", {S.SENT, S.OPENED}, S.EXPIRED, BY_SYSTEM),
)
"""All steps of an offer, by name."""

PARTNER = (
    "accept",
    "decline",
    "ask",
    "waitlist",
    "take_back",
    "arrive",
    "miss",
    "reschedule",
    "send_clearance",
)
"""Steps that a partner takes on its own page."""

END_STATUSES = frozenset(map(str, ENDED))


def available_to_partner(status: str) -> list[Transition]:
    """List the steps that the holder of a live link may take from `status`, most usual first."""
    return [OFFER[name] for name in PARTNER if status in OFFER[name].sources]

"""How an offer moves: one table, read by buttons, forms, partner pages and actions.

A step's `permission` says which staff may take it. Steps of `PARTNER` are also open to a partner with a live
link; staff take them for a partner who answers by phone or fax. `BY_LINK` and `BY_SYSTEM` belong to no staff.
"""

from django.utils.translation import gettext_noop as noop

from config.workflow import Table, Transition, table
from referrals.choices import ENDED, HELD, OUT, WAITING, OfferStatus

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
    _step("ask", noop("Ask a question"), {S.SENT, S.OPENED}, S.QUESTION, RECORD, "text"),
    _step("answer", "Answer the question", {S.QUESTION}, S.OPENED, SEND, "text"),
    _step(
        "accept", noop("Accept"), _UNDECIDED, S.ACCEPTED, RECORD, "arrival_from", "arrival_until", "read_back"
    ),
    _step(
        "waitlist",
        noop("Put on the waitlist"),
        _UNDECIDED - {S.WAITLISTED},
        S.WAITLISTED,
        RECORD,
        "review_at",
    ),
    _step("hold", "Put on hold", _UNDECIDED - {S.ON_HOLD}, S.ON_HOLD, SEND, "review_at"),
    _step("resume", "Ask again", {S.ON_HOLD, S.WAITLISTED}, S.SENT, SEND, "answer_due_at"),
    _step("decline", noop("Decline"), _UNDECIDED, S.DECLINED, RECORD, "decline_reason"),
    _step(
        "take_back", noop("Take back the yes"), {S.ACCEPTED, S.NO_SHOW}, S.DECLINED, RECORD, "decline_reason"
    ),
    _step("person_declines", "The person says no", _UNDECIDED | {S.ACCEPTED}, S.DECLINED_BY_PERSON, SEND),
    _step("arrive", noop("Arrived"), {S.ACCEPTED, S.NO_SHOW}, S.ARRIVED, RECORD, "arrived_at"),
    _step("miss", noop("Did not arrive"), {S.ACCEPTED, S.ARRIVED}, S.NO_SHOW, RECORD),
    _step(
        "reschedule",
        noop("New arrival time"),
        {S.ACCEPTED, S.NO_SHOW},
        S.ACCEPTED,
        RECORD,
        "arrival_from",
        "arrival_until",
    ),
    _step(
        "send_clearance",
        noop("Send clearance"),
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

UNDO: Table = table(
    *(
        _step(f"undo_{status}", "The admission was a mistake", {S.RETURNED}, status, BY_SYSTEM)
        for status in sorted(map(str, HELD))
    )
)
"""What an admission that was taken back takes back with it: the offer is again what it was, one step each."""

BESIDE: Table = table(
    _step("plan_discharge", noop("Expected discharge"), HELD, "", RECORD, "expected_back_on"),
    _step("left_early", noop("Left early"), OUT, "", RECORD, "left_at"),
    _step("back_there", noop("Back at the facility"), OUT, "", RECORD),
)
"""What is told beside the steps: it changes what is due, and no status (so `target` is empty)."""

_WHEN_LEFT = {"left_early": False, "back_there": True}
"""Which of them fit only somebody who left early, or only somebody who did not."""

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


def beside(status: str, *, left: bool) -> list[Transition]:
    """List what can be told beside the steps; `left` says that the person left early."""
    fit = [step for step in BESIDE.values() if status in step.sources]
    return [step for step in fit if _WHEN_LEFT.get(step.name, left) is left]


def available_to_partner(status: str, *, left: bool = False) -> list[Transition]:
    """List the steps that the holder of a live link may take from `status`, most usual first."""
    return [OFFER[name] for name in PARTNER if status in OFFER[name].sources] + beside(status, left=left)


def is_open_for(step: Transition, status: str, *, asked: bool, left: bool) -> bool:
    """Tell whether a step can be taken: by the table, and a question that waits is answered in any status."""
    if step.name in BESIDE:
        return step in beside(status, left=left)
    return status in step.sources or (step.name == "answer" and asked and status not in END_STATUSES)


def step_named(name: str) -> Transition | None:
    """Return a step by its name, of the table or beside it."""
    return OFFER.get(name) or BESIDE.get(name)

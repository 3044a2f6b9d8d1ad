"""How a medical clearance moves: one table, read by buttons, forms and actions."""

from config.workflow import Table, Transition, table
from programs.choices import ClearanceStatus as S

RECEIVE = "programs.clearance_receive"
ACCEPT = "programs.clearance_accept"
VERIFY = "programs.clearance_verify"
REVOKE = "programs.clearance_revoke"
BY_SYSTEM = "programs.by_system"


def _step(name: str, label: str, sources: set[str], target: str, permission: str, *needs: str) -> Transition:
    return Transition(name, label, frozenset(map(str, sources)), str(target), permission, needs)


CLEARANCE: Table = table(
    _step("request", "Ask for it", {S.NEEDED}, S.REQUESTED, RECEIVE),
    _step("receive", "Record it", {S.NEEDED, S.REQUESTED}, S.RECEIVED, RECEIVE, "content"),
    _step("refuse", "Record that it says no", {S.NEEDED, S.REQUESTED}, S.NOT_CLEARED, RECEIVE, "content"),
    _step("accept", "Accept", {S.RECEIVED}, S.ACCEPTED, ACCEPT, "limits"),
    _step("reject", "Reject", {S.RECEIVED, S.ACCEPTED}, S.REJECTED, ACCEPT, "reason"),
    _step("verify", "Verify by call-back", {S.ACCEPTED}, S.VERIFIED, VERIFY, "number_called", "spoke_with"),
    _step("revoke", "Revoke", {S.RECEIVED, S.ACCEPTED, S.VERIFIED}, S.REVOKED, REVOKE, "reason"),
    _step("expire", "Time is over", {S.RECEIVED, S.ACCEPTED, S.VERIFIED}, S.EXPIRED, BY_SYSTEM),
)
"""All steps of a clearance, by name."""

WAITED_FOR = frozenset({S.NEEDED, S.REQUESTED})
LIVE = frozenset({S.RECEIVED, S.ACCEPTED, S.VERIFIED})

"""What may happen to a contact request, and who may do it."""

from config.workflow import Transition, table

CALL = "intake.request_call"

_WAITING = frozenset({"new", "no_answer"})
_OPEN = _WAITING | {"calling"}

CONTACT_TRANSITIONS = table(
    Transition("start_call", "Start call", _WAITING, "calling", CALL),
    Transition("put_back", "Stop, I am not calling", frozenset({"calling"}), "new", CALL),
    Transition("reach", "Reached", _OPEN, "reached", CALL),
    Transition("miss", "Not reached", _OPEN, "no_answer", CALL, ("outcome", "next_try")),
    Transition("close", "Close", _OPEN | {"reached"}, "closed", CALL, ("reason",)),
    Transition("reopen", "Open again", frozenset({"closed"}), "new", CALL),
)

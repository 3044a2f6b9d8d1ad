"""What may happen to an assessment, and who may do it."""

from config.workflow import Transition, table

EDIT = "intake.assessment_edit"
REVIEW = "intake.assessment_review"

ASSESSMENT = table(
    Transition("start", "Start", frozenset({"not_started"}), "in_progress", EDIT),
    Transition(
        "hold",
        "Put on hold",
        frozenset({"not_started", "in_progress", "needs_answers"}),
        "on_hold",
        EDIT,
        ("reason",),
    ),
    Transition("resume", "Resume", frozenset({"on_hold"}), "in_progress", EDIT),
    Transition(
        "submit",
        "Send to clinician",
        frozenset({"not_started", "in_progress", "needs_answers"}),
        "ready_for_review",
        EDIT,
    ),
    Transition("begin_review", "Begin review", frozenset({"ready_for_review"}), "in_review", REVIEW),
    Transition(
        "send_back",
        "Ask for answers",
        frozenset({"ready_for_review", "in_review"}),
        "needs_answers",
        REVIEW,
        ("questions",),
    ),
    Transition("decide", "Decide", frozenset({"ready_for_review", "in_review"}), "decided", REVIEW),
    # Only of a correction: the first version of an episode can't be given up (a constraint as well).
    Transition(
        "drop",
        "Give up the correction",
        frozenset({"in_progress", "on_hold", "needs_answers", "ready_for_review", "in_review"}),
        "dropped",
        EDIT,
    ),
)
# While it waits for a clinician answers may still change (the recommendation is then made again).
EDITABLE = frozenset({"not_started", "in_progress", "needs_answers", "ready_for_review", "in_review"})

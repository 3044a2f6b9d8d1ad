"""What should happen next for a person: one step, in words, from where the episode stands."""

from dataclasses import dataclass
from typing import Literal

Target = Literal["episode", "person", "clearance", "referral", "none"]


@dataclass(frozen=True)
class Standing:
    """Where a person's open episode stands. Status words are those of the lower apps; "" means none."""

    has_episode: bool = False
    safety_checked: bool = False
    assessment: str = ""
    decided: bool = False
    detox_first: bool = False
    referral_open: bool = False
    clearance: str = ""
    admitted: bool = False


@dataclass(frozen=True)
class Step:
    """The next step: a button's label, why now, the name of its page, and what that page is about."""

    label: str
    why: str
    url_name: str
    about: Target


def next_step(at: Standing) -> Step:
    """Return the one next step. Total: every standing has one."""
    if not at.has_episode:
        return Step("Start an episode", "Nothing is open for this person.", "intake:episode-start", "person")
    if at.admitted:
        return Step("Open the bed board", "This person is admitted.", "programs:bed-board", "none")
    if not at.safety_checked:
        return Step(
            "Ask the safety questions", "They come before anything else.", "intake:safety-check", "episode"
        )
    if at.assessment in ("not_started", "in_progress", "on_hold", "needs_answers", ""):
        return Step(
            "Continue the assessment", "The assessment is not finished.", "intake:assessment", "episode"
        )
    if not at.decided:
        return Step(
            "Review and decide", "A clinician decides the level of care.", "programs:review", "episode"
        )
    if at.clearance in ("received", "accepted"):
        todo = "accept" if at.clearance == "received" else "verify"
        return Step(
            f"{todo.title()} the clearance",
            f"The medical clearance came back. Somebody has to {todo} it.",
            "programs:clearance",
            "clearance",
        )
    if at.detox_first and at.clearance != "verified":
        if at.referral_open:
            return Step("Open the referral", "A partner has been asked.", "referrals:referral", "referral")
        return Step("Find a detox partner", "Detox comes first, at a partner.", "referrals:match", "episode")
    return Step(
        "See what is missing for admission",
        "The decision is signed." if at.clearance != "verified" else "The clearance is verified.",
        "programs:readiness",
        "episode",
    )


STAGES = ("Assessment", "Decision", "Detox", "Clearance", "Admission")


def stage_index(at: Standing) -> int:
    """Return which of STAGES an episode has come to (0 to 4)."""
    if at.admitted or at.clearance == "verified":
        return 4
    if at.clearance in ("received", "accepted") or (at.decided and not at.detox_first):
        return 3
    if at.decided:
        return 2
    return 1 if at.assessment in ("ready_for_review", "in_review") else 0

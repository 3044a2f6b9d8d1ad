"""May a stay move from one program into another? Pure: levels and what was decided in, a code out.

The database has the same rules (`programs_staymove_judge`); a test compares them for every pair of levels.
"""

from dataclasses import dataclass

from programs.rules.transitions import AROUND_THE_CLOCK, judge

SENTENCES = {
    "move_nowhere": "The person is there already. Select another place",
    "move_not_next": "This level does not follow the present one. Choose a step between",
    "move_needs_admission": (
        "Who comes from home into a bed is admitted anew, with a medical clearance of now. "
        "Record the discharge, then admit"
    ),
    "move_not_decided": "A clinician decides on another level first. Ask for a review of the answers",
    "program_closed": "This program takes nobody at present. Select another place",
    "partner_program": "A partner runs this program. Refer the person instead",
    "no_bed": "This program has beds. Select one of them",
    "bed_other_program": "This bed is of another program. Select again",
    "bed_out_of_service": "This bed is out of use. Select another place",
}
"""Why a stay does not move, by the database's codes, and what to do instead."""


@dataclass(frozen=True)
class Move:
    """The level now and then, whether a decision is for the one then, and whether nothing would change."""

    before: str
    after: str
    decided: bool
    same_place: bool = False


def refusal(move: Move) -> str | None:
    """Return the code of what speaks against a move first, or None. Raises KeyError for no level."""
    if move.same_place:
        return "move_nowhere"
    if not judge(move.before, move.after).allowed:
        return "move_not_next"
    if move.before not in AROUND_THE_CLOCK and move.after in AROUND_THE_CLOCK:
        return "move_needs_admission"
    if move.before != move.after and not move.decided:
        return "move_not_decided"
    return None

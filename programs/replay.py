"""Compute stored recommendations again, and tell whose outcome is another one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from programs.models import Recommendation
from programs.rules.detox import DETOX, decide_detox
from programs.rules.level_of_care import LEVEL_OF_CARE, LevelRuleset, decide_level
from programs.rules.ruleset import Ruleset


@dataclass(frozen=True)
class Replayed:
    """One stored recommendation beside the same input under the rules given. Holds codes and ids only.

    `same_rules`: the rule sets are those it was made with, so that any difference would be a fault.
    """

    recommendation: Recommendation
    before: dict[str, Any]
    after: dict[str, Any]
    same_rules: bool

    @property
    def changed(self) -> list[str]:
        """Return the names of what is another value now."""
        return [name for name, value in self.after.items() if self.before.get(name) != value]


def replay(
    stored: Iterable[Recommendation], detox: Ruleset = DETOX, care: LevelRuleset = LEVEL_OF_CARE
) -> Iterator[Replayed]:
    """Yield every stored recommendation, computed again from its snapshot; nothing is written."""
    for made in stored:
        outcome = decide_detox(made.snapshot["detox"], detox)
        level = decide_level({**made.snapshot["loc"], "detox": outcome.outcome}, care)
        yield Replayed(
            recommendation=made,
            before=_told(made.result["detox"], made.result["loc"]),
            after=_told(outcome.as_output(), level.as_output()),
            same_rules=(detox.sha256, care.sha256) == (made.detox_ruleset_sha256, made.loc_ruleset_sha256),
        )


def _told(detox: dict[str, Any], care: dict[str, Any]) -> dict[str, Any]:
    """Return what counts as a change: both outcomes, the lowest safe level, and the rules that fired."""
    return {
        "detox": detox["outcome"],
        "setting": detox.get("setting"),
        "detox_rules": detox["rules"],
        "level": care["recommended"],
        "minimum_safe": care["minimum_safe"],
        "level_rules": care["rules"],
    }

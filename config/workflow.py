"""Workflows are data: a table of transitions that buttons, forms and actions all read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.errors import Conflict


@dataclass(frozen=True)
class Transition:
    """One allowed step: from any of `sources` to `target`, for who holds `permission`.

    `needs` names what the step asks for (form fields), so that a screen and a test can see it.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    permission: str
    needs: tuple[str, ...] = field(default=())


Table = Mapping[str, Transition]


def table(*transitions: Transition) -> Table:
    """Build a table keyed by name; a name used twice is an error."""
    built = {step.name: step for step in transitions}
    if len(built) != len(transitions):
        raise ValueError("a transition name is used twice")
    return built


def check(steps: Table, name: str, status: str, *, noun: str = "record") -> Transition:
    """Return the transition, or raise Conflict when `status` is not one of its sources."""
    step = steps[name]
    if status not in step.sources:
        raise Conflict(f"This {noun} is now “{status.replace('_', ' ')}”. Somebody may have changed it.")
    return step


def available(steps: Table, status: str, user: Any) -> list[Transition]:
    """List the steps that `user` may take from `status`, in the table's order."""
    return [step for step in steps.values() if status in step.sources and user.has_perm(step.permission)]

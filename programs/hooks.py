"""What programs tells the apps above it. Callables run inside the action's transaction."""

from collections.abc import Callable
from typing import Any

# Called with admission=, by=, now=
after_admit: list[Callable[..., Any]] = []
# Called with admission=, by=, now= when an admission was taken back as a mistake
after_undo: list[Callable[..., Any]] = []
# Called with clearance=, by=, now=
after_clearance: list[Callable[..., Any]] = []
# Called with determination=, by=, now=
after_sign: list[Callable[..., Any]] = []


def call(hooks: list[Callable[..., Any]], **facts: Any) -> None:
    """Call every hook of a list, in the order they were added."""
    for hook in hooks:
        hook(**facts)

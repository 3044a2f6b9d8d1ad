"""What intake tells the apps above it. Callables run inside the action's transaction."""

from collections.abc import Callable
from typing import Any

# Called with assessment=, by=, now=
after_answers_changed: list[Callable[..., Any]] = []
# Called with episode=, by=, now= while the locked episode is still open
before_close: list[Callable[..., Any]] = []
# Called with episode=, by=, now=
after_resume: list[Callable[..., Any]] = []
after_submit: list[Callable[..., Any]] = []
# Called with episode=, now=; each returns a list of (title, text, url) that a page about a denial shows
beside_coverage: list[Callable[..., Any]] = []


def call(hooks: list[Callable[..., Any]], **facts: Any) -> None:
    """Call every hook of a list, in the order they were added."""
    for hook in hooks:
        hook(**facts)

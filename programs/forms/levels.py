"""Levels of care as the choices of a select."""

from programs.choices import CENTER_LEVELS, Level
from programs.rules.transitions import START, following


def level_choices(before: str) -> list[tuple[str, str]]:
    """Return the levels that may follow `before`, highest first.

    After detox more of them may follow than without it: the action says which, once detox is decided.
    """
    stays = () if before == START else (before,)
    offered = {*following(before), *following(Level.DETOX), *stays}
    return [(value, label) for value, label in Level.choices if value in offered]


def levels_here(before: str) -> list[tuple[str, str]]:
    """Return the levels of this center at which care may go on after `before`: the next step first."""
    offered = [level for level in (*following(before), before) if level in CENTER_LEVELS]
    return [(level, Level(level).label) for level in offered]

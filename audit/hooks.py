"""What upper apps do when the watch finds damage. They append in their AppConfig.ready()."""

from collections.abc import Callable
from typing import Any

# Called with alarms= (those that are new, at least one), inside the watch's transaction.
after_alarm: list[Callable[..., Any]] = []

"""What upper apps do inside a transaction of records. They append in their AppConfig.ready().

Safety never depends on a hook: the door checks again at the moment of use.
"""

from collections.abc import Callable
from typing import Any

# Called with consent=, by=, now= when a consent was withdrawn (wholly or for one recipient) or has ended.
after_revoke: list[Callable[..., Any]] = []

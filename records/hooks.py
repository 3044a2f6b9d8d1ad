"""What upper apps do inside a transaction of records. They append in their AppConfig.ready().

Safety never depends on a hook: the door checks again at the moment of use.
"""

from collections.abc import Callable
from typing import Any

# Called with consent=, by=, now= when a consent was withdrawn (wholly or for one recipient) or has ended.
after_revoke: list[Callable[..., Any]] = []

# Called with person=; each returns a builder for each category of the chart that it knows, for the door
# (`records.door.sections`). A builder returns rows of [label, text]; only those that a basis allows run.
chart_sections: list[Callable[..., Any]] = []

# Called with subject=, person=, by=, now= when something went to the wrong recipient. Each stops what it can
# at once and returns (what it stopped, what was opened there and when): two lists of sentences.
stop_sending: list[Callable[..., tuple[list[str], list[str]]]] = []

# Called with survivor=, merged= before one record of a person stands for another; each returns what has to be
# resolved first, as (sentence, address of the page where that is done).
before_merge: list[Callable[..., list[tuple[str, str]]]] = []

# Called with a recipient; each returns the e-mail address of its office, or an empty text.
office_email: list[Callable[[Any], str]] = []

"""What the apps above are told: the one upward path. They append to these lists when they load.

`after_told(user_id=, notice_id=)`: somebody should look at their account; the outbox mails them.
`after_link_made(link_id=, user_id=, token=)`: a link was made; the outbox mails it.
All run inside the action's transaction.
"""

from collections.abc import Callable
from typing import Any

after_told: list[Callable[..., Any]] = []
after_link_made: list[Callable[..., Any]] = []

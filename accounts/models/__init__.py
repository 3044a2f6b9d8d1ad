"""Staff, what changed about their accounts, and the counters that slow down guessing."""

from accounts.models.browsers import AccountNotice, KnownBrowser
from accounts.models.changes import AccountChange, AccountLink, Recovery
from accounts.models.throttles import ThrottleCounter
from accounts.models.users import User, UserManager, display_name

__all__ = [
    "AccountChange",
    "AccountLink",
    "AccountNotice",
    "KnownBrowser",
    "Recovery",
    "ThrottleCounter",
    "User",
    "UserManager",
    "display_name",
]

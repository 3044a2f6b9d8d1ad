"""What a password must be: long, not on a list of stolen ones, and nothing that this place suggests.

The rules are those of NIST SP 800-63B-4 for a password: length counts, characters don't, nothing expires.
No network is asked: the lists are Django's and those that zxcvbn ships.
"""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST, LONGEST = 15, 1024
# Fewer guesses than this, by zxcvbn's count, is what somebody with a list of stolen passwords tries.
ENOUGH_GUESSES = 10**10
_LOOKED_AT = 128  # zxcvbn's work grows with the length; what follows can only make a password better
_OURS = ("clearway", "addiction", "detox", "rehab")
_SHORTEST_NAME = 4
_LOOKALIKES = (str.maketrans("01345789", "oleastbg"), str.maketrans("0134579", "oieastg"))

SHORT = f"Use {SHORTEST} characters or more. Four or five words that don't belong together are easy to keep"
LONG = f"Use {LONGEST} characters or fewer"
KNOWN = (
    "This is on lists of stolen passwords, or easy to work out from them. "
    "Use four or five words that don't belong together"
)
NEAR = (
    "This has the center's name, the product's name or yours in it. "
    "Use words that have nothing to do with you or with this place"
)


def _letters(text: str) -> str:
    """Return the letters and digits alone, lower case."""
    return re.sub(r"[\W_]", "", text.casefold())


def near_words(user: Any) -> frozenset[str]:
    """Return what must not be in a password: names of the center and of the user, parts of the address."""
    texts = [settings.CENTER_NAME, settings.CENTER_SHORT_NAME, *_OURS]
    if user is not None:
        texts += [user.display_name, user.email, user.email.rpartition("@")[0]]
    parts = [part for text in texts for part in (text, *re.split(r"[\W_]+", text))]
    words = {_letters(part) for part in parts}
    return frozenset(word for word in words if len(word) >= _SHORTEST_NAME)


def _unit(text: str) -> str:
    """Return what `text` repeats, or the whole of it."""
    repeats = re.fullmatch(r"(.+?)\1+", text, re.DOTALL)
    return repeats.group(1) if repeats else text


@cache
def _known() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(CommonPasswordValidator().passwords)


def why_not(password: str, user: Any = None) -> str | None:
    """Return what is wrong with a password and what to do, or None when it is good."""
    if len(password) < SHORTEST:
        return SHORT
    if len(password) > LONGEST:
        return LONG
    written = _letters(password)
    words = near_words(user)
    spellings = {written, *(written.translate(table) for table in _LOOKALIKES)}
    if any(word in spelling for word in words for spelling in spellings):
        return NEAR
    unit = _unit(password.casefold())
    if len(unit) < SHORTEST or unit.strip() in _known() or written in _known():
        return KNOWN
    guesses = zxcvbn(password[:_LOOKED_AT], user_inputs=sorted(words), max_length=_LOOKED_AT)["guesses"]
    return KNOWN if guesses < ENOUGH_GUESSES else None


class PasswordRules:
    """The rules above as Django's and allauth's password validator."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with what to do."""
        wrong = why_not(password, user)
        if wrong:
            raise ValidationError(wrong, code="password")

    def get_help_text(self) -> str:
        """Return what to write beside the field."""
        return (
            f"{SHORTEST} characters or more. Any characters will do, spaces too. "
            "Four or five words that don't belong together are easy to keep."
        )

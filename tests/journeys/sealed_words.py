"""Prints, as JSON, every text that the database of this process holds sealed: what must be readable nowhere.

Run in the environment of a running product. It reads models and fields from the apps themselves, so that what
is seeded or added later is covered; what staff and partner directories say openly is left out.
"""

import json
import os
import re
from collections.abc import Iterator
from datetime import date

import django

DIRECTORIES = (
    ("accounts.User", ("display_name", "email")),
    ("referrals.Facility", ("coordinator", "phone", "fax", "email", "address", "caution")),
    ("referrals.CapacityReport", ("said_by",)),
    ("records.Recipient", ("name",)),
)
CENTER = ("CENTER_NAME", "CENTER_PHONE", "CENTER_ADDRESS")
NOT_KNOWN = "Not known"  # what a packet says of an answer that nobody gave
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def number(text: str) -> str:
    """Return the ten digits of a phone number however it is written; empty for any other text."""
    return re.sub(r"\D", "", text)[-10:] if re.fullmatch(r"\+?[\d ().-]{10,}", text) else ""


def leaves(value) -> Iterator[str]:
    """Yield every text inside a value."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, date):
        yield value.isoformat()
    elif isinstance(value, str):
        yield value


def tells_something(text: str, name: str) -> bool:
    """Whether a text is somebody's: any name, and every text of more than a code."""
    if MOMENT.match(text) or (DAY.fullmatch(text) and name != "date_of_birth"):
        return False
    named = name in ("name", "phone", "date_of_birth", "email", "call_name", "typed_name", "signer_name")
    return len(text) >= 3 if named else len(text) >= 8 and (" " in text.strip() or "@" in text)


def sealed_words() -> set[str]:
    """Open every sealed value of every row."""
    from django.apps import apps
    from django.conf import settings

    from config.crypto import CannotOpen
    from records.fields import EncryptedBytes, EncryptedField

    # A clearance, a consent or a packet repeats what the directories and the center say openly of themselves.
    words, said_openly = set(), {NOT_KNOWN, *(getattr(settings, name) for name in CENTER)}
    for label, names in DIRECTORIES:
        for row in apps.get_model(label).objects.values_list(*names):
            said_openly |= {value for value in row if value}
    for model in apps.get_models():
        fields = [one for one in model._meta.concrete_fields if isinstance(one, EncryptedField)]
        if not fields:
            continue
        for row in model._default_manager.all():
            for field in fields:
                if isinstance(field, EncryptedBytes):
                    continue
                try:
                    value = getattr(row, field.attname)
                except CannotOpen:
                    continue
                inside = value.items() if isinstance(value, dict) else [(field.name, value)]
                words |= {
                    text for name, part in inside for text in leaves(part) if tells_something(text, name)
                }
    open_numbers = {one for one in map(number, said_openly) if one}
    return {word for word in words - said_openly if number(word) not in open_numbers}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(sorted(sealed_words())))  # noqa: T201 - for the test that started this process

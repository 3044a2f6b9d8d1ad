"""What of records opens with a key ring directly, and how the start tells a wrong index key."""

from config import ring_users
from config.crypto import CannotOpen
from records.actions.keys import KeyRows
from records.indexes import index_of
from records.models import DataKey, Person
from records.models.data_key import CounselingKey

_SAMPLE = 5
_WRONG_INDEX = "The “index_key” is not the one that look-ups were made with: nobody would be found."


def register() -> None:
    """Add the data keys, and the question about the index key."""
    ring_users.register(KeyRows(DataKey, "data keys"))
    ring_users.register(KeyRows(CounselingKey, "keys of counseling notes"))
    ring_users.register_check(wrong_index_key)


def wrong_index_key() -> str:
    """Compare the index of a few names with what is stored; return a sentence when none of them fits."""
    tried = 0
    for person in Person.objects.filter(name_index__isnull=False).order_by("-created_at", "id")[:_SAMPLE]:
        try:
            found = index_of("name", person.name)
        except CannotOpen:
            continue
        if found == bytes(person.name_index):
            return ""
        tried += 1
    return _WRONG_INDEX if tried else ""

"""Blind indexes: exact look-ups of a person without storing what is looked up."""

from config.crypto import blind_index

INDEX_COLUMNS = {"name": "name_index", "phone": "phone_index", "date_of_birth": "dob_index"}


def index_of(field: str, value: str | None) -> bytes | None:
    """Return the blind index of one of the indexed fields ("name", "phone", "date_of_birth")."""
    return blind_index(value, f"records_person.{field}") if value else None

"""What the database can check of a sealed value without opening it: that it is not empty."""

from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import GreaterThan

# Version, data key's id, nonce and tag: what an encrypted empty text measures (config/crypto.py).
EMPTY = 1 + 16 + 12 + 16


def filled(*columns: str) -> Q:
    """Return the condition that each of these sealed columns holds more than an empty text."""
    condition = Q()
    for column in columns:
        size = Func(F(column), function="octet_length", output_field=IntegerField())
        condition &= Q(**{f"{column}__isnull": False}) & Q(GreaterThan(size, EMPTY))
    return condition

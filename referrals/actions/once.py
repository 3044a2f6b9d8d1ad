"""Doing a submitted thing once: the key, the action and its result in one transaction."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from outbox import submit

T = TypeVar("T")


@transaction.atomic
def once(key: UUID, *, scope: str, by: Any, url: str, action: Callable[[], T]) -> T:
    """Run `action` once for `key` and note that it led to `url`.

    Raises AlreadyDone when it was run before; whatever `action` raises undoes the claim as well.
    """
    claim = submit.once(key, scope=scope, by=by)
    result = action()
    claim.done(url)
    return result

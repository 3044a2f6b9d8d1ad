"""The methods that a view answers, noted on the view where others can read them."""

from collections.abc import Callable
from typing import Any

from django.views.decorators.http import require_POST

View = Callable[..., Any]


def post_only(view: View) -> View:
    """Answer POST alone: the address of a button, with nothing to open."""
    checked = require_POST(view)
    checked.post_only = True
    return checked

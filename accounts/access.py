"""Deny by default: each view declares who may open it, with exactly one of these decorators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """Who may open a view: anyone, any signed-in staff, holders of a permission, or holders of a link."""

    kind: str
    permission: str = ""


def _mark(view: View, access: Access) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} declares its access twice")
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open this view, signed in or not."""
    return _mark(view, Access("public"))


def signed_in(view: View) -> View:
    """Any signed-in member of staff may open this view."""
    return _mark(view, Access("signed_in"))


def link(view: View) -> View:
    """Only who holds a live link and its code; the view checks that itself, by its app's own helper."""
    return _mark(view, Access("link"))


def staff(permission: str) -> Callable[[View], View]:
    """Only signed-in staff who hold `permission` (registered with `rules.add_perm`)."""
    return lambda view: _mark(view, Access("staff", permission))

"""Deny by default: each view declares who may open it, with exactly one of these decorators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """Who may open a view: anyone, any signed-in staff, holders of a permission, or holders of a link.

    With `fresh`, a POST is let through only shortly after signing in or confirming (`accounts/step_up.py`);
    with `export` as well, a GET too.
    """

    kind: str
    permission: str = ""
    fresh: bool = False
    export: bool = False


def _mark(view: View, access: Access) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} declares its access twice")
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anyone may open this view, signed in or not."""
    return _mark(view, Access("public"))


def signed_in(view: View | None = None, *, fresh: bool = False) -> Any:
    """Any signed-in member of staff may open this view; with `fresh`, a POST asks "is it still you?"."""
    if view is None:
        return lambda decorated: _mark(decorated, Access("signed_in", fresh=fresh))
    return _mark(view, Access("signed_in"))


def link(view: View) -> View:
    """Only who holds a live link and its code; the view checks that itself, by its app's own helper."""
    return _mark(view, Access("link"))


def staff(permission: str, *, fresh: bool = False, export: bool = False) -> Callable[[View], View]:
    """Only signed-in staff who hold `permission` (registered with `rules.add_perm`).

    `fresh=True`: a POST whose sign-in is older than STEP_UP_MINUTES is first answered by a page that
    confirms who is there and carries the typed fields along. `export=True`: a GET as well.
    """
    return lambda view: _mark(view, Access("staff", permission, fresh or export, export))

"""Making and changing staff accounts: the only writer of them outside the demo."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.actions.links import make_link
from accounts.actions.notices import tell
from accounts.actions.sessions import drop_sessions
from accounts.choices import Change, LinkKind, Role, Told
from accounts.models import AccountChange, AccountLink, User
from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused

LAST = "There must be an active administrator. Make somebody else one first."
OWN = "Nobody changes their own account. Ask another administrator."


def _checked(email: str, role: str) -> str:
    """Return the address as it is kept. Raises Refused for an unknown role and a bad or taken address."""
    if role not in Role.values:
        raise Refused("role", f"Choose one of: {', '.join(Role.values)}", field="role")
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("email", "Enter an address like name@example.org", field="email") from None
    if User.objects.filter(email=address).exists():
        raise Refused("email", "This address has an account, maybe one that is switched off", field="email")
    return address


def _made(by: Any, user: User) -> None:
    AccountChange.objects.create(
        user=user, kind=Change.MADE, new_role=user.role, by=by if isinstance(by, User) else None
    )
    record("account.added", by=by, obj=user, role=user.role)


@transaction.atomic
def invite(*, by: Any, email: str, name: str, role: str) -> tuple[User, str]:
    """Make an account without a password, and a link by which its owner chooses one; return both.

    Raises Refused for an unknown role and a bad or taken address.
    """
    user = User.objects.create_user(_checked(email, role), None, display_name=name.strip(), role=role)
    _made(by, user)
    token = make_link(user=user, kind=LinkKind.INVITE)
    record("account.invited", by=by, obj=user)
    return user, token


@transaction.atomic
def invite_again(*, by: User, user: User) -> None:
    """Send a new invitation; the earlier one ends. Raises Conflict when there is nobody to invite."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password() or not user.is_active:
        raise Conflict("This account is in use, or switched off: there is nobody to invite.")
    make_link(user=user, kind=LinkKind.INVITE)
    record("account.invited", by=by, obj=user)


def _locked(by: User, user: User) -> User:
    """Lock both rows, always in the same order; who was switched off meanwhile changes nothing."""
    pair = User.objects.select_for_update().filter(pk__in=[by.pk, user.pk]).order_by("pk")
    rows = {row.pk: row for row in pair}
    if not rows[by.pk].has_perm("accounts.staff_manage"):
        raise Refused("permission", "You are not an administrator any more.")
    return rows[user.pk]


def _change(*, by: User, user: User, kind: Change, reason: str, **fields: Any) -> User:
    """Lock the row, write the change and its history. Raises Refused for one's own and the last one."""
    if by.pk == user.pk:
        raise Refused("own", OWN)
    try:
        with transaction.atomic():
            kept = _locked(by, user)
            if all(getattr(kept, name) == value for name, value in fields.items()):
                raise Conflict("Somebody else has done that already.")
            AccountChange.objects.create(
                user=kept, kind=kind, reason=reason, by=by,
                old_role=kept.role, new_role=fields.get("role", kept.role),
            )  # fmt: skip
            for name, value in fields.items():
                setattr(kept, name, value)
            kept.save(update_fields=list(fields))
            if kind != Change.ON:
                AccountLink.objects.filter(user=kept, ended_at=None).update(ended_at=clock.real_now())
            return kept
    except IntegrityError as error:
        if refusal_code(error) == "accounts_user_last_administrator":
            raise Refused("last_administrator", LAST) from error
        raise


@transaction.atomic
def change_role(*, by: User, user: User, role: str, reason: str) -> None:
    """Give another role, with a reason; it counts from the next request on. See `_change` for refusals."""
    changed = _change(by=by, user=user, kind=Change.ROLE, reason=reason, role=role)
    record("account.role_changed", by=by, obj=changed, role=role)
    tell(user=changed, kind=Told.ROLE)


@transaction.atomic
def switch_off(*, by: User, user: User, reason: str) -> None:
    """Deactivate an account, with a reason: its sessions and links end at once. See `_change`."""
    changed = _change(by=by, user=user, kind=Change.OFF, reason=reason, is_active=False)
    ended = drop_sessions(changed)
    record("account.switched_off", by=by, obj=changed, sessions=ended)


@transaction.atomic
def switch_on(*, by: User, user: User) -> None:
    """Reactivate an account: its password and factors are as they were. See `_change`."""
    changed = _change(by=by, user=user, kind=Change.ON, reason="", is_active=True)
    record("account.switched_on", by=by, obj=changed)

"""Making staff accounts: the only writer of them outside the demo."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.choices import Role
from accounts.models import User
from audit.actions import record
from config.errors import Refused


@transaction.atomic
def add_staff(*, by: Any, email: str, name: str, role: str, password: str) -> User:
    """Make an account. Raises Refused for an unknown role, a taken address or a weak password."""
    if role not in Role.values:
        raise Refused("role", f"Choose one of: {', '.join(Role.values)}", field="role")
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused("email", "This address has an account", field="email")
    try:
        validate_password(password, User(email=email, display_name=name))
    except ValidationError as error:
        raise Refused("password", " ".join(error.messages), field="password") from error
    user = User.objects.create_user(email, password, display_name=name, role=role)
    record("account.added", by=by, obj=user, role=role)
    return user

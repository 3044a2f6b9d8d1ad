"""Predicates that every app's `permissions.py` builds on. A permission nobody added is refused."""

from typing import Any

import rules

from accounts.choices import Role


def has_role(*roles: Role) -> Any:
    """Return a predicate: the user is active and has one of `roles`."""
    names = frozenset(roles)

    def holds(user: Any) -> bool:
        return bool(user and user.is_authenticated and user.is_active and user.role in names)

    return rules.predicate(holds, name="has_role:" + ",".join(sorted(names)))


is_admissions = has_role(Role.ADMISSIONS)
is_clinician = has_role(Role.CLINICIAN)
is_supervisor = has_role(Role.SUPERVISOR)
is_privacy = has_role(Role.PRIVACY)
is_auditor = has_role(Role.AUDITOR)
is_administrator = has_role(Role.ADMINISTRATOR)

# Who works with people's records at all; the other roles see trails and settings, not records.
WORKING_ROLES = (Role.ADMISSIONS, Role.CLINICIAN, Role.SUPERVISOR)
works_with_people = has_role(*WORKING_ROLES)

# Accounts of staff: who makes and changes them, who ends somebody's sessions, who vouches in a recovery.
rules.add_perm("accounts.staff_manage", is_administrator)
rules.add_perm("accounts.sessions_end", has_role(Role.SUPERVISOR, Role.ADMINISTRATOR))
rules.add_perm("accounts.recovery_confirm", has_role(Role.SUPERVISOR, Role.PRIVACY))
rules.add_perm(
    "accounts.staff_read", has_role(Role.SUPERVISOR, Role.PRIVACY, Role.AUDITOR, Role.ADMINISTRATOR)
)

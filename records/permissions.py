"""Who may do what with people's records."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people

rules.add_perm("records.person_read", works_with_people)
rules.add_perm("records.person_change", works_with_people)
rules.add_perm("records.restricted_read", has_role(Role.SUPERVISOR))

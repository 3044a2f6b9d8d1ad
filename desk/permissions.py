"""Who may do what at the desk."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people

rules.add_perm("desk.people_search", works_with_people)
rules.add_perm("desk.person_view", works_with_people)
rules.add_perm("desk.messages_handle", has_role(Role.SUPERVISOR, Role.ADMINISTRATOR))

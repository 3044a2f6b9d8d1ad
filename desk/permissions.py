"""Who may do what at the desk."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people

rules.add_perm("desk.people_search", works_with_people)
rules.add_perm("desk.person_view", works_with_people)
rules.add_perm("desk.downtime_kit", works_with_people)
rules.add_perm("desk.messages_handle", has_role(Role.SUPERVISOR, Role.ADMINISTRATOR))

# The trail: those who check it see every event, without content; supervisors who looked at a record.
rules.add_perm("desk.trail_read", has_role(Role.AUDITOR, Role.PRIVACY))
rules.add_perm("desk.looks_read", has_role(Role.AUDITOR, Role.PRIVACY, Role.SUPERVISOR))

"""Who may do what at the desk."""

import rules

from accounts.permissions import works_with_people

rules.add_perm("desk.people_search", works_with_people)
rules.add_perm("desk.person_view", works_with_people)

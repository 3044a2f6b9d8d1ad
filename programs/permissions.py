"""Who may do what in programs."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, is_clinician, works_with_people

rules.add_perm("programs.review_read", works_with_people)
rules.add_perm("programs.recommend", is_clinician)
rules.add_perm("programs.decide", is_clinician)
rules.add_perm("programs.clearance_read", works_with_people)
rules.add_perm("programs.clearance_receive", works_with_people)
rules.add_perm("programs.clearance_accept", is_clinician)
rules.add_perm("programs.clearance_verify", works_with_people)
rules.add_perm("programs.clearance_revoke", has_role(Role.CLINICIAN, Role.SUPERVISOR))
rules.add_perm("programs.bed_read", works_with_people)
rules.add_perm("programs.bed_hold", works_with_people)
rules.add_perm("programs.bed_take_out", has_role(Role.SUPERVISOR))
rules.add_perm("programs.admit", works_with_people)
rules.add_perm("programs.admit_late", has_role(Role.SUPERVISOR))
rules.add_perm("programs.discharge", works_with_people)

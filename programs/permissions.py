"""Who may do what in programs."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, is_clinician, works_with_people

_ANYBODY = has_role(*Role)
rules.add_perm("programs.review_read", works_with_people)
rules.add_perm("programs.rules_read", _ANYBODY)
rules.add_perm("programs.program_read", _ANYBODY)
rules.add_perm("programs.program_change", has_role(Role.SUPERVISOR))
rules.add_perm("programs.recommend", is_clinician)
rules.add_perm("programs.decide", is_clinician)
rules.add_perm("programs.overrides_read", has_role(Role.CLINICIAN, Role.SUPERVISOR))
rules.add_perm("programs.clearance_read", works_with_people)
rules.add_perm("programs.clearance_receive", works_with_people)
rules.add_perm("programs.clearance_accept", is_clinician)
rules.add_perm("programs.clearance_verify", works_with_people)
rules.add_perm("programs.clearance_revoke", has_role(Role.CLINICIAN, Role.SUPERVISOR))
rules.add_perm("programs.bed_read", works_with_people)
rules.add_perm("programs.bed_hold", works_with_people)
rules.add_perm("programs.bed_take_out", has_role(Role.SUPERVISOR))
rules.add_perm("programs.waitlist", works_with_people)
rules.add_perm("programs.waitlist_escalated", has_role(Role.SUPERVISOR))
rules.add_perm("programs.prepare", works_with_people)
rules.add_perm("programs.admit", works_with_people)
rules.add_perm("programs.admit_late", has_role(Role.SUPERVISOR))
rules.add_perm("programs.discharge", works_with_people)
rules.add_perm("programs.follow_up", works_with_people)
rules.add_perm("programs.step_down", is_clinician)
rules.add_perm("programs.care_plan", is_clinician)
rules.add_perm("programs.care_plan_read", works_with_people)
rules.add_perm("programs.family", works_with_people)
rules.add_perm("programs.family_session_read", works_with_people)
rules.add_perm("programs.family_session_plan", has_role(Role.CLINICIAN, Role.SUPERVISOR))

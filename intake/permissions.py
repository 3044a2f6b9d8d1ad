"""Who may do what in intake."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people
from intake.rules import catalogue

rules.add_perm("intake.episode_view", works_with_people)
rules.add_perm("intake.episode_start", works_with_people)
rules.add_perm("intake.safety_check", works_with_people)
rules.add_perm("intake.assessment_view", works_with_people)
rules.add_perm("intake.assessment_edit", works_with_people)
rules.add_perm("intake.assessment_review", has_role(Role.CLINICIAN, Role.SUPERVISOR))

rules.add_perm("intake.coverage_view", works_with_people)
rules.add_perm("intake.coverage_write", works_with_people)
rules.add_perm("intake.rates_view", works_with_people)
rules.add_perm("intake.rates_edit", has_role(Role.SUPERVISOR))

rules.add_perm(catalogue.GIVE, works_with_people)
rules.add_perm(catalogue.OBSERVE, has_role(Role.CLINICIAN, Role.SUPERVISOR))
rules.add_perm("intake.follow_up_view", works_with_people)
rules.add_perm("intake.follow_up_work", has_role(Role.CLINICIAN, Role.SUPERVISOR))

rules.add_perm("intake.request_view", works_with_people)
rules.add_perm("intake.request_call", works_with_people)
rules.add_perm("intake.information_read", has_role(Role.CLINICIAN, Role.SUPERVISOR))
rules.add_perm("intake.information_remove", has_role(Role.CLINICIAN, Role.SUPERVISOR))

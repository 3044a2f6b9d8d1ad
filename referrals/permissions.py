"""Who may do what with referrals. Steps that only a link or the clock may take belong to no staff."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people

_manages_partners = has_role(Role.SUPERVISOR, Role.ADMINISTRATOR)

rules.add_perm("referrals.view", works_with_people)
rules.add_perm("referrals.offer_send", works_with_people)
rules.add_perm("referrals.offer_record", works_with_people)
rules.add_perm("referrals.capacity_report", works_with_people)
rules.add_perm("referrals.directory_view", works_with_people | has_role(Role.ADMINISTRATOR))
rules.add_perm("referrals.facility_change", _manages_partners)
rules.add_perm("referrals.unmet_read", _manages_partners)
rules.add_perm("referrals.by_link", rules.always_deny)
rules.add_perm("referrals.by_system", rules.always_deny)

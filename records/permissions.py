"""Who may do what with people's records."""

import rules

from accounts.choices import Role
from accounts.permissions import has_role, works_with_people

rules.add_perm("records.person_read", works_with_people)
rules.add_perm("records.person_change", works_with_people)
# Duplicates: whoever works with people asks for a merge, a second colleague confirms; a supervisor merges.
rules.add_perm("records.person_merge_ask", works_with_people)
rules.add_perm("records.person_merge", has_role(Role.SUPERVISOR))
rules.add_perm("records.restricted_read", has_role(Role.SUPERVISOR))
# Counseling notes: clinicians write them; who may open one is decided by `records.queries.counseling`.
rules.add_perm("records.counseling_notes", has_role(Role.CLINICIAN))

# Consents, the accounting and documents. The privacy officer oversees both without opening records.
_consents = has_role(Role.ADMISSIONS, Role.CLINICIAN, Role.SUPERVISOR, Role.PRIVACY)
rules.add_perm("records.consent_read", _consents)
rules.add_perm("records.consent_oversee", has_role(Role.PRIVACY))
rules.add_perm("records.consent_prepare", works_with_people)
rules.add_perm("records.consent_sign", works_with_people)
rules.add_perm(
    "records.recipient_add", has_role(Role.ADMISSIONS, Role.CLINICIAN, Role.SUPERVISOR, Role.PRIVACY)
)
rules.add_perm("records.consent_revoke", _consents)
# Whoever takes the call answers the caller: the passphrase comes first, and nobody is looked up before.
rules.add_perm("records.helper_call", works_with_people)
rules.add_perm("records.disclosure_read", _consents)
rules.add_perm("records.document_read", works_with_people)
rules.add_perm("records.document_store", works_with_people)

# The list of what has to be looked at afterwards. Nobody closes what they did themselves.
rules.add_perm("records.review_work", has_role(Role.SUPERVISOR, Role.PRIVACY))

# The door out without consent. Who may write down a medical emergency: whoever works with people.
rules.add_perm("records.emergency_disclose", works_with_people)
# What left without consent, as it left: those who may open the record, and the privacy officer for everybody.
rules.add_perm("records.packet_read", _consents)

# Care teams: those on a team change it (records.actions.care_team asks), supervisors change any.
rules.add_perm("records.team_change", works_with_people)
rules.add_perm("records.team_manage", has_role(Role.SUPERVISOR))

# Incidents: everybody reports; the privacy officer and supervisors keep the register and decide.
rules.add_perm("records.incident_report", has_role(*Role))
rules.add_perm("records.incident_handle", has_role(Role.SUPERVISOR, Role.PRIVACY))
rules.add_perm("records.privacy_desk", has_role(Role.SUPERVISOR, Role.PRIVACY))

# Opening one record that is not on one's list, and keeping a record to named colleagues.
rules.add_perm("records.break_glass", has_role(Role.ADMISSIONS, Role.CLINICIAN))
rules.add_perm("records.restrict", has_role(Role.SUPERVISOR))
# Legal process: anyone at the desk takes it in without looking anybody up; few register and answer it.
rules.add_perm("records.legal_intake", _consents)
rules.add_perm("records.legal_manage", has_role(Role.SUPERVISOR, Role.PRIVACY))
# Written agreements; audit and research only by supervisor or privacy officer.
rules.add_perm("records.agreement_manage", has_role(Role.SUPERVISOR, Role.PRIVACY))
rules.add_perm("records.agreement_share", has_role(Role.SUPERVISOR, Role.PRIVACY))
rules.add_perm("records.qso_share", _consents)
# Reports that the law allows, and the check of identity before a copy of the record is given.
rules.add_perm("records.report_make", works_with_people)
rules.add_perm("records.identity_check", _consents)
# A person's wish to limit sharing: anyone writes it down; few decide and end it.
rules.add_perm("records.restriction_read", _consents)
rules.add_perm("records.restriction_decide", has_role(Role.SUPERVISOR, Role.PRIVACY))

# The patient notice: the privacy officer writes and publishes it, whoever works with people gives it.
rules.add_perm("records.notice_publish", has_role(Role.PRIVACY))
rules.add_perm("records.notice_give", works_with_people)

# Complaints are for the privacy officer alone.
rules.add_perm("records.complaint_handle", has_role(Role.PRIVACY))

# A person's requests (a copy, a change, the accounting): anyone writes them down; few extend and close them.
rules.add_perm("records.rights_read", _consents)
rules.add_perm("records.rights_close", has_role(Role.SUPERVISOR, Role.PRIVACY))

"""What a person has a right to: the accounting of disclosures, the notice, requests; and incidents."""

from django.urls import path

from records.views import (
    accounting,
    complaints,
    incident_steps,
    incidents,
    notices,
    privacy_desk,
    rights_requests,
)

_SHARED = "people/<uuid:person_id>/disclosures/"

urlpatterns = [
    path(_SHARED, accounting.disclosure_list, name="disclosure-list"),
    path(f"{_SHARED}give/", accounting.accounting_give, name="accounting-give"),
    path(f"{_SHARED}accounting.pdf", accounting.accounting_pdf, name="accounting-pdf"),
    path(f"{_SHARED}accounting.csv", accounting.accounting_csv, name="accounting-csv"),
    path("disclosures/<uuid:disclosure_id>/wrong/", incidents.misdirected, name="misdirected"),
    path("people/<uuid:person_id>/notice/", notices.person_notice, name="person-notice"),
    path("people/<uuid:person_id>/requests/", rights_requests.rights_list, name="rights-list"),
    path("people/<uuid:person_id>/requests/new/", rights_requests.rights_new, name="rights-new"),
    path("rights/<uuid:rights_id>/", rights_requests.rights, name="rights"),
    path("rights/<uuid:rights_id>/extend/", rights_requests.rights_extend, name="rights-extend"),
    path("rights/<uuid:rights_id>/close/", rights_requests.rights_close, name="rights-close"),
    path("privacy/", privacy_desk.privacy, name="privacy"),
    path("complaints/", complaints.complaint_list, name="complaint-list"),
    path("complaints/<uuid:complaint_id>/", complaints.complaint, name="complaint"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/draft/", notices.notice_edit, name="notice-edit"),
    path("notices/publish/", notices.notice_publish, name="notice-publish"),
    path("notices/<uuid:notice_id>/", notices.notice_version, name="notice-version"),
    path("incidents/", incidents.incident_list, name="incident-list"),
    path("incidents/new/", incidents.incident_report, name="incident-report"),
    path("incidents/tasks/<uuid:task_id>/", incidents.incident_task, name="incident-task"),
    path("incidents/duties/<uuid:duty_id>/done/", incident_steps.duty_done, name="incident-duty-done"),
    path("incidents/letters/<uuid:affected_id>/", incident_steps.letter_print, name="incident-letter"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<uuid:incident_id>/facts/", incident_steps.facts, name="incident-facts"),
    path("incidents/<uuid:incident_id>/people/", incident_steps.people, name="incident-people"),
    path("incidents/<uuid:incident_id>/decide/", incident_steps.decide, name="incident-decide"),
    path("incidents/<uuid:incident_id>/approve/", incident_steps.approve, name="incident-approve"),
    path("incidents/<uuid:incident_id>/back/", incident_steps.send_back, name="incident-send-back"),
    path("incidents/<uuid:incident_id>/letter/", incident_steps.letter_text, name="incident-letter-text"),
]

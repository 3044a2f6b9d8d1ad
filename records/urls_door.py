"""The door out without consent: emergencies, legal process, agreements."""

from django.urls import path

from records.views import (
    agreements,
    disclosed,
    emergencies,
    legal,
    own_access,
    reports,
    restrictions,
    without_consent,
)

_PERSON = "people/<uuid:person_id>/"

urlpatterns = [
    path(f"{_PERSON}emergency/", emergencies.emergency, name="emergency"),
    path(f"{_PERSON}emergency/late/", emergencies.emergency_late, name="emergency-late"),
    path(f"{_PERSON}without-consent/", without_consent.without_consent, name="without-consent"),
    path(f"{_PERSON}without-consent/agreement/", agreements.agreement_share, name="agreement-share"),
    path(f"{_PERSON}without-consent/copy/", own_access.own_copy, name="own-copy"),
    path(f"{_PERSON}without-consent/report/", reports.report, name="report"),
    path(f"{_PERSON}legal/", legal.legal_register, name="legal-register"),
    path(f"{_PERSON}legal/orders/new/", legal.order_new, name="order-new"),
    path(f"{_PERSON}legal/subpoenas/new/", legal.mandate_new, name="mandate-new"),
    path("legal/orders/<uuid:order_id>/end/", legal.order_end, name="order-end"),
    path("legal/subpoenas/<uuid:mandate_id>/end/", legal.mandate_end, name="mandate-end"),
    path("legal/subpoenas/<uuid:mandate_id>/order/", legal.mandate_join, name="mandate-join"),
    path("legal/subpoenas/<uuid:mandate_id>/answer/", legal.mandate_share, name="mandate-share"),
    path("legal/arrived/", legal.legal_arrived, name="legal-arrived"),
    path("legal/requests/", legal.legal_requests, name="legal-requests"),
    path("legal/requests/<uuid:legal_id>/", legal.legal_request, name="legal-request"),
    path(f"{_PERSON}limits/", restrictions.limit_list, name="limit-list"),
    path(f"{_PERSON}limits/new/", restrictions.limit_new, name="limit-new"),
    path("limits/", restrictions.limit_waiting, name="limit-waiting"),
    path("limits/<uuid:limit_id>/", restrictions.limit, name="limit"),
    path("limits/<uuid:limit_id>/agree/", restrictions.limit_agree, name="limit-agree"),
    path("limits/<uuid:limit_id>/decline/", restrictions.limit_decline, name="limit-decline"),
    path("limits/<uuid:limit_id>/end/", restrictions.limit_end, name="limit-end"),
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/new/", agreements.agreement_new, name="agreement-new"),
    path("agreements/<uuid:agreement_id>/end/", agreements.agreement_end, name="agreement-end"),
    path("disclosures/<uuid:disclosure_id>/", disclosed.disclosure, name="disclosure"),
]

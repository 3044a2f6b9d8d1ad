"""Consents, disclosures and documents, for staff."""

from django.urls import path

from records import urls_access, urls_door, urls_rights
from records.views import consents, documents, on_screen, reviews, withdrawal

app_name = "records"

urlpatterns = [
    path("people/<uuid:person_id>/consents/", consents.consent_list, name="consent-list"),
    path("people/<uuid:person_id>/consents/new/", consents.consent_prepare, name="consent-prepare"),
    path("people/<uuid:person_id>/documents/", documents.document_list, name="document-list"),
    path("consents/<uuid:consent_id>/", consents.consent_detail, name="consent-detail"),
    path("consents/<uuid:consent_id>/copy/", consents.consent_copy, name="consent-copy"),
    path("consents/<uuid:consent_id>/discard/", consents.consent_discard, name="consent-discard"),
    path("consents/<uuid:consent_id>/sign/", on_screen.consent_sign, name="consent-sign"),
    path(
        "consents/<uuid:consent_id>/sign/confirm/",
        on_screen.consent_sign_confirm,
        name="consent-sign-confirm",
    ),
    path("consents/<uuid:consent_id>/invite/", on_screen.consent_invite, name="consent-invite"),
    path("consents/<uuid:consent_id>/invite/new/", on_screen.consent_invite_new, name="consent-invite-new"),
    path(
        "consents/<uuid:consent_id>/invite/cancel/",
        on_screen.consent_invite_cancel,
        name="consent-invite-cancel",
    ),
    path("consents/<uuid:consent_id>/withdraw/", withdrawal.consent_revoke, name="consent-revoke"),
    path("consents/<uuid:consent_id>/receipt/", withdrawal.consent_receipt, name="consent-receipt"),
    path("documents/<uuid:document_id>/", documents.document_download, name="document-download"),
    path("reviews/privacy/", reviews.review_list, name="review-list"),
    path("reviews/privacy/<uuid:review_id>/", reviews.review, name="review"),
    *urls_access.urlpatterns,
    *urls_rights.urlpatterns,
    *urls_door.urlpatterns,
]

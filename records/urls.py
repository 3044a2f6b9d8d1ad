"""Consents, disclosures and documents, for staff."""

from django.urls import path

from records import urls_access, urls_consents, urls_door, urls_rights
from records.urls_counseling import urlpatterns as counseling_notes
from records.views import documents, reviews

app_name = "records"

urlpatterns = [
    *counseling_notes,
    path("people/<uuid:person_id>/documents/", documents.document_list, name="document-list"),
    path("documents/<uuid:document_id>/", documents.document_download, name="document-download"),
    path("reviews/privacy/", reviews.review_list, name="review-list"),
    path("reviews/privacy/<uuid:review_id>/", reviews.review, name="review"),
    *urls_access.urlpatterns,
    *urls_consents.urlpatterns,
    *urls_rights.urlpatterns,
    *urls_door.urlpatterns,
]

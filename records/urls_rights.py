"""What a person has a right to: the accounting of disclosures, the notice, requests; and incidents."""

from django.urls import path

from records.views import accounting

_SHARED = "people/<uuid:person_id>/disclosures/"

urlpatterns = [
    path(_SHARED, accounting.disclosure_list, name="disclosure-list"),
    path(f"{_SHARED}accounting.pdf", accounting.accounting_pdf, name="accounting-pdf"),
    path(f"{_SHARED}accounting.csv", accounting.accounting_csv, name="accounting-csv"),
]

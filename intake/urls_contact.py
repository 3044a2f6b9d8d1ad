"""Contact requests, for staff."""

from django.urls import URLPattern, URLResolver, path

from intake.views import contact_requests as views
from intake.views import inquiries, request_people

urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", views.request_list, name="request-list"),
    path("requests/new/", views.incoming, name="request-new"),
    path("requests/about-a-person/", inquiries.inquiry, name="inquiry"),
    path("requests/<uuid:request_id>/", views.request_detail, name="request-detail"),
    path("requests/<uuid:request_id>/start-call/", views.start_call, name="request-start-call"),
    path("requests/<uuid:request_id>/put-back/", views.put_back, name="request-put-back"),
    path("requests/<uuid:request_id>/log-call/", views.log_call, name="request-log-call"),
    path("requests/<uuid:request_id>/close/", views.close, name="request-close"),
    path("requests/<uuid:request_id>/not-from/", request_people.not_from, name="request-not-from"),
    path("requests/<uuid:request_id>/reopen/", views.reopen, name="request-reopen"),
    path("requests/<uuid:request_id>/remove/", views.remove_information, name="request-remove"),
]

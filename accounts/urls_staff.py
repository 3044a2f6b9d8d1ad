"""Addresses of the pages about colleagues' accounts."""

from django.urls import path

from accounts.views import staff

app_name = "accounts"
urlpatterns = [
    path("accounts/", staff.staff_list, name="staff-list"),
    path("accounts/new/", staff.staff_new, name="staff-new"),
    path("accounts/<uuid:user_id>/", staff.staff_detail, name="staff-detail"),
    path("accounts/<uuid:user_id>/role/", staff.staff_role, name="staff-role"),
    path("accounts/<uuid:user_id>/off/", staff.staff_off, name="staff-off"),
    path("accounts/<uuid:user_id>/on/", staff.staff_on, name="staff-on"),
    path("accounts/<uuid:user_id>/invite/", staff.invite_again, name="staff-invite-again"),
    path("accounts/<uuid:user_id>/end-sessions/", staff.end_sessions, name="staff-end-sessions"),
    path("accounts/<uuid:user_id>/recovery/", staff.recovery_start, name="recovery-start"),
    path("accounts/<uuid:user_id>/recovery/confirm/", staff.recovery_confirm, name="recovery-confirm"),
    path("accounts/<uuid:user_id>/recovery/drop/", staff.recovery_drop, name="recovery-drop"),
]

"""Consents: what for, preparing, signing on every way, paper, taking back, and whom they can name."""

from django.urls import path

from records.views import consents, helpers, on_screen, paper, prepare, withdrawal

urlpatterns = [
    path("people/<uuid:person_id>/consents/", consents.consent_list, name="consent-list"),
    path("people/<uuid:person_id>/consents/new/", prepare.consent_prepare, name="consent-prepare"),
    path("people/<uuid:person_id>/consents/what-for/", prepare.consent_use, name="consent-use"),
    path("people/<uuid:person_id>/receivers/", prepare.confirmation_list, name="confirmation-list"),
    path("receivers/<uuid:confirmation_id>/end/", prepare.confirmation_end, name="confirmation-end"),
    path("people/<uuid:person_id>/who-may-be-told/", helpers.helper_list, name="helper-list"),
    path("helpers/<uuid:helper_id>/passphrase/", helpers.helper_passphrase, name="helper-passphrase"),
    path("callers/", helpers.helper_call, name="helper-call"),
    path("callers/<uuid:contact_id>/", helpers.helper_tell, name="helper-tell"),
    path("callers/said/<uuid:said_id>/", helpers.helper_said, name="helper-said"),
    path(
        "withdrawals/<uuid:withdrawal_notice_id>/notice/",
        withdrawal.withdrawal_notice,
        name="withdrawal-notice",
    ),
    path("receivers/new/", prepare.recipient_new, name="recipient-new"),
    path("consents/<uuid:consent_id>/", consents.consent_detail, name="consent-detail"),
    path("consents/<uuid:consent_id>/copy/", consents.consent_copy, name="consent-copy"),
    path("consents/<uuid:consent_id>/discard/", consents.consent_discard, name="consent-discard"),
    path("consents/<uuid:consent_id>/sign/", on_screen.consent_sign, name="consent-sign"),
    path(
        "consents/<uuid:consent_id>/sign/confirm/",
        on_screen.consent_sign_confirm,
        name="consent-sign-confirm",
    ),
    path(
        "consents/<uuid:consent_id>/sign/second/", on_screen.consent_sign_second, name="consent-sign-second"
    ),
    path("consents/<uuid:consent_id>/paper/", paper.consent_paper, name="consent-paper"),
    path("consents/<uuid:consent_id>/paper/print/", paper.consent_print, name="consent-print"),
    path("consents/<uuid:consent_id>/paper/scan/", paper.consent_scan, name="consent-scan"),
    path("consents/<uuid:consent_id>/paper/check/", paper.consent_check, name="consent-check"),
    path("people/<uuid:person_id>/consents/import/", paper.consent_import, name="consent-import"),
    path("consents/<uuid:consent_id>/invite/", on_screen.consent_invite, name="consent-invite"),
    path("consents/<uuid:consent_id>/invite/new/", on_screen.consent_invite_new, name="consent-invite-new"),
    path(
        "consents/<uuid:consent_id>/invite/cancel/",
        on_screen.consent_invite_cancel,
        name="consent-invite-cancel",
    ),
    path("consents/<uuid:consent_id>/withdraw/", withdrawal.consent_revoke, name="consent-revoke"),
    path("consents/<uuid:consent_id>/receipt/", withdrawal.consent_receipt, name="consent-receipt"),
]

"""Partners, referrals and who is out at detox, for staff."""

from django.urls import path

from intake.views.emergency_first import emergency_first
from referrals.views import (
    asks,
    board,
    calendar,
    directory,
    late,
    match,
    misdirected,
    offers,
    outside,
    packets,
    person_calls,
    referrals,
    standing,
    unmet,
)
from referrals.views import directory_file as files
from referrals.views import directory_parts as parts

app_name = "referrals"

urlpatterns = [
    path("referrals/", referrals.referral_list, name="referral-list"),
    path("referrals/unmet/", unmet.unmet, name="unmet"),
    path("referrals/unmet/file/", unmet.unmet_file, name="unmet-file"),
    path("referrals/out/", board.out_at_detox, name="out-at-detox"),
    path("referrals/for/<uuid:episode_id>/", emergency_first(match.match_page), name="match"),
    path("referrals/for/<uuid:episode_id>/need/", emergency_first(match.need_page), name="need"),
    path("referrals/for/<uuid:episode_id>/nobody/", emergency_first(match.nobody), name="nobody"),
    path("referrals/for/<uuid:episode_id>/outside/", emergency_first(outside.outside), name="outside"),
    path("referrals/for/<uuid:episode_id>/send/", emergency_first(match.send), name="offer-send"),
    path("referrals/<uuid:referral_id>/", referrals.referral_page, name="referral"),
    path("referrals/<uuid:referral_id>/person/", person_calls.person_call, name="person-call"),
    path("referrals/<uuid:referral_id>/close/", referrals.close, name="referral-close"),
    path("referrals/offers/<uuid:offer_id>/", offers.offer_page, name="offer"),
    path("referrals/offers/<uuid:offer_id>/link/", offers.new_link, name="offer-link"),
    path("referrals/offers/<uuid:offer_id>/contact/", board.contact, name="offer-contact"),
    path("referrals/offers/<uuid:offer_id>/calendar/", calendar.offer_calendar, name="offer-calendar"),
    path("referrals/offers/<uuid:offer_id>/late/", late.late_by_phone, name="offer-late"),
    path("referrals/late/<uuid:late_id>/", late.late_page, name="late"),
    path("referrals/asks/<uuid:ask_id>/", asks.ask_page, name="ask"),
    path("referrals/asks/<uuid:ask_id>/link/", asks.ask_link, name="ask-link"),
    path("referrals/offers/<uuid:offer_id>/wrong/", misdirected.misdirected, name="offer-misdirected"),
    path("referrals/offers/<uuid:offer_id>/sheet/", offers.sheet, name="offer-sheet"),
    path("referrals/offers/<uuid:offer_id>/packet/", packets.print_packet, name="offer-packet"),
    path("referrals/offers/<uuid:offer_id>/packet/pdf/", packets.packet_pdf, name="offer-packet-pdf"),
    path("referrals/offers/<uuid:offer_id>/packet/fhir/", packets.packet_fhir, name="offer-packet-fhir"),
    path("referrals/offers/<uuid:offer_id>/packet/newer/", packets.packet_newer, name="offer-packet-newer"),
    path("referrals/offers/<uuid:offer_id>/packets/", packets.packet_list, name="offer-packets"),
    path("referrals/offers/<uuid:offer_id>/fax/", packets.log_fax, name="offer-fax"),
    path("referrals/offers/<uuid:offer_id>/do/<slug:step>/", offers.offer_step, name="offer-step"),
    path("referrals/partners/", directory.partner_list, name="partner-list"),
    path("referrals/partners/new/", directory.partner_new, name="partner-new"),
    path("referrals/partners/import/", files.import_new, name="import-new"),
    path("referrals/partners/import/<uuid:import_id>/", files.import_page, name="import"),
    path("referrals/partners/export/", files.export, name="partner-export"),
    path("referrals/partners/<uuid:facility_id>/", directory.partner_page, name="partner"),
    path("referrals/partners/<uuid:facility_id>/beds/", directory.capacity, name="partner-capacity"),
    path("referrals/partners/confirm/", directory.confirm_list, name="partner-confirm-list"),
    path("referrals/partners/<uuid:facility_id>/status/", standing.status_new, name="partner-status"),
    path("referrals/partners/<uuid:facility_id>/confirm/", directory.confirm, name="partner-confirm"),
    path("referrals/partners/<uuid:facility_id>/change/", directory.partner_change, name="partner-change"),
    path("referrals/partners/<uuid:facility_id>/history/", directory.partner_history, name="partner-history"),
    path("referrals/partners/<uuid:facility_id>/contacts/", parts.contact_new, name="contact-new"),
    path(
        "referrals/partners/<uuid:facility_id>/agreements/",
        parts.agreement_new,
        name="agreement-new",
    ),
    path("referrals/partners/<uuid:facility_id>/end/", parts.part_end, name="part-end"),
]

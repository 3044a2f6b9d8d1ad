"""Partners, referrals and who is out at detox, for staff."""

from django.urls import path

from referrals.views import directory, match, misdirected, offers, referrals

app_name = "referrals"

urlpatterns = [
    path("referrals/", referrals.referral_list, name="referral-list"),
    path("referrals/out/", referrals.out_at_detox, name="out-at-detox"),
    path("referrals/for/<uuid:episode_id>/", match.match_page, name="match"),
    path("referrals/for/<uuid:episode_id>/need/", match.need_page, name="need"),
    path("referrals/for/<uuid:episode_id>/send/", match.send, name="offer-send"),
    path("referrals/<uuid:referral_id>/", referrals.referral_page, name="referral"),
    path("referrals/<uuid:referral_id>/close/", referrals.close, name="referral-close"),
    path("referrals/offers/<uuid:offer_id>/", offers.offer_page, name="offer"),
    path("referrals/offers/<uuid:offer_id>/link/", offers.new_link, name="offer-link"),
    path("referrals/offers/<uuid:offer_id>/contact/", offers.log_contact, name="offer-contact"),
    path("referrals/offers/<uuid:offer_id>/wrong/", misdirected.misdirected, name="offer-misdirected"),
    path("referrals/offers/<uuid:offer_id>/sheet/", offers.sheet, name="offer-sheet"),
    path("referrals/offers/<uuid:offer_id>/packet/", offers.print_packet, name="offer-packet"),
    path("referrals/offers/<uuid:offer_id>/do/<slug:step>/", offers.offer_step, name="offer-step"),
    path("referrals/partners/", directory.partner_list, name="partner-list"),
    path("referrals/partners/new/", directory.partner_new, name="partner-new"),
    path("referrals/partners/<uuid:facility_id>/", directory.partner_page, name="partner"),
    path("referrals/partners/<uuid:facility_id>/beds/", directory.capacity, name="partner-capacity"),
    path("referrals/partners/<uuid:facility_id>/change/", directory.partner_change, name="partner-change"),
]

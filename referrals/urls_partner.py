"""What a partner sees, by link. The token stands only in the landing address; afterwards a cookie does."""

from django.urls import path

from referrals.views import partner, partner_clearance

app_name = "partner"

urlpatterns = [
    path("verify/", partner.verify, name="verify"),
    path("referral/<uuid:offer_id>/", partner.referral, name="referral"),
    path("referral/<uuid:offer_id>/packet/", partner.packet_page, name="packet"),
    path("referral/<uuid:offer_id>/accept/", partner.accept, name="accept"),
    path("referral/<uuid:offer_id>/decline/", partner.decline, name="decline"),
    path("referral/<uuid:offer_id>/take-back/", partner.take_back, name="take_back"),
    path("referral/<uuid:offer_id>/ask/", partner.ask, name="ask"),
    path("referral/<uuid:offer_id>/waitlist/", partner.waitlist, name="waitlist"),
    path("referral/<uuid:offer_id>/arrived/", partner.arrive, name="arrive"),
    path("referral/<uuid:offer_id>/no-show/", partner.miss, name="miss"),
    path("referral/<uuid:offer_id>/new-time/", partner.reschedule, name="reschedule"),
    path("referral/<uuid:offer_id>/beds/", partner.beds, name="beds"),
    path("referral/<uuid:offer_id>/clearance/", partner_clearance.clearance, name="clearance"),
    path("<str:token>/", partner.landing, name="landing"),
]

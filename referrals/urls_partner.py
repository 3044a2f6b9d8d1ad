"""What a partner sees, by link. The token stands only in the landing address; afterwards a cookie does."""

from django.urls import path

from referrals.views import partner, partner_asks, partner_clearance, partner_late, partner_packet

app_name = "partner"

urlpatterns = [
    path("verify/", partner.verify, name="verify"),
    path("late/", partner_late.late_code, name="late-code"),
    path("new-link/", partner_asks.new_link, name="new-link"),
    path("call-me/", partner_asks.call_me, name="call-me"),
    path("asked/link/", partner_asks.asked_link, name="asked-link"),
    path("asked/call/", partner_asks.asked_call, name="asked-call"),
    path("referral/<uuid:offer_id>/", partner.referral, name="referral"),
    path("referral/<uuid:offer_id>/packet/", partner_packet.packet_page, name="packet"),
    path("referral/<uuid:offer_id>/packet/pdf/", partner_packet.packet_pdf, name="packet-pdf"),
    path("referral/<uuid:offer_id>/packet/fhir/", partner_packet.packet_fhir, name="packet-fhir"),
    path("referral/<uuid:offer_id>/accept/", partner.accept, name="accept"),
    path("referral/<uuid:offer_id>/decline/", partner.decline, name="decline"),
    path("referral/<uuid:offer_id>/take-back/", partner.take_back, name="take_back"),
    path("referral/<uuid:offer_id>/ask/", partner.ask, name="ask"),
    path("referral/<uuid:offer_id>/waitlist/", partner.waitlist, name="waitlist"),
    path("referral/<uuid:offer_id>/arrived/", partner.arrive, name="arrive"),
    path("referral/<uuid:offer_id>/no-show/", partner.miss, name="miss"),
    path("referral/<uuid:offer_id>/new-time/", partner.reschedule, name="reschedule"),
    path("referral/<uuid:offer_id>/discharge/", partner.discharge, name="plan_discharge"),
    path("referral/<uuid:offer_id>/left/", partner.left, name="left_early"),
    path("referral/<uuid:offer_id>/back/", partner.back, name="back_there"),
    path("referral/<uuid:offer_id>/calendar/", partner.calendar, name="calendar"),
    path("referral/<uuid:offer_id>/call-me/", partner_asks.call_visitor, name="call-visitor"),
    path("referral/<uuid:offer_id>/late/", partner_late.late, name="late"),
    path("referral/<uuid:offer_id>/same-beds/", partner.same_beds, name="same_beds"),
    path("referral/<uuid:offer_id>/beds/", partner.beds, name="beds"),
    path("referral/<uuid:offer_id>/clearance/", partner_clearance.clearance, name="clearance"),
    path("<str:token>/", partner.landing, name="landing"),
]

"""The public pages, in English and Spanish."""

from django.urls import path

from intake.views import notice, public, public_request

app_name = "public"

urlpatterns = [
    path("", public.home, name="home"),
    path("request/", public_request.ask, name="request"),
    path("request/danger/", public_request.danger, name="danger"),
    path("request/sent/", public_request.sent, name="sent"),
    path("request/change/", public_request.change, name="change"),
    path("request/information/", public_request.information, name="information"),
    path("request/contact.vcf", public.contact_card, name="contact-card"),
    path("what-to-expect/", public.what_to_expect, name="what-to-expect"),
    path("self-check/", public.self_check, name="self-check"),
    path("families/", public.families, name="families"),
    path("privacy/", public.privacy, name="privacy"),
    path("notice/", notice.notice, name="notice"),
    path("notice/notice.pdf", notice.notice_pdf, name="notice-pdf"),
    path("complaint/", public_request.complaint, name="complaint"),
    path("safety/", public.safety, name="safety"),
    path("help-now/", public.help_now, name="help-now"),
]

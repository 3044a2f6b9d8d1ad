"""A partner's pages from the code to the clearance, as plain form posts, and what bad input does."""

import html
import re
from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config import clock
from config.clock import center_day
from intake.picture import center_zone
from outbox.models import Message
from programs.models import MedicalClearance
from records.models import Document
from referrals.actions import answers
from referrals.actions.referrals import change_need
from referrals.models import CapacityReport, LateAnswer, Offer
from tests.factories.files import make_pdf
from tests.factories.referrals import accept, arrived, make_facility, one_sent, sent

pytestmark = pytest.mark.django_db
PDF = make_pdf()


def text_of(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def typed(moment):
    return moment.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M")


def url(name, offer):
    return reverse(f"partner:{name}", args=[offer.pk])


@pytest.fixture
def visit(ana, client):
    """Open a link with its code; return (offer, client)."""
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    return offer, client


def another(ana, client):
    """The same browser opens a second offer."""
    offer, token, code = one_sent(ana, make_facility("Northgate"))
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    return offer, client


def acceptance(**more):
    now = clock.now()
    return {
        "bed_note": "bed 4",
        "arrival_from": typed(now + timedelta(hours=2)),
        "arrival_until": typed(now + timedelta(hours=6)),
        "read_back": "on",
        "submit_key": str(uuid4()),
        **more,
    }


def test_accepting_asks_for_the_read_back_and_a_time(visit):
    offer, client = visit
    page = text_of(client.get(url("accept", offer)))
    assert "Watch for" in page
    missing = client.post(url("accept", offer), acceptance(read_back=""))
    assert missing.status_code == 422
    assert "Tick that you have read the safety alerts" in text_of(missing)
    past = client.post(
        url("accept", offer), acceptance(arrival_from="2020-01-01T10:00", arrival_until="2020-01-01T11:00")
    )
    assert past.status_code == 422
    bad = client.post(url("accept", offer), acceptance(arrival_from="tomorrow"))
    assert bad.status_code == 422
    offer.refresh_from_db()
    assert offer.status == "opened"


def test_accepting_twice_with_one_form_is_accepting_once(visit):
    offer, client = visit
    data = acceptance()
    for _ in range(2):
        response = client.post(url("accept", offer), data)
        assert (response.status_code, response.url) == (302, url("referral", offer))
    offer.refresh_from_db()
    assert (offer.status, offer.bed_note) == ("accepted", "bed 4")
    assert offer.changes.filter(step="accept", actor_kind="partner").count() == 1
    page = text_of(client.get(url("referral", offer)))
    assert "Open the full record" in page
    assert "ratom" not in page


def test_times_are_the_centers_times(visit):
    offer, client = visit
    day = center_day(clock.now()) + timedelta(days=2)
    client.post(
        url("accept", offer),
        acceptance(arrival_from=f"{day}T10:00", arrival_until=f"{day}T12:00"),
    )
    offer.refresh_from_db()
    assert offer.arrival_from == datetime.combine(day, time(10), center_zone())


def test_a_need_that_changed_meanwhile_is_read_again_before_the_yes(ana, visit):
    offer, client = visit
    address = url("accept", offer)
    seen = client.get(address).context["form"]["seen"].value()
    need = offer.referral.need
    other = {**need, "withdrawal": [*need["withdrawal"], "benzo"]}
    change_need(referral_id=offer.referral_id, need=other, by=ana, now=clock.now())
    assert Message.objects.filter(kind="partner.news").count() == 1
    page = client.post(address, acceptance(seen=seen, bed_note="bed 4"))
    assert page.status_code == 409
    assert "has changed since this page was opened" in text_of(page)
    assert "bed 4" in page.content.decode()
    offer.refresh_from_db()
    assert offer.status == "opened"
    again = page.context["form"]["seen"].value()
    assert client.post(address, acceptance(seen=again)).status_code == 302
    offer.refresh_from_db()
    assert offer.status == "accepted"


def test_somebody_else_was_first(ana, client):
    first, second = sent(ana, make_facility(), make_facility("St. Brigid Hospital"))
    token, code = second.new.token, second.new.code
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    accept(first.offer, ana)
    late = client.post(url("accept", second.offer), acceptance())
    assert late.status_code == 410
    assert "We have written down what you told us" in text_of(late)
    kept = LateAnswer.objects.get()
    assert (kept.offer, kept.kind, kept.said["bed"]) == (second.offer, "yes", "bed 4")


def test_an_answer_that_does_not_fit_any_more_is_a_conflict(ana, visit):
    offer, client = visit
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())
    response = client.post(url("accept", offer), acceptance())
    assert response.status_code == 410
    assert LateAnswer.objects.get().offer_id == offer.pk
    accepted, _client = another(ana, client)
    data = acceptance()
    accept(accepted, ana)
    response = client.post(url("accept", accepted), data)
    assert response.status_code == 409
    assert "This changed while you were here" in text_of(response)
    assert "What you wrote" in text_of(response) and data["bed_note"] in text_of(response)


def test_declining_takes_two_taps_and_needs_a_reason(visit):
    offer, client = visit
    assert client.post(url("decline", offer), {}).status_code == 422
    assert client.post(url("decline", offer), {"reason": "because"}).status_code == 422
    assert client.post(url("decline", offer), {"reason": "full"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.status, offer.decline_reason) == ("declined", "full")


def test_asking_and_reading_the_answer(ana, visit):
    offer, client = visit
    assert client.post(url("ask", offer), {"text": ""}).status_code == 422
    assert client.post(url("ask", offer), {"text": "Which dose?\x00"}).status_code == 422
    assert client.post(url("ask", offer), {"text": "Which dose? <b>"}).status_code == 302
    answers.answer(offer_id=offer.pk, text="30 mg", by=ana, now=clock.now())
    page = client.get(url("referral", offer)).content.decode()
    assert "Which dose? &lt;b&gt;" in page
    assert "30 mg" in page


def test_waitlist_and_beds(visit):
    offer, client = visit
    later = typed(clock.now() + timedelta(days=1))
    assert client.post(url("waitlist", offer), {"review_at": later}).status_code == 302
    assert client.post(url("beds", offer), {"beds_open": "1000"}).status_code == 422
    assert client.post(url("beds", offer), {"beds_open": "2"}).status_code == 302
    report = CapacityReport.objects.get()
    assert (report.beds_open, report.source, report.facility) == (2, "link", offer.facility)


def test_arrival_correction_and_new_time(ana, visit):
    offer, client = visit
    accept(offer, ana)
    assert client.post(url("arrive", offer), {"arrived_at": "2099-01-01T10:00"}).status_code == 422
    Offer.objects.update(sent_at=clock.now() - timedelta(hours=2))
    data = {"arrived_at": typed(clock.now())}
    assert client.post(url("arrive", offer), data).status_code == 302
    assert client.post(url("miss", offer), {"submit_key": str(uuid4())}).status_code == 302
    assert "We are looking for the person" in text_of(client.get(url("referral", offer)))
    assert client.get(url("reschedule", offer)).status_code == 200


def clearance(**more):
    at = typed(clock.now())
    return {
        "decision": "cleared",
        "stable": "yes",
        "examined_at": at,
        "signed_at": at,
        "examiner_name": "Dr. Gray",
        "credential": "MD",
        "licence": "VA 0101",
        "npi": "1234567893",
        "callback_phone": "804 555 0140",
        "hr": "72",
        "sbp": "118",
        "dbp": "76",
        "rr": "14",
        "spo2": "98",
        "temp_c": "36.8",
        "cows": "2",
        "medicines": "buprenorphine 8 mg",
        "allergies": "none known",
        **more,
    }


@pytest.fixture
def there(ana, visit):
    """The person arrived an hour ago."""
    offer, client = visit
    accept(offer, ana)
    arrived(offer, ana)
    Offer.objects.update(arrived_at=clock.now() - timedelta(hours=1))
    return offer, client


def test_a_clearance_is_checked_before_it_is_sent(there):
    offer, client = there
    page = url("clearance", offer)
    assert client.get(page).status_code == 200
    check = client.post(page, {**clearance(), "check": ""})
    assert check.status_code == 200
    shown = text_of(check)
    assert "Check and send" in shown
    assert "buprenorphine 8 mg" in shown
    assert "I have examined this person" in shown
    assert not MedicalClearance.objects.exclude(status__in=["needed", "requested"]).exists()
    back = client.post(page, {**clearance(), "change": ""})
    assert 'value="Dr. Gray"' in back.content.decode()
    unsigned = client.post(page, {**clearance(), "send": ""})
    assert unsigned.status_code == 422
    assert "Tick that the person who examined has signed this" in text_of(unsigned)


def test_a_clearance_with_its_paper_reaches_programs_once(there):
    offer, client = there
    data = {
        **clearance(decision="cleared_with_limits", limits="No stairs\n\nLow salt"),
        "send": "",
        "signed": "on",
        "right_person": "on",
        "submit_key": str(uuid4()),
    }
    for _ in range(2):
        upload = SimpleUploadedFile("paper.pdf", PDF, "application/pdf")
        assert client.post(url("clearance", offer), {**data, "upload": upload}).status_code == 302
    kept = MedicalClearance.objects.get(status="received")
    assert (kept.received_via, kept.source_id) == ("link", offer.pk)
    assert [limit.text for limit in kept.limits.order_by("position")] == ["No stairs", "Low salt"]
    assert kept.content["hr"] == 72
    assert Document.objects.get().kind == "clearance"
    offer.refresh_from_db()
    assert offer.status == "clearance_sent"
    assert "Clearance sent" in text_of(client.get(url("referral", offer)))


@pytest.mark.parametrize(
    "change",
    [
        {"decision": ""},
        {"stable": "perhaps"},
        {"examined_at": "2099-01-01T10:00"},
        {"signed_at": "2020-01-01T10:00"},
        {"npi": "1234567890"},
        {"limits": "No stairs"},
        {"decision": "cleared_with_limits"},
        {"medicines": ""},
        {"spo2": "101"},
        {"credential": "PhD"},
        {"hr": "fast"},
    ],
)
def test_a_clearance_that_does_not_fit_is_explained(there, change):
    offer, client = there
    response = client.post(url("clearance", offer), {**clearance(**change), "send": ""})
    assert response.status_code == 422
    assert "There is a problem" in text_of(response)


def test_an_examination_before_the_arrival_goes_back_to_the_form(there):
    offer, client = there
    before = typed(clock.now() - timedelta(hours=5))
    response = client.post(
        url("clearance", offer),
        {**clearance(examined_at=before), "send": "", "signed": "on", "right_person": "on"},
    )
    assert response.status_code == 422
    assert "The examination can't be before the person arrived" in text_of(response)


def test_no_clearance_before_the_arrival(ana, visit):
    offer, client = visit
    assert client.get(url("clearance", offer)).status_code == 404
    accept(offer, ana)
    assert client.post(url("clearance", offer), {**clearance(), "send": ""}).status_code == 404


def test_beds_for_women_and_men_are_said_and_stay(ana, visit):
    offer, client = visit
    given = {"beds_open": "5", "women_only": "2", "men_only": "4", "submit_key": str(uuid4())}
    wrong = client.post(url("beds", offer), given)
    assert wrong.status_code == 422 and "can't be more than all open" in text_of(wrong)
    assert client.post(url("beds", offer), given | {"men_only": "1"}).status_code == 302
    report = CapacityReport.objects.get()
    assert (report.beds_open, report.women_only, report.men_only, report.source) == (5, 2, 1, "link")
    assert "2 for women only. 1 for men only." in text_of(client.get(url("referral", offer)))
    form = client.get(url("beds", offer)).context["form"]
    assert form.initial == {"beds_open": 5, "women_only": 2, "men_only": 1}


def test_the_partners_own_reference_is_shown_to_both(ana, visit, as_user):
    offer, client = visit
    client.post(url("accept", offer), acceptance(partner_reference=" ADM-4471 "))
    assert "Your own reference: <strong>ADM-4471</strong>" in text_of(client.get(url("referral", offer)))
    staff = as_user(ana)
    assert "Their reference" in text_of(staff.get(reverse("referrals:offer", args=[offer.pk])))
    assert "their reference ADM-4471" in text_of(staff.get(reverse("referrals:out-at-detox")))

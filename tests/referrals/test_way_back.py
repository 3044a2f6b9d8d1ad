"""The way back: nobody out at a partner is lost sight of, whatever happens in between."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.actors import Actor
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.models import Message
from programs.actions import clearances
from programs.models import MedicalClearance
from records.actions import consents
from records.models import Consent
from referrals.actions import answers, loop, messages
from referrals.actions.links import open_by_code
from referrals.actions.steps import back_due
from referrals.models import Offer, OfferMessage, Referral
from referrals.queries import due_words, work_list
from referrals.timeline import partner_timeline, referral_timeline
from tests.factories.care import make_clearance
from tests.factories.episodes import make_episode
from tests.factories.referrals import accept, arrived, make_facility, make_referral, one_sent, opened
from tests.referrals.test_answers import clearance

pytestmark = pytest.mark.django_db
CENTER = ZoneInfo(settings.CENTER_TIME_ZONE)


def out(ana, **more):
    """An offer whose person is at the partner's now."""
    offer, _token, code = one_sent(ana)
    link = opened(offer, code)
    accept(offer, Actor.partner(link.pk), **more)
    return arrived(offer, Actor.partner(link.pk)), Actor.partner(link.pk)


def step():
    referral = Referral.objects.get()
    return referral.next_step, referral.next_due_at


def call(offer, ana, **more):
    given = {"kind": "call", "outcome": "reached", "text": "eats and sleeps", "said_by": "Kim", **more}
    return messages.log_contact(offer_id=offer.pk, by=ana, now=clock.now(), **given)


def test_a_call_that_nobody_took_does_not_end_the_silence(ana):
    offer, _by = out(ana)
    heard = Offer.objects.get().last_heard_at
    call(offer, ana, outcome="no_answer", text="")
    call(offer, ana, outcome="message", text="")
    assert Offer.objects.get().last_heard_at == heard
    assert step() == ("daily_contact", heard + timedelta(hours=24))
    call(offer, ana)
    assert Offer.objects.get().last_heard_at > heard


def test_a_call_plans_the_next_one_and_the_next_event_plans_anew(ana):
    offer, by = out(ana)
    then = clock.now() + timedelta(hours=3)
    call(offer, ana, next_contact_at=then, expected_back_on=clock.center_day(clock.now()) + timedelta(days=5))
    assert step() == ("daily_contact", then)
    assert Offer.objects.get().expected_back_on is not None
    answers.no_show(offer_id=offer.pk, by=by, now=clock.now())
    assert Offer.objects.get().next_contact_at is None
    with pytest.raises(Refused):
        call(offer, ana, next_contact_at=clock.now() - timedelta(hours=1))


def test_what_is_sent_by_fax_is_nothing_heard(ana):
    offer, _by = out(ana)
    heard = Offer.objects.get().last_heard_at
    messages.log_contact(offer_id=offer.pk, kind="fax", text="3 pages", by=ana, now=clock.now())
    assert Offer.objects.get().last_heard_at == heard
    assert OfferMessage.objects.get().outcome == ""


def test_an_ended_offer_takes_no_call(ana):
    offer, _token, _code = one_sent(ana)
    loop.sweep(offer.answer_due_at)
    with pytest.raises(Conflict):
        call(offer, ana)


def test_a_return_that_does_not_happen_is_looked_for_and_escalates(ana, sam):
    offer, by = out(ana)
    day = clock.now().astimezone(CENTER).date() + timedelta(days=2)
    answers.plan_discharge(offer_id=offer.pk, expected_back_on=day, by=by, now=clock.now())
    due = back_due(Offer.objects.get())
    assert (due.astimezone(CENTER).hour, due.astimezone(CENTER).date()) == (20, day)
    Offer.objects.update(last_heard_at=due - timedelta(hours=2))
    Referral.objects.update(next_step="await_return", next_due_at=due)
    loop.sweep(due - timedelta(minutes=1))
    assert step() == ("await_return", due)
    loop.sweep(due)
    assert step() == ("missed_return", due)
    assert Referral.objects.get().escalated_at == due
    assert Message.objects.filter(kind="referrals.overdue", to=sam.email).count() == 1


def test_who_left_early_is_looked_for_at_once_and_a_return_to_the_partner_ends_it(ana):
    offer, by = out(ana)
    now = clock.now()
    for wrong in (now + timedelta(hours=1), offer.arrived_at - timedelta(hours=1)):
        with pytest.raises(Refused):
            answers.left_early(offer_id=offer.pk, left_at=wrong, by=by, now=now)
    answers.left_early(offer_id=offer.pk, left_at=now, by=by, now=now, note="took a bus")
    assert step() == ("missing_between", now)
    loop.sweep(now)
    assert Referral.objects.get().escalated_at is not None
    answers.no_show(offer_id=offer.pk, by=by, now=clock.now())
    arrived(offer, by)
    offer.refresh_from_db()
    assert (offer.status, offer.left_at) == ("arrived", None)


def test_who_came_back_to_the_partner_is_looked_for_no_more(ana, as_user, client):
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    accept(offer, ana)
    arrived(offer, ana)
    page, back = reverse("partner:referral", args=[offer.pk]), reverse("partner:back_there", args=[offer.pk])
    key = {"submit_key": str(uuid4())}
    assert back not in client.get(page).content.decode()
    assert client.post(back, key).status_code == 409
    answers.left_early(offer_id=offer.pk, left_at=clock.now(), by=ana, now=clock.now())
    assert step()[0] == "missing_between"
    shown = client.get(page).content.decode()
    assert back in shown and reverse("partner:left_early", args=[offer.pk]) not in shown
    assert client.post(back, key).status_code == 302
    offer.refresh_from_db()
    assert (offer.status, offer.left_at, step()[0]) == ("arrived", None, "daily_contact")
    assert partner_timeline(offer)[-1]["title"] == "Back at the facility"
    answers.left_early(offer_id=offer.pk, left_at=clock.now(), by=ana, now=clock.now())
    staff, url = as_user(ana), reverse("referrals:offer-step", args=[offer.pk, "back_there"])
    assert url in staff.get(reverse("referrals:offer", args=[offer.pk])).content.decode()
    said = {"told_by": "fax", "said_by": "Kim", "submit_key": str(uuid4())}
    assert staff.post(url, {**said, "said_by": ""}).status_code == 422
    assert staff.post(url, said).status_code == 302
    assert staff.post(url, said | {"submit_key": str(uuid4())}).status_code == 409
    assert referral_timeline([offer])[0]["note"] == "Harbor Detox · By fax: Kim"


def test_a_locked_link_stays_our_task_through_whatever_else_happens(ana):
    offer, _token, code = one_sent(ana, make_facility(), hours=4)
    link = offer.links.get()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        open_by_code(link_id=link.pk, code=wrong, now=clock.now())
    call(offer, ana, outcome="no_answer", text="")
    assert step()[0] == "link_locked"
    loop.sweep(clock.now() + timedelta(minutes=31))
    assert Referral.objects.get().escalated_at is not None


def test_a_question_after_the_yes_stays_our_task_until_it_is_answered(ana):
    offer, _token, code = one_sent(ana)
    by = Actor.partner(opened(offer, code).pk)
    accept(offer, by)
    answers.ask(offer_id=offer.pk, text="Which dose?", by=by, now=clock.now())
    call(offer, ana)
    assert step()[0] == "answer_question"
    answers.answer(offer_id=offer.pk, text="30 mg", by=ana, now=clock.now())
    assert step()[0] == "await_arrival"
    assert Message.objects.filter(kind="partner.news", to=offer.facility.email).count() == 1


def test_an_ended_consent_stays_our_task_until_somebody_called(ana):
    offer, _by = out(ana)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    assert step()[0] == "consent_ended"
    call(offer, ana, outcome="no_answer", text="")
    assert step()[0] == "consent_ended"
    call(offer, ana)
    assert step()[0] == "daily_contact"


def test_a_clearance_on_paper_moves_the_offer_too_and_a_seen_one_makes_the_return_next(ana, cole, dana):
    offer, _by = out(ana)
    now = clock.now()
    clearances.receive(episode=offer.referral.episode, content=clearance(now), by=ana, now=now)
    offer.refresh_from_db()
    assert offer.status == "clearance_sent"
    assert step()[0] == "review_clearance"
    loop.sweep(clock.now())
    assert step()[0] == "review_clearance"
    MedicalClearance.objects.filter(status="received").update(status="rejected")
    make_clearance(offer.referral.episode, accepted_by=cole, verified_by=dana)
    loop.sweep(clock.now())
    assert step()[0] == "daily_contact"


def test_choosing_a_partner_is_due_since_it_became_the_next_step(ana, sam):
    referral = make_referral(ana)
    asked = referral.next_due_at
    loop.sweep(asked + timedelta(minutes=59))
    assert Referral.objects.get().escalated_at is None
    loop.sweep(asked + timedelta(hours=1))
    assert Referral.objects.get().escalated_at is not None


@pytest.mark.parametrize("values", [{"owner": None}, {"next_due_at": None}, {"next_step": "none"}])
def test_an_open_referral_has_an_owner_a_step_and_a_time_in_the_database_too(ana, values):
    make_referral(ana)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Referral.objects.update(**values)
    assert refusal_code(refused.value) == "referrals_referral_owned"
    column = {"owner": "owner_id", "next_due_at": "next_due_at", "next_step": "next_step"}[next(iter(values))]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        value = "'none'" if column == "next_step" else "NULL"
        cursor.execute(f"UPDATE referrals_referral SET {column} = {value}")


def test_the_board_groups_by_day_shows_who_is_quiet_and_logs_a_call_in_one_step(ana, as_user, monkeypatch):
    offer, _by = out(ana, expected_back_on=clock.now().astimezone(CENTER).date() + timedelta(days=1))
    client, board = as_user(ana), reverse("referrals:out-at-detox")
    page = client.get(board).content.decode()
    assert "Expected back tomorrow" in page and "Log a call" in page
    url = reverse("referrals:offer-contact", args=[offer.pk])
    done = client.post(url, {"kind": "call", "outcome": "reached", "text": "well", "from": "board"})
    assert (done.status_code, done.url) == (302, board)
    bad = client.post(url, {"kind": "call", "outcome": "reached", "text": "", "from": "board"})
    assert bad.status_code == 422
    later = clock.now() + timedelta(days=3)
    loop.sweep(later)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = client.get(board).content.decode()
    assert "Find out where they are" in page and "Quiet" in page


def test_the_board_asks_the_same_questions_for_one_person_and_for_six(
    ana, as_user, django_assert_max_num_queries
):
    client, board = as_user(ana), reverse("referrals:out-at-detox")

    def one_more(number):
        facility = make_facility(f"Partner {number}", email=f"p{number}@partner.example")
        offer, _token, _code = one_sent(ana, facility, referral=make_referral(ana, make_episode(ana)))
        accept(offer, ana)
        arrived(offer, ana)
        call(offer, ana)

    one_more(0)
    client.get(board)
    with django_assert_max_num_queries(100) as first:
        assert client.get(board).status_code == 200
    for number in range(1, 6):
        one_more(number)
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert client.get(board).content.decode().count("Write it down") == 6


def test_both_sides_read_what_happened_and_the_partner_nothing_of_ours(ana):
    offer, by = out(ana)
    answers.plan_discharge(
        offer_id=offer.pk, expected_back_on=clock.center_day(clock.now()), by=by, now=clock.now()
    )
    call(offer, ana, text="The sister asked")
    mine = referral_timeline(Offer.objects.select_related("facility__recipient"))
    assert {"Accepted", "Arrived", "Day of discharge expected", "Phone call: spoke with them"} <= {
        row["title"] for row in mine
    }
    assert mine == sorted(mine, key=lambda row: row["at"], reverse=True)
    theirs = partner_timeline(Offer.objects.get())
    assert [row["title"] for row in theirs][:3] == ["Sent", "Opened with the code", "Accepted"]
    assert {row["by"] for row in theirs} == {"you", "us"}
    told = str(theirs)
    assert "sister" not in told and ana.display_name not in told


def test_the_calendar_counts_up_and_is_cancelled_with_the_offer(ana, as_user, client):
    offer, _token, _code = one_sent(ana)
    url = reverse("referrals:offer-calendar", args=[offer.pk])
    staff = as_user(ana)
    assert staff.get(url).status_code == 409
    accept(offer, ana)
    first = staff.get(url)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "appointment.ics" in first.headers["Content-Disposition"]
    assert "SEQUENCE:1" in first.content.decode() and "CONFIRMED" in first.content.decode()
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())
    last = staff.get(url).content.decode()
    assert "SEQUENCE:2" in last and "STATUS:CANCELLED" in last
    person = offer.referral.episode.person
    for secret in (person.name, "Harbor", "etox", offer.referral.reference):
        assert secret not in last


def test_today_and_the_list_say_who_declined_and_why(ana, as_user):
    offer, _token, code = one_sent(ana)
    by = Actor.partner(opened(offer, code).pk)
    answers.decline(offer_id=offer.pk, reason="full", by=by, now=clock.now())
    words = "Harbor Detox declined: We have no bed · Choose a partner"
    assert due_words(work_list(ana).get(), {}) == words
    assert words in as_user(ana).get("/staff/").content.decode()
    again, _token, _code = one_sent(ana, make_facility("Northgate"), referral=offer.referral)
    loop.sweep(again.answer_due_at)
    assert due_words(work_list(ana).get(), {}) == "Northgate did not answer in time · Choose a partner"

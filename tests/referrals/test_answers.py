"""What partners answer, by link or by phone: times, reasons, the first yes, and who may."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from audit.actors import Actor
from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from outbox.models import Message
from programs.models import MedicalClearance
from referrals.actions import answers, messages, offers
from referrals.actions.clearance import send_clearance_back
from referrals.actions.referrals import close_referral
from referrals.models import Offer, PartnerLink, Referral
from tests.factories.referrals import (
    accept,
    arrived,
    consent_for,
    make_facility,
    make_referral,
    one_sent,
    sent,
)


def partner(offer):
    return Actor.partner(offer.links.get(revoked_at__isnull=True).pk)


def three(ana):
    facilities = [make_facility(f"Partner {n}", email=f"p{n}@partner.example") for n in range(3)]
    return [one.offer for one in sent(ana, *facilities)]


@pytest.mark.django_db
def test_the_first_yes_ends_the_other_offers_and_tells_them(ana):
    first, second, third = three(ana)
    accept(second, partner(second))
    assert [Offer.objects.get(pk=o.pk).status for o in (first, second, third)] == [
        "withdrawn",
        "accepted",
        "withdrawn",
    ]
    assert PartnerLink.objects.filter(revoked_at__isnull=True).count() == 1
    told = Message.objects.filter(kind="partner.offer_ended")
    assert {message.to for message in told} == {"p0@partner.example", "p2@partner.example"}
    referral = second.referral
    referral.refresh_from_db()
    assert referral.next_step == "await_arrival"
    with pytest.raises(Conflict):
        accept(third, ana)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_partners_who_accept_at_once_exactly_one_gets_the_person(ana, monkeypatch):
    monkeypatch.setattr(offers, "AT_ONCE", 20)
    facilities = [make_facility(f"Partner {n}", email=f"p{n}@partner.example") for n in range(20)]
    waiting = [(one.offer, partner(one.offer)) for one in sent(ana, *facilities)]
    results, start = [], threading.Barrier(20)

    def answer(offer, by):
        start.wait()
        try:
            accept(offer, by)
            results.append("accepted")
        except (Conflict, Refused) as refused:
            results.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=pair) for pair in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("accepted") == 1
    assert len(results) == 20
    assert Offer.objects.filter(status="accepted").count() == 1
    assert Offer.objects.filter(status="withdrawn").count() == 19


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"read_back": False}, "read_back"),
        ({"arrival_until": timedelta(minutes=30)}, "arrival_until"),
        ({"arrival_from": timedelta(hours=-3), "arrival_until": timedelta(hours=-1)}, "arrival_until"),
    ],
)
def test_an_acceptance_needs_the_read_back_and_a_time_ahead(ana, change, field):
    offer, _token, _code = one_sent(ana)
    now = clock.now()
    given = {k: now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    with pytest.raises(Refused) as refused:
        accept(offer, ana, **given)
    assert refused.value.field == field
    offer.refresh_from_db()
    assert offer.status == "sent"


@pytest.mark.django_db
def test_a_decline_needs_a_reason_and_makes_choosing_the_next_task(ana):
    offer, _token, _code = one_sent(ana)
    with pytest.raises(Refused):
        answers.decline(offer_id=offer.pk, reason="", by=ana, now=clock.now())
    answers.decline(offer_id=offer.pk, reason="full", note="Thursday", by=partner(offer), now=clock.now())
    offer.refresh_from_db()
    assert (offer.status, offer.decline_reason, offer.decline_note) == ("declined", "full", "Thursday")
    offer.referral.refresh_from_db()
    assert offer.referral.next_step == "choose_partner"
    assert offer.referral.next_due_at is not None
    assert not Event.objects.filter(ids__icontains="Thursday").exists()
    with pytest.raises(Conflict):
        accept(offer, ana)


@pytest.mark.django_db
def test_a_partner_can_take_a_yes_back_and_the_person_can_say_no(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    answers.decline(offer_id=offer.pk, reason="full", by=partner(offer), now=clock.now())
    offer.refresh_from_db()
    assert offer.status == "declined"
    assert offer.changes.filter(step="take_back").exists()
    again = sent(ana, offer.facility, referral=Referral.objects.get(), consent=False)[0].offer
    assert again.previous_id == offer.pk
    offers.person_declines(offer_id=again.pk, by=ana, now=clock.now())
    again.refresh_from_db()
    assert again.status == "declined_by_person"
    assert not again.links.filter(revoked_at__isnull=True).exists()


@pytest.mark.django_db
def test_a_question_goes_to_us_and_its_answer_gives_time_again(ana):
    offer, _token, _code = one_sent(ana)
    now = clock.now()
    answers.ask(offer_id=offer.pk, text="Which dose?", by=partner(offer), now=now)
    offer.refresh_from_db()
    offer.referral.refresh_from_db()
    assert offer.status == "question"
    assert offer.referral.next_step == "answer_question"
    late = offer.answer_due_at - timedelta(minutes=1)
    answers.answer(offer_id=offer.pk, text="30 mg", by=ana, now=late)
    offer.refresh_from_db()
    assert offer.status == "opened"
    assert offer.answer_due_at == late + timedelta(hours=2)
    assert [m.text for m in offer.messages.order_by("at")] == ["Which dose?", "30 mg"]
    assert PartnerLink.objects.get().expires_at > offer.answer_due_at
    with pytest.raises(Refused):
        answers.ask(offer_id=offer.pk, text="  ", by=ana, now=late)


@pytest.mark.django_db
@pytest.mark.parametrize("then", ["accepted", "arrived", "waitlisted", "on_hold"])
def test_a_question_is_answered_in_every_status(ana, as_user, then):
    offer, _token, _code = one_sent(ana)
    now = clock.now()
    later = {"review_at": now + timedelta(hours=6), "by": ana, "now": now, "offer_id": offer.pk}
    if then in ("accepted", "arrived"):
        accept(offer, ana)
    if then == "arrived":
        arrived(offer, ana)
    if then == "waitlisted":
        answers.waitlist(**later)
    if then == "on_hold":
        offers.hold(**later)
    answers.ask(offer_id=offer.pk, text="Is methadone needed?", by=partner(offer), now=clock.now())
    offer.refresh_from_db()
    assert offer.asked_at is not None
    client = as_user(ana)
    url = reverse("referrals:offer-step", args=[offer.pk, "answer"])
    assert url in client.get(reverse("referrals:offer", args=[offer.pk])).content.decode()
    assert client.post(url, {"text": "No."}).status_code == 302
    offer.refresh_from_db()
    assert offer.asked_at is None
    assert url not in client.get(reverse("referrals:offer", args=[offer.pk])).content.decode()


@pytest.mark.django_db
def test_closing_a_referral_tells_who_was_asked_and_never_says_returned(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    with pytest.raises(Refused):
        close_referral(referral_id=offer.referral_id, outcome="returned", by=ana, now=clock.now())
    close_referral(referral_id=offer.referral_id, outcome="not_needed", by=ana, now=clock.now())
    assert Message.objects.filter(kind="partner.offer_ended", to=offer.facility.email).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (timedelta(days=-2), timedelta(hours=4), "arrival_from"),
        (timedelta(), timedelta(days=30), "arrival_until"),
    ],
)
def test_an_arrival_is_close_enough_for_somebody_to_look(ana, first, last, field):
    offer, _token, _code = one_sent(ana)
    now = clock.now()
    with pytest.raises(Refused) as refused:
        answers.accept(
            offer_id=offer.pk, by=partner(offer), now=now, read_back=True,
            arrival_from=now + first, arrival_until=now + last,
        )  # fmt: skip
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_partner_takes_partner_steps_only(ana):
    offer, _token, _code = one_sent(ana)
    for act, more in (
        (offers.withdraw, {}),
        (offers.person_declines, {}),
        (offers.hold, {"review_at": clock.now() + timedelta(hours=1)}),
    ):
        with pytest.raises(PermissionDenied):
            act(offer_id=offer.pk, by=partner(offer), now=clock.now(), **more)
    answers.ask(offer_id=offer.pk, text="?", by=partner(offer), now=clock.now())
    with pytest.raises(PermissionDenied):
        answers.answer(offer_id=offer.pk, text="!", by=partner(offer), now=clock.now())


@pytest.mark.django_db
def test_roles_that_do_not_work_with_people_record_nothing(ana, pia, audrey, ada):
    offer, _token, _code = one_sent(ana)
    for by in (pia, audrey, ada):
        with pytest.raises(PermissionDenied):
            accept(offer, by)
        with pytest.raises(PermissionDenied):
            messages.log_contact(offer_id=offer.pk, kind="call", text="x", by=by, now=clock.now())


@pytest.mark.django_db
def test_arrival_no_show_correction_and_a_new_time(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    now = clock.now()
    with pytest.raises(Refused):
        answers.arrived(offer_id=offer.pk, arrived_at=now + timedelta(hours=1), by=ana, now=now)
    arrived(offer, partner(offer))
    answers.no_show(offer_id=offer.pk, by=partner(offer), now=clock.now())
    offer.refresh_from_db()
    offer.referral.refresh_from_db()
    assert (offer.status, offer.arrived_at) == ("no_show", None)
    assert offer.referral.next_step == "missing_between"
    now = clock.now()
    answers.reschedule(
        offer_id=offer.pk,
        arrival_from=now + timedelta(hours=1),
        arrival_until=now + timedelta(hours=2),
        by=ana,
        now=now,
    )
    arrived(offer, ana)
    offer.refresh_from_db()
    assert offer.status == "arrived"


@pytest.mark.django_db
def test_waitlist_hold_and_asking_again(ana):
    offer, _token, _code = one_sent(ana)
    now = clock.now()
    answers.waitlist(offer_id=offer.pk, review_at=now + timedelta(days=2), by=partner(offer), now=now)
    assert PartnerLink.objects.get().expires_at > now + timedelta(days=2)
    with pytest.raises(Refused) as refused:
        offers.hold(offer_id=offer.pk, review_at=now + timedelta(days=300), by=ana, now=now)
    assert refused.value.field == "review_at"
    offers.hold(offer_id=offer.pk, review_at=now + timedelta(days=3), by=ana, now=now)
    due = now + timedelta(hours=3)
    offers.resume(offer_id=offer.pk, answer_due_at=due, by=ana, now=now)
    offer.refresh_from_db()
    assert (offer.status, offer.answer_due_at) == ("sent", due)
    assert Message.objects.filter(kind="partner.news").count() == 1
    accept(offer, ana)


CLEARANCE = {
    "decision": "cleared_with_limits",
    "stable": True,
    "limits": ["No stairs"],
    "examiner_name": "Dr. Gray",
    "credential": "MD",
    "licence": "VA 0101",
    "npi": "1234567893",
    "callback_phone": "8045550140",
    "medicines": "buprenorphine 8 mg",
    "allergies": "none known",
}


def clearance(now, **more):
    return {**CLEARANCE, "examined_at": now, "signed_at": now, **more}


@pytest.mark.django_db
def test_a_clearance_comes_back_through_programs(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    with pytest.raises(Conflict):
        send_clearance_back(
            offer_id=offer.pk, content=clearance(clock.now()), by=partner(offer), now=clock.now()
        )
    arrived(offer, ana)
    now = clock.now()
    with pytest.raises(Refused) as early:
        send_clearance_back(
            offer_id=offer.pk,
            content=clearance(now, examined_at=now - timedelta(days=1)),
            by=partner(offer),
            now=now,
        )
    assert early.value.field == "examined_at"
    send_clearance_back(offer_id=offer.pk, content=clearance(now), by=partner(offer), now=now)
    kept = MedicalClearance.objects.get()
    assert (kept.status, kept.received_via, kept.source_id) == ("received", "link", offer.pk)
    assert kept.content["facility"] == "Harbor Detox"
    assert [limit.text for limit in kept.limits.all()] == ["No stairs"]
    offer.refresh_from_db()
    offer.referral.refresh_from_db()
    assert offer.status == "clearance_sent"
    assert offer.referral.next_step == "review_clearance"


@pytest.mark.django_db
def test_closing_a_referral_ends_everything_and_says_how(ana):
    first, second, _third = three(ana)
    referral = first.referral
    with pytest.raises(Refused):
        close_referral(referral_id=referral.pk, outcome="", by=ana, now=clock.now())
    accept(second, ana)
    close_referral(referral_id=referral.pk, outcome="person_declined", by=ana, now=clock.now())
    referral.refresh_from_db()
    assert (referral.status, referral.outcome, referral.next_due_at) == ("closed", "person_declined", None)
    assert set(Offer.objects.values_list("status", flat=True)) == {"withdrawn", "closed"}
    assert not PartnerLink.objects.filter(revoked_at__isnull=True).exists()
    with pytest.raises(Conflict):
        close_referral(referral_id=referral.pk, outcome="no_partner", by=ana, now=clock.now())
    make_referral(ana, referral.episode)


@pytest.mark.django_db
def test_calls_and_faxes_are_written_down_sealed(ana):
    elm = make_facility("Elm", channel="fax", email="", fax="+18045550199")
    referral = make_referral(ana)
    consent_for(ana, referral, elm)
    offer = sent(ana, elm, referral=referral, consent=False)[0].offer
    messages.log_contact(offer_id=offer.pk, kind="fax", text="faxed 3 pages 10:20", by=ana, now=clock.now())
    with pytest.raises(Refused):
        messages.log_contact(offer_id=offer.pk, kind="answer", text="x", by=ana, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM referrals_offermessage")
        assert b"faxed" not in bytes(cursor.fetchone()[0])

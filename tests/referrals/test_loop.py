"""Time, consent and return: what happens to referrals without anybody pressing a button here."""

from datetime import timedelta

import pytest

from audit.models import Event
from config import clock
from outbox import sweeps
from outbox.handlers import kinds
from outbox.models import Message
from programs import hooks as programs_hooks
from records import hooks as records_hooks
from records.actions import consents
from records.models import Consent
from referrals.actions import answers, loop
from referrals.models import Offer, PartnerLink, Referral
from tests.factories.referrals import accept, arrived, make_facility, one_sent, sent

pytestmark = pytest.mark.django_db


def revoke(ana, **more):
    return consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana, **more)


def test_the_app_is_wired():
    assert loop.consent_revoked in records_hooks.after_revoke
    assert loop.sweep in sweeps.registered()
    assert loop.clearance_received in programs_hooks.after_clearance
    mails = {"partner.link_sent", "partner.offer_ended", "partner.news"}
    assert mails | {"referrals.partner_answered", "referrals.overdue"} <= kinds()


def test_no_answer_in_time_expires_the_offer_and_goes_to_a_supervisor(ana):
    offer, _token, _code = one_sent(ana)
    loop.sweep(offer.answer_due_at - timedelta(seconds=1))
    offer.refresh_from_db()
    assert offer.status == "sent"
    loop.sweep(offer.answer_due_at)
    offer.refresh_from_db()
    referral = Referral.objects.get()
    assert offer.status == "expired"
    assert PartnerLink.objects.get().revoked_why == "expired"
    assert referral.escalated_at == offer.answer_due_at
    assert referral.next_step == "choose_partner"
    assert offer.changes.filter(actor_kind="system", target="expired").count() == 1
    loop.sweep(offer.answer_due_at + timedelta(minutes=1))
    assert offer.changes.filter(target="expired").count() == 1


def test_an_opened_offer_expires_too_but_a_question_of_theirs_waits_for_us(ana):
    asked, other = (one.offer for one in sent(ana, make_facility(), make_facility("Northgate")))
    answers.ask(offer_id=asked.pk, text="?", by=ana, now=clock.now())
    loop.sweep(asked.answer_due_at)
    assert Offer.objects.get(pk=asked.pk).status == "question"
    assert Offer.objects.get(pk=other.pk).status == "expired"
    loop.sweep(asked.answer_due_at + timedelta(hours=1))
    assert Referral.objects.get().escalated_at is not None


def test_somebody_who_did_not_arrive_is_looked_for(ana):
    offer, _token, _code = one_sent(ana)
    taken = accept(offer, ana)
    loop.sweep(taken.arrival_until + timedelta(hours=3, minutes=59))
    assert Referral.objects.get().next_step == "await_arrival"
    loop.sweep(taken.arrival_until + timedelta(hours=4))
    referral = Referral.objects.get()
    assert referral.next_step == "missing_between"
    assert referral.escalated_at is not None


def overtaken(monkeypatch, change):
    """Let `change` happen after the sweep has chosen a referral and before it has its lock."""
    real = loop.lock_referral

    def late(referral_id):
        change()
        return real(referral_id)

    monkeypatch.setattr(loop, "lock_referral", late)


def test_nobody_is_missing_who_arrived_while_the_sweep_waited(ana, monkeypatch):
    offer, _token, _code = one_sent(ana)
    taken = accept(offer, ana)
    overtaken(monkeypatch, lambda: arrived(offer, ana))
    loop._turn(taken.arrival_until + timedelta(hours=4))
    referral = Referral.objects.get()
    assert (referral.next_step, referral.escalated_at) == ("daily_contact", None)


def test_nobody_is_missing_whose_time_changed_while_the_sweep_waited(ana, monkeypatch):
    offer, _token, _code = one_sent(ana)
    until = accept(offer, ana).arrival_until
    overtaken(monkeypatch, lambda: Offer.objects.update(arrival_until=until + timedelta(hours=1)))
    loop._turn(until + timedelta(hours=4))
    assert Referral.objects.get().next_step == "await_arrival"


def test_somebody_missing_is_escalated_once_and_each_supervisor_told_once(ana, sam):
    offer, _token, _code = one_sent(ana)
    late = accept(offer, ana).arrival_until + timedelta(hours=4)
    for minutes in (0, 1, 2):
        loop.sweep(late + timedelta(minutes=minutes))
    assert Event.objects.filter(name="referral.step_turned").count() == 1
    assert Event.objects.filter(name="referral.escalated").count() == 1
    assert [message.to for message in Message.objects.filter(kind="referrals.overdue")] == [sam.email]


def test_a_day_of_silence_escalates(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    there = arrived(offer, ana)
    loop.sweep(there.last_heard_at + timedelta(hours=23))
    assert Referral.objects.get().escalated_at is None
    loop.sweep(there.last_heard_at + timedelta(hours=24))
    assert Referral.objects.get().escalated_at is not None


def test_a_withdrawn_consent_withdraws_what_nobody_answered(ana):
    offer, _token, _code = one_sent(ana)
    revoke(ana)
    offer.refresh_from_db()
    assert (offer.status, offer.consent_ended_at is not None) == ("withdrawn", True)
    assert PartnerLink.objects.get().revoked_why == "consent_ended"


def test_a_withdrawn_consent_lets_an_acceptance_stand_but_shares_nothing_more(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    revoke(ana)
    offer.refresh_from_db()
    assert offer.status == "accepted"
    assert offer.consent_ended_at is not None
    assert not PartnerLink.objects.filter(revoked_at__isnull=True).exists()
    assert Referral.objects.get().next_step == "consent_ended"
    arrived(offer, ana)


def test_one_recipient_taken_out_leaves_the_others(ana):
    harbor, brigid = make_facility(), make_facility("St. Brigid Hospital")
    first, second = (one.offer for one in sent(ana, harbor, brigid))
    revoke(ana, recipient=harbor.recipient)
    assert Offer.objects.get(pk=first.pk).status == "withdrawn"
    assert Offer.objects.get(pk=second.pk).status == "sent"
    assert PartnerLink.objects.filter(revoked_at__isnull=True).count() == 1


def test_a_consent_that_ends_by_itself_acts_the_same(ana):
    offer, _token, _code = one_sent(ana)
    ends = Consent.objects.get().expires_at
    Offer.objects.update(answer_due_at=ends + timedelta(days=1))
    loop.sweep(ends - timedelta(minutes=1))
    assert Offer.objects.get().status == "sent"
    loop.sweep(ends)
    offer.refresh_from_db()
    assert (offer.status, offer.changes.last().reason) != ("sent", "")
    assert offer.status == "withdrawn"

"""An admission closes the loop; taken back as a mistake, it leaves the referral as it was before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from config import clock
from config.db import refusal_code
from programs import hooks as programs_hooks
from programs.actions import admissions
from programs.actions.undo import undo
from records.actions import consents
from records.models import Consent
from referrals.actions import answers, returns
from referrals.actions.steps import lock_referral, set_next_step
from referrals.models import Offer, PartnerLink, Referral
from referrals.timeline import partner_timeline, referral_timeline
from tests.factories.referrals import accept, arrived, make_facility, make_referral, sent
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return Case.good()


def admit(case):
    return admissions.admit(
        episode=case.episode, program=case.program, bed=case.bed, by=case.ana, left_open="Came at 3 am."
    )


def asked(case, *names):
    """Offers of the case's episode to these partners."""
    referral = make_referral(case.ana, case.episode)
    return [one.offer for one in sent(case.ana, *(make_facility(name) for name in names), referral=referral)]


def state():
    referral, offer = Referral.objects.get(), Offer.objects.order_by("facility__recipient__name").first()
    return (
        referral.status, referral.outcome, referral.closed_at, referral.next_step, referral.next_due_at,
        referral.owner_id, offer.status, offer.ended_at, offer.next_contact_at, offer.expected_back_on,
    )  # fmt: skip


def test_the_app_is_wired():
    assert returns.person_admitted in programs_hooks.after_admit
    assert returns.admission_undone in programs_hooks.after_undo


def test_admission_closes_the_loop(case):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    arrived(offer, case.ana)
    made = admit(case)
    offer.refresh_from_db()
    referral = Referral.objects.get()
    assert offer.status == "returned"
    assert (referral.status, referral.outcome, referral.admission) == ("closed", "returned", made)
    assert not PartnerLink.objects.filter(revoked_at__isnull=True).exists()


@pytest.mark.parametrize("status", ["accepted", "arrived", "no_show"])
def test_everything_is_as_it_was(case, status):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    if status == "arrived":
        arrived(offer, case.ana)
        Offer.objects.update(
            next_contact_at=clock.now() + timedelta(hours=7), expected_back_on=clock.now() + timedelta(days=3)
        )
    if status == "no_show":
        answers.no_show(offer_id=offer.pk, by=case.ana, now=clock.now())
    set_next_step(lock_referral(offer.referral_id), now=clock.now())
    before = state()
    assert before[6] == status
    made = admit(case)
    assert Referral.objects.get().outcome == "returned" and Offer.objects.get().status == "returned"
    undo(admission=made, reason="Wrong person", by=case.ana)
    assert state() == before
    event = Event.objects.get(name="referral.reopened")
    assert str(event.ids["admission"]) == str(made.pk)
    assert not PartnerLink.objects.filter(revoked_at=None).exists()
    titles = [row["title"] for row in referral_timeline([Offer.objects.get()])]
    assert titles[:2] == ["Not back after all: the admission was a mistake", "Came back"]
    assert "Came back" not in str(partner_timeline(Offer.objects.get()))
    second = admit(case)
    assert (Referral.objects.get().status, Referral.objects.get().admission) == ("closed", second)
    undo(admission=second, reason="Again", by=case.ana)
    assert state() == before


def test_partners_who_had_not_answered_were_told_and_stay_withdrawn(case):
    asked(case, "Harbor", "Northgate")
    made = admit(case)
    assert Referral.objects.get().outcome == "not_needed"
    undo(admission=made, reason="Wrong person", by=case.ana)
    referral = Referral.objects.get()
    assert (referral.status, referral.next_step) == ("open", "choose_partner")
    assert {one.status for one in Offer.objects.all()} == {"withdrawn"}


def test_another_need_that_was_opened_since_stands(case):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    made = admit(case)
    newer = make_referral(case.ana, case.episode)
    undo(admission=made, reason="Wrong person", by=case.ana)
    assert Referral.objects.get(status="open") == newer
    assert Offer.objects.get().status == "returned"


def test_a_consent_taken_back_meanwhile_shares_nothing_more(case):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    made = admit(case)
    consents.revoke(
        consent=Consent.objects.get(recipients=offer.facility.recipient),
        how="oral", received_at=clock.now(), by=case.ana,
    )  # fmt: skip
    undo(admission=made, reason="Wrong person", by=case.ana)
    offer.refresh_from_db()
    assert (offer.status, offer.consent_ended_at is not None) == ("accepted", True)
    assert Referral.objects.get().next_step == "consent_ended"


def test_a_failure_leaves_the_admission_as_it_is(case, monkeypatch):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    made = admit(case)
    monkeypatch.setattr(returns, "set_next_step", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        undo(admission=made, reason="Wrong person", by=case.ana)
    assert Referral.objects.get().status == "closed"
    assert not type(made).objects.filter(undo__isnull=False).exists()


def sql(statement, *values):
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal_code(refused.value)


OPEN = (
    "UPDATE referrals_referral SET status = 'open', outcome = '', closed_at = NULL, admission_id = NULL,"
    " next_step = 'choose_partner', next_due_at = app_now()"
)


def test_the_database_reopens_for_an_undone_admission_alone(case):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    made = admit(case)
    assert sql(OPEN) == "referrals_referral_closed_stays"
    assert sql("UPDATE referrals_offer SET status = 'accepted'") == "referrals_offer_ended_stays"
    undo(admission=made, reason="Wrong person", by=case.ana)
    mark = "UPDATE referrals_referral SET admission_id = %s"
    assert sql(mark, str(made.pk)) == "referrals_referral_open_without_admission"
    admit(case)
    assert sql(OPEN) == "referrals_referral_closed_stays"
    # the earlier undo, of another return, opens nothing of this one
    assert sql("UPDATE referrals_offer SET status = 'accepted'") == "referrals_offer_ended_stays"


def test_an_offer_comes_back_as_what_it_was_alone(case, monkeypatch):
    (offer,) = asked(case, "Harbor")
    accept(offer, case.ana)
    made = admit(case)
    monkeypatch.setattr(programs_hooks, "after_undo", [])
    undo(admission=made, reason="Wrong person", by=case.ana)
    wrong = "UPDATE referrals_offer SET status = 'arrived', arrived_at = app_now()"
    assert sql(wrong) == "referrals_offer_ended_stays"
    right = "UPDATE referrals_offer SET status = 'accepted', ended_at = NULL"
    assert sql(right) == "referrals_offer_needs_open_referral"

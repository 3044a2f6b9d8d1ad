"""What a partner tells us by phone or fax: entered by staff, with the channel and who said it."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.actors import Actor
from config import clock
from config.db import refusal_code
from config.errors import Refused
from referrals.actions import answers
from referrals.actions.steps import Told
from referrals.models import OfferStatusChange
from tests.factories.referrals import accept, arrived, one_sent, opened

pytestmark = pytest.mark.django_db


def test_a_yes_that_staff_enter_names_who_said_it_when_and_that_it_was_read_back(ana):
    offer, _token, _code = one_sent(ana)
    with pytest.raises(Refused) as refused:
        accept(offer, ana, told=None)
    assert refused.value.field == "said_by"
    taken = accept(offer, ana, told=Told("phone", "Kim, charge nurse"))
    change = offer.changes.get(step="accept")
    assert (change.told_by, change.said_by, change.actor_id) == ("phone", "Kim, charge nurse", ana.pk)
    assert change.at == taken.read_back_at


def test_a_partner_with_a_link_names_nobody(ana):
    offer, _token, code = one_sent(ana)
    by = Actor.partner(opened(offer, code).pk)
    with pytest.raises(TypeError):
        accept(offer, by, told=Told("phone", "Kim"))


@pytest.mark.parametrize("told", [Told("phone", " "), Told("letter", "Kim")])
def test_a_channel_and_a_name_are_both_needed(ana, told):
    offer, _token, _code = one_sent(ana)
    with pytest.raises(Refused):
        answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now(), told=told)


def insert(offer, **values):
    row = {
        "offer": offer, "step": "accept", "source": "sent", "target": "accepted", "actor_kind": "staff",
        **values,
    }  # fmt: skip
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        OfferStatusChange.objects.create(**row)
    return refusal_code(refused.value)


def test_the_database_refuses_a_yes_of_staff_without_it(ana):
    offer, _token, _code = one_sent(ana)
    assert insert(offer) == "referrals_offerstatuschange_yes_told"
    assert insert(offer, step="decline", told_by="phone") == "referrals_offerstatuschange_told"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_offerstatuschange (id, offer_id, step, source, target, reason, actor_kind,"
            " at, told_by, said_by) VALUES (gen_random_uuid(), %s, 'accept', 'sent', 'accepted', '', 'staff',"
            " now(), '', '')",
            [offer.pk],
        )


def test_every_answer_can_be_told_by_fax(ana):
    offer, _token, _code = one_sent(ana)
    now, told = clock.now(), Told("fax", "Front office")
    answers.ask(offer_id=offer.pk, text="Which dose?", by=ana, now=now, told=told)
    assert offer.messages.get().said_by == "Front office"
    accept(offer, ana, told=told)
    arrived(offer, ana)
    there = clock.now()
    day = clock.center_day(there)
    answers.plan_discharge(offer_id=offer.pk, expected_back_on=day, by=ana, now=there, told=told)
    answers.left_early(offer_id=offer.pk, left_at=there, note="with a brother", by=ana, now=there, told=told)
    by_fax = offer.changes.filter(told_by="fax", said_by="Front office").values_list("step", flat=True)
    assert set(by_fax) == {"ask", "accept", "plan_discharge", "left_early"}

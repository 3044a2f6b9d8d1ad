"""A consent taken back while something is under way: queued, prepared, or about to be told."""

import pytest

from config import clock
from config.errors import Refused
from outbox.handlers import handler_of
from outbox.models import Message
from records.actions import consents
from records.models import Consent, Disclosure, WithdrawalNotice
from referrals.actions.links import LINK_MAIL
from tests.factories.referrals import accept, make_facility, make_referral, one_sent, sent

pytestmark = pytest.mark.django_db


def take_back(by):
    return consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=by)


def test_a_mail_that_is_still_queued_never_carries_the_link(ana):
    one_sent(ana)
    queued = Message.objects.get(kind=LINK_MAIL)
    assert handler_of(LINK_MAIL)(queued) is not None
    take_back(ana)
    for message in Message.objects.filter(kind=LINK_MAIL):
        assert handler_of(LINK_MAIL)(message) is None


def test_an_offer_that_was_only_prepared_is_not_sent(ana):
    harbor = make_facility()
    referral = make_referral(ana)
    sent(ana, make_facility("Elm Clinic"), referral=referral)
    take_back(ana)
    with pytest.raises(Refused):
        sent(ana, harbor, referral=referral, consent=False)


def test_nothing_was_shared_so_nobody_is_told_and_the_accounting_stays(ana):
    offer, _token, _code = one_sent(ana)
    before = list(Disclosure.objects.values_list("pk", flat=True))
    accept(offer, ana)
    take_back(ana)
    assert list(Disclosure.objects.values_list("pk", flat=True)) == before
    assert not WithdrawalNotice.objects.exists()

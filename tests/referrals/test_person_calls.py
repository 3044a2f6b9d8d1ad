"""Who waits for a partner is called and asked how they are: complications can begin meanwhile."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from outbox.models import Message
from referrals.actions.person_calls import log_person_call
from referrals.actions.referrals import close_referral
from referrals.models import PersonCall, Referral
from referrals.rules.deadlines import PERSON_AGAIN, PERSON_NOT_REACHED, person_call_at
from tests.factories.accounts import make_user
from tests.factories.referrals import make_referral, one_sent
from tests.referrals.test_way_back import out

pytestmark = pytest.mark.django_db


def due_now() -> Referral:
    """Let the time of the call come."""
    Referral.objects.update(person_call_at=clock.now() - timedelta(minutes=1))
    return Referral.objects.get()


def call(by, outcome="same", **more):
    given = {"outcome": outcome, "by": by, "now": clock.now(), **more}
    return log_person_call(referral_id=Referral.objects.get().pk, **given)


def waiting_on_today(user) -> list:
    return [one for one in items_for(user, clock.now()) if one.why.startswith("Waits for a partner")]


@pytest.mark.parametrize(
    ("statuses", "planned", "again"),
    [
        ((), False, True),
        (("sent",), False, True),
        (("accepted",), False, True),
        (("no_show",), False, True),
        (("declined", "sent"), True, False),
        (("arrived",), True, None),
        (("declined", "clearance_sent"), False, None),
    ],
)
def test_when_somebody_is_called(statuses, planned, again):
    now = clock.now()
    before = now - timedelta(hours=1) if planned else None
    expected = None if again is None else now + PERSON_AGAIN if again else before
    assert person_call_at(before, statuses, now) == expected


def test_the_call_is_due_from_the_first_moment_until_the_person_is_at_a_partner(ana):
    begun = clock.now()
    one_sent(ana)
    due = Referral.objects.get().person_call_at
    assert begun + PERSON_AGAIN <= due <= clock.now() + PERSON_AGAIN


def test_nobody_at_a_partner_is_called_and_a_closed_referral_calls_nobody(ana):
    out(ana)
    assert Referral.objects.get().person_call_at is None
    with pytest.raises(Conflict):
        call(ana)
    close_referral(referral_id=Referral.objects.get().pk, outcome="not_needed", by=ana, now=clock.now())
    assert Referral.objects.get().person_call_at is None
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Referral.objects.update(person_call_at=clock.now())
    assert refusal_code(caught.value) == "referrals_referral_closed_calls_nobody"


def test_today_shows_it_when_it_is_due_and_a_call_plans_the_next(ana):
    make_referral(ana)
    assert waiting_on_today(ana) == []
    due_now()
    (item,) = waiting_on_today(ana)
    assert (item.action, item.urgent) == ("Call", False)
    made = call(ana, note="  A little shaky 🌊  ")
    assert (made.note, made.by) == ("A little shaky 🌊", ana)
    assert Referral.objects.get().person_call_at == made.at + PERSON_AGAIN
    assert waiting_on_today(ana) == []


def test_who_is_not_reached_twice_goes_to_supervisors_once(ana, sam):
    make_referral(ana)
    for tries in (1, 2, 3):
        made = call(ana, "not_reached")
        assert Referral.objects.get().person_call_at == made.at + PERSON_NOT_REACHED
        due_now()
        (item,) = waiting_on_today(sam)
        assert item.urgent == (tries >= 2)
    assert Message.objects.filter(kind="referrals.overdue").count() == 1
    call(ana)
    due_now()
    (item,) = waiting_on_today(ana)
    assert not item.urgent


def test_a_call_that_a_colleague_noted_meanwhile_is_asked_about(ana):
    referral = make_referral(ana)
    shown = referral.person_call_at.isoformat()
    call(ana, shown=shown)
    with pytest.raises(Conflict) as caught:
        call(ana, shown=shown)
    assert caught.value.details["field"] == "outcome"
    assert PersonCall.objects.count() == 1


def test_what_no_call_can_be(ana):
    make_referral(ana)
    with pytest.raises(Refused) as nothing:
        call(ana, "")
    assert nothing.value.field == "outcome"
    with pytest.raises(PermissionDenied):
        call(make_user("auditor", "audrey"))
    call(ana)
    for change in (lambda rows: rows.update(outcome="news"), lambda rows: rows.delete()):
        with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
            change(PersonCall.objects.all())
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        call_of = PersonCall.objects.get()
        PersonCall.objects.create(
            referral=call_of.referral, data_key=call_of.data_key, by=ana, outcome="maybe"
        )
    assert refusal_code(caught.value) == "referrals_personcall_outcome"


@pytest.mark.parametrize(
    ("outcome", "to"), [("same", "referral"), ("news", "safety"), ("not_reached", "referral")]
)
def test_the_page_says_what_to_ask_and_where_it_leads(ana, as_user, outcome, to):
    referral = make_referral(ana)
    url = reverse("referrals:person-call", args=[referral.pk])
    staff = as_user(ana)
    page = staff.get(url)
    assert "Naloxone can save a life" in page.content.decode()
    key = uuid4()
    sent = {
        "submit_key": key,
        "outcome": outcome,
        "note": "x",
        "shown": page.context["form"].initial["shown"],
    }
    done = staff.post(url, sent)
    leads = {
        "referral": reverse("referrals:referral", args=[referral.pk]),
        "safety": reverse("intake:safety-check", args=[referral.episode_id]),
    }
    assert (done.status_code, done.url) == (302, leads[to])
    assert staff.post(url, sent).status_code == 302
    assert PersonCall.objects.count() == 1
    told = staff.get(leads["referral"]).content.decode()
    assert f"Call to the person: {PersonCall.objects.get().get_outcome_display().lower()}" in told
    late = staff.post(url, {**sent, "submit_key": uuid4()})
    assert late.status_code == 409
    assert "A colleague noted a call meanwhile" in late.content.decode()
    assert staff.post(url, {"submit_key": uuid4()}).status_code == 422


def test_the_page_of_a_person_who_waits_no_more_says_so(ana, as_user):
    out(ana)
    url = reverse("referrals:person-call", args=[Referral.objects.get().pk])
    staff = as_user(ana)
    assert "No call is due" in staff.get(url).content.decode()
    assert staff.post(url, {"submit_key": uuid4(), "outcome": "same"}).status_code == 409

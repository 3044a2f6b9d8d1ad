"""A plan learns from us that somebody is here by their consent and through the door, or not at all."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Refused
from intake.actions.authorizations import Decision, ask, decide
from intake.actions.coverage import end_policy
from intake.models import Authorization, BenefitCheck
from intake.queries_coverage import coverage
from records.actions.consents import revoke
from records.choices import Category, Purpose
from records.disclose import NotPermitted
from records.models import Disclosure
from referrals.need import suggested_need
from tests.factories.consents import signed_consent
from tests.factories.coverage import make_answer, make_policy
from tests.factories.episodes import ask_safety, make_episode, save
from tests.factories.records import make_recipient

pytestmark = pytest.mark.django_db
BENEFITS = (Category.IDENTITY, Category.INSURANCE)


@pytest.fixture
def episode(ana):
    made = make_episode(ana)
    ask_safety(ana, made)
    return made


@pytest.fixture
def policy(ana, episode):
    return make_policy(episode, ana)


@pytest.fixture
def aetna():
    return make_recipient("Aetna", kind="payer")


def agree(ana, episode, payer, categories=BENEFITS, purpose=Purpose.PAYMENT):
    return signed_consent(ana, episode.person, payer, categories=categories, purposes=[purpose])


@pytest.mark.parametrize("how", ["person", "unnamed"])
def test_a_call_that_names_nobody_discloses_nothing(ana, policy, how):
    assert make_answer(policy, ana, how=how).disclosure is None
    assert not Disclosure.objects.exists()


def test_naming_the_person_needs_their_consent_for_payment(ana, episode, policy, aetna):
    agree(ana, episode, aetna, categories=(Category.IDENTITY,))
    agree(ana, episode, aetna, purpose=Purpose.OPERATIONS)
    for to in (aetna, None):
        with pytest.raises(NotPermitted) as refused:
            make_answer(policy, ana, how="consent", to=to)
        assert refused.value.field == "to"
    assert not BenefitCheck.objects.exists()
    assert not Disclosure.objects.exists()
    assert Event.objects.filter(name="disclosure.refused", person_id=episode.person_id).count() == 2


def test_what_the_plan_was_told_is_in_the_accounting(ana, episode, policy, aetna):
    consent = agree(ana, episode, aetna)
    made = make_answer(policy, ana, how="consent", to=aetna)
    row = Disclosure.objects.get()
    assert made.disclosure_id == row.pk
    assert (row.recipient, row.purpose, row.medium, row.consent) == (aetna, "payment", "phone", consent)
    assert row.categories == ["identity", "insurance"]
    make_answer(policy, ana, how="consent", to=aetna)
    assert Disclosure.objects.count() == 2
    revoke(consent=consent, by=ana, how="oral", received_at=clock.now())
    with pytest.raises(NotPermitted):
        make_answer(policy, ana, how="consent", to=aetna)


def test_how_it_was_asked_is_always_said(ana, policy):
    for how in ("", "unsaid", "mail"):
        with pytest.raises(Refused) as refused:
            make_answer(policy, ana, how=how)
        assert refused.value.field == "how"


def test_a_prior_authorization_tells_what_is_asked_for_only_where_that_is_covered(
    ana, episode, policy, aetna
):
    given = {"what": "Residential care", "unit": "days", "units": 30, "how": "consent", "to": aetna}
    agree(ana, episode, aetna)
    with pytest.raises(NotPermitted):
        ask(policy=policy, by=ana, **given)
    assert not Authorization.objects.exists()
    agree(ana, episode, aetna, categories=(*BENEFITS, Category.SUBSTANCE_USE))
    row = ask(policy=policy, by=ana, **given)
    assert Disclosure.objects.get().pk == row.disclosure_id
    no = Decision(False, "PA-1", "Quillon Marsh", words="Not needed yet")
    decide(authorization=row, decision=no, by=ana)
    assert BenefitCheck.objects.get().disclosure_id == row.disclosure_id
    assert Disclosure.objects.count() == 1


def refused_by_sql(statement, *values):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [str(one) for one in values])
    return refusal_code(caught.value) or str(caught.value)


COPY = """
    INSERT INTO intake_benefitcheck
        (id, data_key_id, episode_id, policy_id, state, asked_at, again_on, made_by_id, how, disclosure_id)
    SELECT gen_random_uuid(), data_key_id, episode_id, policy_id, 'asked', asked_at, current_date + 9,
           made_by_id, {how}, {told} FROM intake_benefitcheck LIMIT 1
"""


def test_raw_sql_can_neither_leave_the_disclosure_out_nor_take_another_persons(ana, episode, policy, aetna):
    make_answer(policy, ana)
    assert refused_by_sql(COPY.format(how="'consent'", told="NULL")) == "intake_benefitcheck_told"
    other = make_episode(ana, name="Robin Vale", phone="+18045550199")
    agree(ana, other, aetna)
    theirs = make_answer(make_policy(other, ana), ana, how="consent", to=aetna)
    foreign = COPY.format(how="'consent'", told="%s")
    foreign = foreign.replace("LIMIT 1", f"WHERE episode_id = '{episode.pk}' LIMIT 1")
    assert refused_by_sql(foreign, theirs.disclosure_id) == "plan_told_of_other"
    row = ask(policy=policy, what="Residential", unit="days", units=3, how="person", by=ana)
    change = "UPDATE intake_authorization SET how = 'unnamed' WHERE id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [str(row.pk)])


def test_the_page_leads_to_a_consent_and_then_names_who_may_be_told(as_user, ana, episode, policy, aetna):
    client = as_user(ana)
    page = reverse("intake:coverage-check", args=[episode.pk])
    prepare = reverse("records:consent-prepare", args=[episode.person_id])
    before = client.get(page).content.decode()
    assert prepare in before
    assert f'value="{aetna.pk}"' not in before
    answer = {
        "policy": str(policy.pk), "state": "asked", "asked_at": "2026-01-05 09:30", "how": "consent",
    }  # fmt: skip
    refused = client.post(page, answer)
    assert refused.status_code == 422
    assert "No consent for payment in force" in refused.content.decode()
    agree(ana, episode, aetna)
    after = client.get(page).content.decode()
    assert f'value="{aetna.pk}"' in after
    assert client.post(page, {**answer, "to": str(aetna.pk)}).status_code == 302
    assert Disclosure.objects.count() == 1


def test_matching_takes_the_verified_plan_before_the_answer_and_says_which(ana, episode):
    save(ana, episode.assessments.get(), "social", payer="medicaid")

    def payer():
        need = suggested_need(episode, clock.now())
        return need["payer"], need["payer_from"]

    assert payer() == ("medicaid", "answer")
    plan = make_policy(episode, ana)
    assert payer() == ("medicaid", "answer")
    make_answer(plan, ana)
    assert coverage(episode, clock.now()).settled
    assert payer() == ("aetna", "plan")
    end_policy(policy=plan, by=ana)
    other = make_policy(episode, ana, payer="other_insurance", payer_name="Elm Mutual")
    make_answer(other, ana)
    assert payer() == ("medicaid", "answer")

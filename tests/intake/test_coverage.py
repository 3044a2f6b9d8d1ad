"""Plans, what they said, and waivers: kept with their proof, and never changed."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions.coverage import Answer, end_policy, record_answer, waive
from intake.models import BenefitCheck, Policy
from intake.queries_coverage import coverage
from tests.factories.coverage import make_answer, make_policy
from tests.factories.episodes import ask_safety, make_episode

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def episode(ana):
    made = make_episode(ana)
    ask_safety(ana, made)
    return made


@pytest.fixture
def policy(ana, episode):
    return make_policy(episode, ana)


def state_of(episode):
    stands = coverage(episode, clock.now())
    return stands.state, stands.words


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused_by_sql(statement, *values):
    with pytest.raises(DatabaseError) as caught:
        sql(statement, *values)
    return refusal_code(caught.value) or str(caught.value)


# What was said


def test_a_verified_plan_settles_until_its_day(ana, episode, policy):
    assert state_of(episode) == ("open", "Plan recorded, not asked yet")
    made = make_answer(policy, ana)
    assert made.again_on == center_day(clock.now()) + 30 * DAY
    stands = coverage(episode, clock.now())
    assert (stands.state, stands.settled) == ("verified", True)
    later = coverage(episode, clock.now() + 31 * DAY)
    assert (later.state, later.settled) == ("open", False)
    assert "to be asked again" in later.words


@pytest.mark.parametrize("state", ["denied", "not_covered", "out_of_network"])
def test_a_no_is_a_no_and_is_not_asked_again(ana, episode, policy, state):
    assert make_answer(policy, ana, state).again_on is None
    assert state_of(episode)[0] == "denied"


def test_the_words_hold_nothing_that_was_said(ana, episode, policy):
    make_answer(policy, ana, "denied", said="Kratom is not covered")
    waive(episode=episode, reason="Her parents pay", by=ana)
    assert state_of(episode) == ("waived", "Waived by Ana Reyes")
    assert not [event for event in Event.objects.all() if "Kratom" in str(event.__dict__)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"spoken_to": " "}, "spoken_to"),
        ({"reference": ""}, "reference"),
        ({"said": ""}, "said"),
        ({"asked_at": datetime(2199, 1, 1, tzinfo=UTC)}, "asked_at"),
        ({"again_on": date(2000, 1, 1)}, "again_on"),
        ({"state": "waived"}, "state"),
    ],
)
def test_an_answer_without_its_proof_is_refused(ana, policy, given, field):
    with pytest.raises(Refused) as refused:
        make_answer(policy, ana, **given)
    assert refused.value.field == field
    assert not BenefitCheck.objects.exists()


def test_a_question_that_waits_needs_no_proof_and_is_due_tomorrow(ana, policy):
    answer = Answer("asked", asked_at=clock.now(), how="person")
    made = record_answer(policy=policy, answer=answer, by=ana)
    assert made.again_on == center_day(clock.now()) + DAY


def test_a_plan_is_ended_once_and_then_counts_no_more(ana, episode, policy):
    make_answer(policy, ana)
    end_policy(policy=policy, by=ana)
    assert state_of(episode) == ("open", "")
    with pytest.raises(Conflict):
        end_policy(policy=policy, by=ana)
    with pytest.raises(Conflict):
        make_answer(policy, ana)
    make_policy(episode, ana)


def test_one_plan_in_each_place(ana, episode, policy):
    with pytest.raises(Refused) as refused:
        make_policy(episode, ana)
    assert refused.value.field == "position"
    make_policy(episode, ana, position=2)


def test_a_waiver_needs_words(ana, episode):
    with pytest.raises(Refused) as refused:
        waive(episode=episode, reason="  ", by=ana)
    assert refused.value.field == "reason"


def test_who_has_no_part_in_it_writes_nothing(pia, episode, policy):
    with pytest.raises(Refused):
        make_answer(policy, pia)


# The database


def test_what_was_said_is_never_changed(ana, policy):
    made = make_answer(policy, ana)
    for statement in ("UPDATE intake_benefitcheck SET state = 'denied'", "DELETE FROM intake_benefitcheck"):
        assert "permission denied" in refused_by_sql(f"{statement} WHERE id = %s", str(made.pk))
    assert "permission denied" in refused_by_sql("DELETE FROM intake_policy")
    assert refused_by_sql("UPDATE intake_policy SET position = 3") == "row_is_fixed"
    assert refused_by_sql("UPDATE intake_policy SET ended_at = app_now()") == "intake_policy_ended_by_someone"
    end_policy(policy=policy, by=ana)
    with pytest.raises(DatabaseError):
        sql("UPDATE intake_policy SET ended_at = NULL, ended_by_id = NULL")


INSERT = """
    INSERT INTO intake_benefitcheck
        (id, data_key_id, episode_id, policy_id, state, asked_at, again_on, spoken_to, reference, said,
         made_by_id, how)
    SELECT %s, e.data_key_id, %s, %s, %s, {asked}, {again}, {proof}, {proof}, {proof}, e.made_by_id, 'person'
    FROM intake_policy e WHERE e.id = %s
"""
PROOF = {"asked": "app_now() - interval '1 hour'", "again": "current_date + 9", "proof": "'x'::bytea"}


@pytest.mark.parametrize(
    ("state", "given", "code"),
    [
        ("verified", {"proof": "NULL"}, "intake_benefitcheck_proven"),
        ("denied", {"proof": "NULL", "again": "NULL"}, "intake_benefitcheck_proven"),
        ("verified", {"again": "NULL"}, "intake_benefitcheck_again"),
        ("verified", {"asked": "NULL"}, "intake_benefitcheck_about"),
        ("verified", {"asked": "app_now() + interval '1 day'"}, "intake_benefitcheck_not_ahead"),
        ("waived", {}, "intake_benefitcheck_about"),
        ("paid", {}, "intake_benefitcheck_about"),
    ],
)
def test_sql_writes_no_half_answer(episode, policy, state, given, code):
    statement = INSERT.format(**{**PROOF, **given})
    values = (str(uuid4()), str(episode.pk), str(policy.pk), state, str(policy.pk))
    assert refused_by_sql(statement, *values) in (code, "intake_benefitcheck_state_known")


def test_sql_writes_no_answer_of_somebody_elses_plan(ana, episode, policy):
    other = make_episode(ana, name="Casey Moon", phone="+18045550177")
    values = (str(uuid4()), str(other.pk), str(policy.pk), "verified", str(policy.pk))
    assert refused_by_sql(INSERT.format(**PROOF), *values) == "benefits_other_policy"


def test_sql_gives_no_waiver_a_time_of_its_own(ana, episode, policy):
    """The newest row decides, so nobody dates one ahead of what a plan says later."""
    sql(
        "INSERT INTO intake_benefitcheck (id, data_key_id, episode_id, state, said, made_by_id, made_at, how)"
        " SELECT %s, data_key_id, episode_id, 'waived', 'x'::bytea, made_by_id,"
        " app_now() + interval '9 years', 'unsaid'"
        " FROM intake_policy",
        str(uuid4()),
    )
    assert BenefitCheck.objects.get().made_at <= clock.now()


def test_nothing_is_readable_in_the_tables(ana, policy):
    make_answer(policy, ana, terms={"copay": "40"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text || c::text FROM intake_policy p, intake_benefitcheck c")
        row = cursor.fetchone()[0]
    for word in ("Maplewood", "W-77120934", "Quillon", "REF-40081", "Thirty", "aetna"):
        assert word not in row
        assert word.encode().hex() not in row


def test_two_at_the_same_moment_give_one_plan_in_a_place(ana, episode, policy):
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(
            episode=episode, data_key=policy.data_key, position=1, details={"payer": "cigna"}, made_by=ana
        )


# Today, and the pages


def test_today_asks_again_from_the_day_on_until_somebody_did(ana, ben, episode, policy):
    asked = clock.now() - 40 * DAY
    make_answer(policy, ana, asked_at=asked, again_on=center_day(clock.now()))
    now = clock.now()
    mine = [one for one in items_for(ana, now) if one.kind == "coverage"]
    assert [one.why for one in mine] == ["Verify benefits again"]
    assert not [one for one in items_for(ben, now) if one.kind == "coverage"]
    make_answer(policy, ana)
    assert not [one for one in items_for(ana, now) if one.kind == "coverage"]


def test_a_waiver_ends_the_asking(ana, episode, policy):
    make_answer(policy, ana, "asked", asked_at=clock.now() - 2 * DAY, again_on=center_day(clock.now()))
    waive(episode=episode, reason="A grant pays", by=ana)
    assert not [one for one in items_for(ana, clock.now()) if one.kind == "coverage"]


def test_the_pages(desk, ana, episode):
    url = reverse("intake:coverage", args=[episode.pk])
    assert "No plan is written down" in desk.get(url).content.decode()
    call = reverse("intake:coverage-check", args=[episode.pk])
    assert desk.get(call).url == reverse("intake:policy-new", args=[episode.pk])
    plan = {"payer": "aetna", "member_id": "W-77120934", "holder": "self", "position": "1"}
    new = reverse("intake:policy-new", args=[episode.pk])
    assert desk.post(new, {**plan, "holder": "parent"}).status_code == 422
    assert desk.post(new, {**plan, "payer": "other_insurance"}).status_code == 422
    assert desk.post(new, plan).status_code == 302
    policy = Policy.objects.get()
    page = desk.get(call).content.decode()
    assert "No plan may be told who it is about" in page
    answer = {
        "policy": str(policy.pk),
        "state": "verified",
        "asked_at": "2026-01-05 09:30",
        "spoken_to": "Quillon",
        "reference": "R1",
        "said": "Covered",
        "copay": "40",
        "how": "unnamed",
    }
    assert desk.post(call, {**answer, "reference": ""}).status_code == 422
    assert desk.post(call, {**answer, "copay": "-1"}).status_code == 422
    assert desk.post(call, {**answer, "how": ""}).status_code == 422
    assert desk.post(call, answer).status_code == 302
    page = desk.get(url).content.decode()
    for words in ("Verified", "Quillon", "R1", "$40", "is not a guarantee"):
        assert words in page
    waived = reverse("intake:coverage-waive", args=[episode.pk])
    assert desk.post(waived, {"reason": ""}).status_code == 422
    assert desk.post(waived, {"reason": "A grant pays"}).status_code == 302
    end = reverse("intake:policy-end", args=[episode.pk, policy.pk])
    assert desk.post(end).status_code == 302
    assert Policy.objects.get().ended_at is not None


def test_sent_twice_is_written_once(desk, ana, episode):
    new = reverse("intake:policy-new", args=[episode.pk])
    plan = {
        "payer": "aetna",
        "member_id": "W1",
        "holder": "self",
        "position": "1",
        "submit_key": str(uuid4()),
    }
    assert [desk.post(new, plan).status_code for _ in range(2)] == [302, 302]
    assert Policy.objects.count() == 1


def test_strangers_find_nothing(as_user, ben, ana, episode, policy):
    client = as_user(ben)
    for name in ("coverage", "policy-new", "coverage-check", "coverage-waive"):
        assert client.get(reverse(f"intake:{name}", args=[episode.pk])).status_code == 404
    assert client.post(reverse("intake:policy-end", args=[episode.pk, policy.pk])).status_code == 404


def test_an_emergency_comes_before_who_pays(desk, ana, episode):
    ask_safety(ana, episode, chest_pain_or_fainting="yes")
    answer = desk.get(reverse("intake:coverage", args=[episode.pk]))
    assert answer.status_code == 302
    assert "safety-check" in answer.url
    assert "insur" not in desk.get(answer.url).content.decode().lower()


def test_looking_is_recorded(desk, episode):
    desk.get(reverse("intake:coverage", args=[episode.pk]))
    assert Event.objects.filter(
        name="record.viewed", person_id=episode.person_id, ids__what="coverage"
    ).exists()


def test_the_page_reads_no_more_for_more_plans_and_answers(desk, ana, episode, policy):
    url = reverse("intake:coverage", args=[episode.pk])
    make_answer(policy, ana)
    desk.get(url)
    with connection.execute_wrapper(counted := Counter()):
        desk.get(url)
    first, counted.number = counted.number, 0
    other = make_policy(episode, ana, position=2)
    for _ in range(5):
        make_answer(other, ana)
    with connection.execute_wrapper(counted):
        desk.get(url)
    assert counted.number == first


class Counter:
    """Counts statements."""

    number = 0

    def __call__(self, execute, statement, params, many, context):
        self.number += 1
        return execute(statement, params, many, context)

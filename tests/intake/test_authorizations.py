"""Prior authorization: answered once, never used beyond what was granted, and warned of before it ends."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions.authorizations import Decision, ask, close, decide, use
from intake.models import Authorization, AuthorizationUse
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


def today():
    return center_day(clock.now())


def asked(policy, by):
    return ask(policy=policy, what="Residential care", unit="days", units=30, how="person", by=by)


def grant(**given):
    values = {"units": 10, "starts_on": today() - 2 * DAY, "ends_on": today() + 20 * DAY, **given}
    return Decision(True, "PA-1188", "Quillon Marsh", **values)


def granted(policy, by, **given):
    return decide(authorization=asked(policy, by), decision=grant(**given), by=by)


def refused_by_sql(statement, *values):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal_code(caught.value) or str(caught.value)


def left():
    found = Authorization.objects.get()
    return found.units_granted - sum(found.uses.values_list("units", flat=True))


def warned(user, at=None):
    return [one for one in items_for(user, at or clock.now()) if one.kind == "coverage"]


def test_a_grant_pays_until_its_last_day_or_its_last_unit(ana, episode, policy):
    make_answer(policy, ana, "prior_auth")
    assert coverage(episode, clock.now()).state == "open"
    made = granted(policy, ana)
    stands = coverage(episode, clock.now())
    assert (stands.state, stands.words.startswith("Prior authorization granted until")) == ("verified", True)
    assert coverage(episode, clock.now() + 21 * DAY).state == "open"
    use(authorization=made, units=10, used_on=today(), by=ana)
    assert coverage(episode, clock.now()).state == "open"


def test_a_refusal_is_a_no_of_the_plan_with_its_proof(ana, episode, policy):
    decision = Decision(False, "R-7", "Quillon Marsh", "Not medically necessary")
    decide(authorization=asked(policy, ana), decision=decision, by=ana)
    stands = coverage(episode, clock.now())
    assert stands.state == "denied"
    assert stands.newest[policy.pk].reference == "R-7"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"units": None}, "units"),
        ({"units": 0}, "units"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": None}, "ends_on"),
    ],
)
def test_a_grant_needs_units_and_days(ana, policy, given, field):
    row = asked(policy, ana)
    with pytest.raises(Refused) as refused:
        decide(authorization=row, decision=grant(**given), by=ana)
    assert refused.value.field == field


def test_an_answer_is_written_once(ana, policy):
    made = granted(policy, ana)
    with pytest.raises(Conflict):
        decide(authorization=made, decision=grant(units=99), by=ana)
    assert refused_by_sql("UPDATE intake_authorization SET units_granted = 99") == "row_is_fixed"
    assert "permission denied" in refused_by_sql("DELETE FROM intake_authorization")
    close(authorization=made, by=ana)
    with pytest.raises(Conflict):
        close(authorization=made, by=ana)
    refused_by_sql("UPDATE intake_authorization SET closed_at = NULL, closed_by_id = NULL")


def test_sql_writes_no_half_answer(ana, policy):
    asked(policy, ana)
    half = "UPDATE intake_authorization SET state = 'granted', units_granted = 5"
    assert refused_by_sql(half) == "intake_authorization_answered"
    assert refused_by_sql("UPDATE intake_authorization SET units_asked = 1") == "row_is_fixed"


def test_nobody_uses_more_than_was_granted_or_on_another_day(ana, policy):
    made = granted(policy, ana)
    use(authorization=made, units=7, used_on=today(), by=ana)
    assert left() == 3
    for units, day, field in (
        (4, today(), "units"),
        (1, today() - 9 * DAY, "used_on"),
        (0, today(), "units"),
    ):
        with pytest.raises(Refused) as refused:
            use(authorization=made, units=units, used_on=day, by=ana)
        assert refused.value.field == field
    use(authorization=made, units=-2, used_on=today(), by=ana)
    assert left() == 5
    with pytest.raises(Refused):
        use(authorization=made, units=-6, used_on=today(), by=ana)
    assert left() == 5


def test_sql_uses_nothing_that_was_not_granted(ana, policy):
    insert = (
        "INSERT INTO intake_authorizationuse (authorization_id, units, used_on, made_by_id)"
        " SELECT id, %s, current_date, made_by_id FROM intake_authorization"
    )
    made = asked(policy, ana)
    assert refused_by_sql(insert, 1) == "authorization_not_granted"
    decide(authorization=made, decision=grant(), by=ana)
    assert refused_by_sql(insert, 11) == "authorization_used_up"
    assert refused_by_sql(insert, 0) == "intake_authorizationuse_units"
    use(authorization=made, units=1, used_on=today(), by=ana)
    assert "permission denied" in refused_by_sql("DELETE FROM intake_authorizationuse")


def test_today_warns_before_the_days_or_the_units_end(ana, ben, policy):
    made = granted(policy, ana)
    assert not warned(ana)
    (soon,) = warned(ana, clock.now() + 17 * DAY)
    assert "10 days left" in soon.why
    use(authorization=made, units=7, used_on=today(), by=ana)
    (few,) = warned(ana)
    assert "3 days left" in few.why
    assert not few.urgent
    assert not warned(ben)
    use(authorization=made, units=3, used_on=today(), by=ana)
    assert warned(ana)[0].urgent
    asked(policy, ana)
    assert not warned(ana)


def test_what_is_no_longer_needed_warns_nobody(ana, policy):
    made = granted(policy, ana, units=1)
    assert warned(ana)
    close(authorization=made, by=ana)
    assert not warned(ana)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_exactly_as_many_as_were_granted(ana, policy):
    made = granted(policy, ana, units=3)
    barrier, results = threading.Barrier(6), []

    def press():
        try:
            barrier.wait(timeout=30)
            use(authorization=made, units=1, used_on=today(), by=ana)
            results.append("used")
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert sorted(results) == ["authorization_used_up"] * 3 + ["used"] * 3
    assert left() == 0


def test_the_pages(desk, ana, episode):
    new = reverse("intake:authorization-ask", args=[episode.pk])
    assert desk.get(new).url == reverse("intake:policy-new", args=[episode.pk])
    policy = make_policy(episode, ana)
    given = {
        "policy": str(policy.pk),
        "what": "Residential care",
        "units": "30",
        "unit": "days",
        "how": "person",
    }
    assert desk.post(new, {**given, "units": ""}).status_code == 422
    assert desk.post(new, given).status_code == 302
    made = Authorization.objects.get()
    answer = reverse("intake:authorization-answer", args=[episode.pk, made.pk])
    said = {"granted": "yes", "spoken_to": "Quillon", "number": "PA-1", "units": "10"}
    assert desk.post(answer, said).status_code == 422
    days = {"starts_on": today().isoformat(), "ends_on": (today() + 20 * DAY).isoformat()}
    assert desk.post(answer, {**said, **days}).status_code == 302
    assert desk.post(answer, {**said, **days}).status_code == 409
    count = reverse("intake:authorization-use", args=[episode.pk, made.pk])
    assert desk.post(count, {"units": "11", "used_on": today().isoformat()}).status_code == 422
    assert desk.post(count, {"units": "4", "used_on": today().isoformat()}).status_code == 302
    assert AuthorizationUse.objects.get().units == 4
    page = desk.get(reverse("intake:coverage", args=[episode.pk])).content.decode()
    assert "6 days" in page
    assert desk.post(reverse("intake:authorization-close", args=[episode.pk, made.pk])).status_code == 302
    assert Authorization.objects.get().closed_at is not None


def test_strangers_find_nothing(as_user, ben, ana, episode, policy):
    made, client = asked(policy, ana), as_user(ben)
    assert client.get(reverse("intake:authorization-ask", args=[episode.pk])).status_code == 404
    for name in ("answer", "use", "close"):
        url = reverse(f"intake:authorization-{name}", args=[episode.pk, made.pk])
        assert client.post(url).status_code == 404
